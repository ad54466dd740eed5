"""What Slack refuses: the limits of blocks, buttons, texts and views, as its reference has them."""

import json
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

ELEMENTS = {
    "button": {"type", "action_id", "text", "value", "style"},
    "static_select": {"type", "action_id", "placeholder", "options", "initial_option"},
    "plain_text_input": {"type", "action_id", "multiline", "max_length", "initial_value"},
    "number_input": {"type", "action_id", "is_decimal_allowed", "initial_value"},
}
BLOCKS = {
    "header": {"type", "block_id", "text"},
    "actions": {"type", "block_id", "elements"},
    "rich_text": {"type", "block_id", "elements"},
    "input": {"type", "block_id", "label", "optional", "element"},
}
RICH = {
    "rich_text_section": {"type", "elements"},
    "rich_text_quote": {"type", "elements"},
    "rich_text_preformatted": {"type", "elements"},
    "rich_text_list": {"type", "elements", "style", "offset", "indent"},
}
TOTAL = 11_000
"""Characters of all blocks of a message as JSON. Slack names no figure; people measured refusals
from a little above eleven thousand on."""


class RefusedError(Exception):
    """Slack says no, in its own word."""


def message_faults(blocks: object, text: str) -> str:
    """Slack's word for what is wrong with a message, and empty where nothing is."""
    if blocks is None:
        return "" if text else "no_text"
    if not isinstance(blocks, list) or not blocks or len(blocks) > 50:
        return "invalid_blocks"
    if any(block_faults(blocks, inputs=False)):
        return "invalid_blocks"
    if len(text) > 40_000:
        return "msg_too_long"
    size = len(json.dumps(blocks, ensure_ascii=False))
    return "msg_blocks_too_long" if size > TOTAL else ""


def view_faults(view: object) -> list[str]:
    """What is wrong with a modal or a Home tab."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["type"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or len(blocks) > 100:
        return ["blocks"]
    found = list(block_faults(blocks, inputs=True))
    if view["type"] == "home":
        return found
    found += [n for n in ("title", "submit", "close") if any(_plain(view.get(n), 24))]
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        found.append("metadata")
    return found


def block_faults(blocks: list[Node], *, inputs: bool) -> Iterator[str]:
    """Every fault of these blocks, in words."""
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)) or any(len(name) > 255 for name in names):
        yield "block_id"
    for block in blocks:
        kind = block.get("type")
        if kind not in BLOCKS or set(block) - BLOCKS[kind]:
            yield f"block {kind}"
        elif kind == "header":
            yield from _plain(block.get("text"), 150)
        elif kind == "actions":
            yield from _actions(block.get("elements"))
        elif kind == "rich_text":
            yield from _rich(block.get("elements"))
        elif not inputs:
            yield "input outside a view"
        else:
            yield from _plain(block.get("label"), 2000)
            yield from _element(block.get("element"))


def _actions(elements: object) -> Iterator[str]:
    if not isinstance(elements, list) or not 0 < len(elements) <= 25:
        yield "elements"
        return
    names = [element.get("action_id") for element in elements]
    if len(names) != len(set(names)):
        yield "action_id twice"
    for element in elements:
        if element.get("type") not in ("button", "static_select"):
            yield "element of actions"
        yield from _element(element)


def _element(element: Any) -> Iterator[str]:
    kind = element.get("type")
    if kind not in ELEMENTS or set(element) - ELEMENTS[kind]:
        yield f"element {kind}"
        return
    if not 0 < len(element.get("action_id", "")) <= 255:
        yield "action_id"
    if kind == "button":
        yield from _plain(element.get("text"), 75)
        if len(element.get("value", "")) > 2000:
            yield "value"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "style"
    elif kind == "static_select":
        yield from _menu(element)
    elif kind == "number_input":
        if not isinstance(element.get("is_decimal_allowed"), bool):
            yield "is_decimal_allowed"
    elif not 1 <= element.get("max_length", 1) <= 3000:
        yield "max_length"


def _menu(element: Node) -> Iterator[str]:
    if "placeholder" in element:
        yield from _plain(element["placeholder"], 150)
    options = element.get("options")
    if not isinstance(options, list) or not 0 < len(options) <= 100:
        yield "options"
        return
    for option in options:
        yield from _plain(option.get("text"), 75)
        if not 0 < len(option.get("value", "")) <= 150:
            yield "option value"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial_option"


def _rich(elements: object) -> Iterator[str]:
    if not isinstance(elements, list) or not elements:
        yield "rich_text"
        return
    for element in elements:
        kind = element.get("type")
        if kind not in RICH or set(element) - RICH[kind] or not element.get("elements"):
            yield f"rich element {kind}"
        elif kind == "rich_text_list":
            if element.get("style") not in ("ordered", "bullet"):
                yield "list style"
            yield from _rich(element["elements"])
        else:
            yield from _words(element["elements"])


def _words(elements: list[Node]) -> Iterator[str]:
    for element in elements:
        good = element.get("type") == "text" and set(element) <= {"type", "text", "style"}
        if not good or not element.get("text"):
            yield "rich text"
        if set(element.get("style", {})) - {"bold", "italic", "strike", "code"}:
            yield "rich style"


def _plain(text: Any, most: int) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        yield "plain_text"
    elif not 0 < len(text.get("text", "")) <= most:
        yield f"text of at most {most}"
