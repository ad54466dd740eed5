"""What Slack sends, read strictly into what it means here. Pure: a payload goes in, a ``Heard``
comes out; None is what nobody is answered about: bots, edits, our own messages, and nonsense."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from bot.channels.slack.render import FORM, form_view, line_view, unpacked

HOME: Final = "home"
"""Stands as the thread of an address that means somebody's Home tab."""
TYPED: Final = ("", "file_share", "me_message")
"""Kinds of message that somebody has just typed; the others are edits, joins and the like."""
SHORT: Final = 20
"""A mention as short as a command is answered in private: what is open with somebody, or a week's
numbers, is not for the whole channel."""

ELSEWHERE: Final = "I answered you in our direct messages."
STRANGER: Final = (
    "Fifteen is for members of this workspace. You are a visitor from another one, so nothing was "
    "kept: please tell a colleague here."
)
FORWARDED: Final = (
    "I do not read forwarded messages, because I could not tell who said what. Type what happened, "
    "or choose “Log as a moment” on the message itself."
)
NO_TEXT: Final = "There is no text in it. Type in a few words what happened."


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened. ``chat`` is empty in private: a direct message or a command."""

    chat: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody typed a line. ``typed`` is false where she chose a message somebody else wrote;
    ``hint`` is told to her alone, in ``heard_in``, once the line is kept."""

    key: str
    user: str
    place: Place
    text: str
    typed: bool = True
    hint: str = ""
    heard_in: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button, a menu's choice, or a form sent with its ``fields``."""

    key: str
    user: str
    place: Place
    tap: str
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A form has to be opened, within three seconds."""

    user: str
    trigger: str
    view: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """Somebody looks at her Home tab."""

    key: str
    user: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The account was shut, or made a guest."""

    user: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing is kept; ``words`` say why, to nobody else."""

    user: str
    words: str
    chat: str = ""


Heard: TypeAlias = Line | Press | Ask | Home | Gone | Refusal | None


@dataclass(frozen=True, slots=True)
class Self:
    """Who we are, as Slack says: from ``auth.test``."""

    team: str
    user: str
    bot: str
    enterprise: str = ""


def read(body: object, me: Self) -> Heard:
    """What the payload means. Never raises, whatever it holds."""
    kind = _at(body, "type")
    if kind == "event_callback":
        return _event(body, me)
    if kind == "block_actions":
        return _action(body, me)
    if kind == "view_submission":
        return _submission(body, me)
    if kind in ("message_action", "shortcut"):
        return _shortcut(body, me)
    return _command(body, me) if _at(body, "command") else None


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


def _at(node: object, *names: str) -> str:
    """The text found down these names; empty where there is none."""
    found = _node(node, *names)
    return _storable(found) if isinstance(found, str) else ""


def _storable(text: str) -> str:
    """Without what no database keeps: a line refused there would come again and again."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _node(node: object, *names: str) -> object:
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _foreign(me: Self, *teams: str) -> bool:
    return any(team and team not in (me.team, me.enterprise) for team in teams)


def _event(body: object, me: Self) -> Heard:
    event = _node(body, "event")
    kind, user = _at(event, "type"), _at(event, "user")
    if kind == "user_change":
        return _changed(_node(event, "user"))
    if not user or user == me.user or _node(event, "bot_id") or _node(event, "bot_profile"):
        return None
    if kind == "app_home_opened":
        stamp = _at(event, "event_ts") or _at(body, "event_id")
        return Home(f"slack:{me.team}:home:{stamp}", user) if _at(event, "tab") == HOME else None
    ours = kind == "app_mention" or (kind == "message" and _at(event, "channel_type") == "im")
    plain_line = _at(event, "subtype") in TYPED and not _node(event, "hidden")
    return _typed(event, user, me) if ours and plain_line else None


def _typed(event: object, user: str, me: Self) -> Heard:
    channel, stamp = _at(event, "channel"), _at(event, "ts")
    if not channel or not stamp:
        return None
    private = _at(event, "type") == "message" or channel.startswith("D")
    there = "" if private else channel
    if _foreign(me, _at(event, "user_team"), _at(event, "source_team")):
        return Refusal(user, STRANGER, there)
    text = plain(_at(event, "text"), me.user)
    if not text:
        return Refusal(user, FORWARDED if _forwarded(event) else NO_TEXT, there)
    key = f"slack:{me.team}:{channel}:{stamp}"
    if private:
        return Line(key, user, Place(), text)
    if len(text) <= SHORT:
        return Line(key, user, Place(), text, hint=ELSEWHERE, heard_in=channel)
    place = Place(channel, _at(event, "thread_ts") or stamp)
    return Line(key, user, place, text, heard_in=channel)


def _forwarded(event: object) -> bool:
    shared = _node(event, "attachments")
    return isinstance(shared, list) and any(
        _node(one, "is_share") or _node(one, "is_msg_unfurl") for one in shared
    )


def _changed(user: object) -> Heard:
    shut = ("deleted", "is_restricted", "is_ultra_restricted", "is_bot")
    account = _at(user, "id")
    return Gone(account) if account and any(_node(user, name) is True for name in shut) else None


def _command(body: object, me: Self) -> Heard:
    user, trigger = _at(body, "user_id"), _at(body, "trigger_id")
    if not user or not trigger:
        return None
    channel = _at(body, "channel_id")
    if _foreign(me, _at(body, "team_id")):
        return Refusal(user, STRANGER, channel)
    text = plain(_at(body, "text"), me.user)
    if not text:
        usage = "Type what happened behind it: /moment guest 412 furious room not ready"
        return Refusal(user, usage, channel)
    return Line(f"slack:{me.team}:{trigger}", user, Place(), text, hint=ELSEWHERE, heard_in=channel)


def _shortcut(body: object, me: Self) -> Heard:
    user, trigger = _at(body, "user", "id"), _at(body, "trigger_id")
    if not user or not trigger:
        return None
    if _foreign(me, _at(body, "user", "team_id"), _at(body, "team", "id")):
        return Refusal(user, STRANGER)
    if _at(body, "type") == "shortcut":
        return Ask(user, trigger, line_view())
    text = plain(_at(body, "message", "text"), me.user)
    channel = _at(body, "channel", "id")
    if not text:
        return Refusal(user, NO_TEXT, channel)
    key = f"slack:{me.team}:{_at(body, 'action_ts') or trigger}:{user}"
    return Line(key, user, Place(), text, typed=False, hint=ELSEWHERE, heard_in=channel)


def _action(body: object, me: Self) -> Heard:
    actions, user = _node(body, "actions"), _at(body, "user", "id")
    if not user or not isinstance(actions, list) or not actions:
        return None
    channel = _at(body, "channel", "id") or _at(body, "container", "channel_id")
    if _foreign(me, _at(body, "user", "team_id")):
        return Refusal(user, STRANGER, channel)
    action, place = actions[0], _place(body, channel)
    tap = _at(action, "value") or _at(action, "selected_option", "value")
    if _at(action, "action_id") == FORM:
        form, trigger = unpacked(tap), _at(body, "trigger_id")
        where = json.dumps([place.chat, place.thread, form.tap if form else ""])
        return Ask(user, trigger, form_view(form, where)) if form and trigger else None
    stamp = _at(action, "action_ts") or _at(body, "trigger_id")
    if not tap or not stamp:
        return None
    message = _at(body, "container", "message_ts") or _at(body, "container", "view_id")
    return Press(f"slack:{me.team}:{message}:{stamp}:{user}", user, place, tap)


def _place(body: object, channel: str) -> Place:
    """A direct message is the private place; anywhere else the thread the card stands in."""
    if not channel or channel.startswith("D"):
        return Place()
    stamp = _at(body, "message", "thread_ts") or _at(body, "container", "thread_ts")
    return Place(channel, stamp or _at(body, "container", "message_ts"))


def _submission(body: object, me: Self) -> Heard:
    user, view = _at(body, "user", "id"), _node(body, "view")
    name, made = _at(view, "callback_id"), _at(view, "id")
    if not user or not made:
        return None
    if _foreign(me, _at(body, "user", "team_id")):
        return Refusal(user, STRANGER)
    fields, key = _answers(_node(view, "state", "values")), f"slack:{me.team}:{made}"
    if name == "line":
        text = fields.get("text", "").strip()
        return Line(key, user, Place(), text) if text else None
    where = _where(_at(view, "private_metadata"))
    return Press(key, user, where[0], where[1], fields) if where and where[1] else None


def _answers(values: object) -> dict[str, str]:
    """What was filled in, by field; what was left empty is not there."""
    found = {}
    for name, element in values.items() if isinstance(values, dict) else ():
        answer = _node(element, "v")
        text = _at(answer, "value") or _at(answer, "selected_option", "value")
        if isinstance(name, str) and text:
            found[name] = text
    return found


def _where(text: str) -> tuple[Place, str] | None:
    try:
        chat, thread, tap = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return (Place(str(chat), str(thread)), str(tap))
