"""Forms without forms: a field is asked for in a message, and the reply to it is the answer.

What is asked, and what was answered so far, travels in the asking message itself, in a link behind
a letter nobody sees. Telegram gives that message back with the reply, so a restart in between, or
another process, loses nothing; and only our own messages are read that way.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.channels.telegram.inert import marked
from bot.channels.telegram.keyboard import written
from bot.conversations.types import Form

HIDDEN: Final = "\u200b"
LONGEST: Final = 1500
"""Characters of a link. An answer that makes it longer is sent on at once, without the rest."""
SKIPS: Final = ("-", "\u2013", "\u2014")
"""A dash, as keyboards write it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A form being filled in: the fields still to ask (name and label), the answers so far."""

    tap: str
    fields: tuple[tuple[str, str], ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    def link(self, bot: str) -> str:
        """The link that carries it; it leads to the bot itself."""
        told = json.dumps([self.tap, self.fields, dict(self.answers)], ensure_ascii=False)
        return f"https://t.me/{bot}?{urlencode({'ask': told})}"

    def html(self, bot: str) -> str:
        """The message that asks for the first field."""
        hidden = f'<a href="{self.link(bot).replace("&", "&amp;")}">{HIDDEN}</a>'
        question = marked(self.label.rstrip("?:"), "b")
        return f"{hidden}{question}?\nReply to this message. A dash leaves it out."

    @property
    def label(self) -> str:
        """What is asked for."""
        return self.fields[0][1]

    def answered(self, text: str) -> "Ask":
        """The form with this answer to the first field."""
        name = self.fields[0][0]
        given = "" if text.strip() in SKIPS else text.strip()
        answers = {**self.answers, **({name: given} if given else {})}
        return replace(self, fields=self.fields[1:], answers=answers)

    def done(self, bot: str) -> bool:
        """Nothing is left to ask, or no room is left to carry it."""
        return not self.fields or len(self.link(bot)) > LONGEST


def asked(form: Form) -> Ask | None:
    """What of a form is asked for in words; None where everything is a button."""
    fields = tuple((f.name, f.label) for f in written(form.fields))
    return Ask(form.tap, fields) if fields else None


def ask_in(entities: object, bot: str) -> Ask | None:
    """The form a message of ours asks for, from its marked places; None where it asks nothing."""
    for entity in entities if isinstance(entities, list) else ():
        url = entity.get("url") if isinstance(entity, dict) else None
        if isinstance(url, str) and entity.get("type") == "text_link":
            found = _read(url, bot)
            if found:
                return found
    return None


def _read(url: str, bot: str) -> Ask | None:
    try:
        parts = urlsplit(url)
        if parts.path.lower() != f"/{bot.lower()}":
            return None
        told: Any = json.loads(parse_qs(parts.query, max_num_fields=4)["ask"][0])
        tap, fields, answers = told
        pairs = tuple((str(name), str(label)) for name, label in fields)
        kept = {str(name): str(value) for name, value in answers.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Ask(str(tap), pairs, kept) if pairs else None
