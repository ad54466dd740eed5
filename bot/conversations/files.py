"""Files beside the words: a table that goes out with a card, a picture that came with a line."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Sort: TypeAlias = Literal["picture", "file"]

PLATFORMS: Final = {"slack": "Slack", "telegram": "Telegram", "web": "the built-in page"}


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes out with a card. It is kept in the outbox with it, so it is small."""

    name: str
    """With its ending, such as ``hotel-2026-W47.csv``."""
    text: str
    media: str = "text/csv"

    @property
    def content(self) -> bytes:
        """What is in it. The mark in front tells a spreadsheet that it is UTF-8."""
        return self.text.encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that came with a line and stays on its platform: Fifteen does not fetch it.
    ``ref`` is what the platform knows it by, a link or an id, and never its name, which a customer
    may have worded."""

    sort: Sort
    channel: str
    ref: str = ""


def attached_words(attached: tuple[Attached, ...]) -> str:
    """What came along, in words: ``2 pictures in Slack``."""
    count = Counter((each.channel, each.sort) for each in attached)
    return ", ".join(
        f"{many} {sort}{'s' if many > 1 else ''} in {PLATFORMS.get(channel, channel)}"
        for (channel, sort), many in count.items()
    )
