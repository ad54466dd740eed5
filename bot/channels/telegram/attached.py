"""What came with a line: a picture or a file, known by Telegram's own id and not fetched."""

import re
from typing import Any, Final

from bot.channels.telegram.fields import list_of, number_of, part_of, text_of
from bot.conversations.types import Attached

CHANNEL: Final = "telegram"
FILES: Final = frozenset(
    ("animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice")
)
ALL: Final = FILES | frozenset(
    ("checklist", "contact", "dice", "location", "paid_media", "poll", "story", "venue")
)
"""Every kind of message without words of its own."""
_ID: Final = re.compile(r"[\w-]{1,250}", re.ASCII)


def attached(message: dict[str, Any]) -> tuple[Attached, ...]:
    """What stands in a message, or in her own one that it replies to: whoever was asked for a line
    about a picture answers so."""
    found = _in(message)
    answered = part_of(message, "reply_to_message")
    if not found and number_of(part_of(answered, "from"), "id") == _sender(message):
        found = _in(answered)
    return (found,) if found else ()


def _sender(message: dict[str, Any]) -> int | None:
    return number_of(part_of(message, "from"), "id")


def _in(message: dict[str, Any]) -> Attached | None:
    # An animation comes as a document too, so that older programs show something.
    for kind in sorted(FILES):
        sizes = list_of(message, kind)
        found = sizes[-1] if kind == "photo" and sizes else part_of(message, kind)
        ref = text_of(found, "file_id")
        if _ID.fullmatch(ref):
            picture = kind == "photo" or text_of(found, "mime_type").startswith("image/")
            return Attached("picture" if picture else "file", CHANNEL, ref)
    return None
