"""Payloads, looked into with care: any name may be missing, any value of another kind."""

import re
from typing import Final

from bot.conversations.types import Attached

MOST_FILES: Final = 10
"""Files of one message that are noted; Slack's own apps send no more at once."""
LINK: Final = re.compile(r"https://[\w.-]+/files/\w+/\w+", re.ASCII)


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


def files_of(message: object) -> list[object]:
    """The files of a message."""
    files = node(message, "files")
    return files if isinstance(files, list) else []


def attached(message: object) -> tuple[Attached, ...]:
    """What came with a message. The link goes without its end, which is the file's name."""
    found = []
    for one in files_of(message)[:MOST_FILES]:
        link = LINK.match(at(one, "permalink"))
        picture = at(one, "mimetype").startswith("image/")
        ref = link[0] if link else ""
        found.append(Attached("picture" if picture else "file", "slack", ref))
    return tuple(found)


def teams_of(body: object) -> list[str]:
    """The workspaces a payload names, the one it was sent for first. In a channel shared between
    two, the other names in it may be the other's."""
    through = node(body, "authorizations")
    first = through[0] if isinstance(through, list) and through else None
    named = (
        at(first, "team_id"),
        at(body, "context_team_id"),
        at(body, "team", "id"),
        at(body, "team_id"),
        at(body, "view", "team_id"),
        at(body, "user", "team_id"),
    )
    return [team for team in named if team]
