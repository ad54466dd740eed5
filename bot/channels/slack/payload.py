"""Payloads, looked into with care: any name may be missing, any value of another kind."""

import re


def at(body: object, *names: str) -> str:
    """The text found down these names; empty where there is none."""
    found = node(body, *names)
    return _storable(found) if isinstance(found, str) else ""


def _storable(text: str) -> str:
    """Without what no database keeps: a line refused there would come again and again."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def node(body: object, *names: str) -> object:
    """Whatever is found down these names; None where there is nothing."""
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def plain(text: str, me: str = "") -> str:
    """What somebody typed, without Slack's markup; a mention of ``me`` is taken out."""

    def shown(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target == f"@{me}":
            return ""
        if target.startswith("@"):
            return f"@{label.lstrip('@')}" if label else target
        if target.startswith(("#", "!")):
            return (
                label
                if label.startswith("@")
                else f"{target[0].replace('!', '@')}" + (label or target[1:])
            )
        return label if not label or target.endswith(label) else f"{label} ({target})"

    def link(found: re.Match[str]) -> str:
        return shown(found) or ("" if found[1].startswith("@") else found[1])

    bare = re.sub(r"<([^<>]*)>", link, text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def escaped(text: str) -> str:
    """Text in which Slack reads neither mentions nor links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
