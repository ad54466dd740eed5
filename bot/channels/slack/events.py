"""What Slack sends, read strictly into what it means here. Pure: a payload goes in, a ``Heard``
comes out; None is what nobody is answered about: bots, edits, our own messages, and nonsense."""

import json
from dataclasses import replace
from typing import Final

from bot.channels.slack.forms import FORM, form_view, line_view, unpacked
from bot.channels.slack.heard import HOME, Ask, Gone, Heard, Home, Line, Place, Press, Refusal, Self
from bot.channels.slack.payload import at, attached, node, plain, teams_of

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
NO_LINE: Final = (
    "I keep a picture or a file only together with a line, so nothing was kept. Send it once more "
    "and type in the same message what happened."
)


def read(body: object, me: Self) -> Heard:
    """What the payload means. Never raises, whatever it holds."""
    kind = at(body, "type")
    if kind == "event_callback":
        return _event(body, me)
    if kind == "block_actions":
        return _action(body, me)
    if kind == "view_submission":
        return _submission(body, me)
    if kind in ("message_action", "shortcut"):
        return _shortcut(body, me)
    return _command(body, me) if at(body, "command") else None


def _foreign(me: Self, *teams: str) -> bool:
    return any(team and team not in (me.team, me.enterprise) for team in teams)


def _event(body: object, me: Self) -> Heard:
    event = node(body, "event")
    kind, user = at(event, "type"), at(event, "user")
    if _foreign(me, *teams_of(body)[:1]):
        return None
    if kind == "user_change":
        return _changed(node(event, "user"), me)
    if not user or user == me.user or node(event, "bot_id") or node(event, "bot_profile"):
        return None
    if kind == "app_home_opened":
        stamp = at(event, "event_ts") or at(body, "event_id")
        return Home(f"slack:{me.team}:home:{stamp}", user) if at(event, "tab") == HOME else None
    ours = kind == "app_mention" or (kind == "message" and at(event, "channel_type") == "im")
    plain_line = at(event, "subtype") in TYPED and not node(event, "hidden")
    return _typed(event, user, me) if ours and plain_line else None


def _typed(event: object, user: str, me: Self) -> Heard:
    channel, stamp = at(event, "channel"), at(event, "ts")
    if not channel or not stamp:
        return None
    private = at(event, "type") == "message" or channel.startswith("D")
    there = "" if private else channel
    if _foreign(me, at(event, "user_team"), at(event, "source_team")):
        return Refusal(user, STRANGER, there)
    text = plain(at(event, "text"), me.user)
    came = attached(event)
    if not text:
        words = FORWARDED if _forwarded(event) else NO_LINE if came else NO_TEXT
        return Refusal(user, words, there)
    key = f"slack:{me.team}:{channel}:{stamp}"
    if private:
        return Line(key, user, Place(), text, attached=came)
    if len(text) <= SHORT:
        line = Line(key, user, Place(), text, hint=ELSEWHERE, heard_in=channel)
    else:
        place = Place(channel, at(event, "thread_ts") or stamp)
        line = Line(key, user, place, text, heard_in=channel)
    return replace(line, attached=came)


def _forwarded(event: object) -> bool:
    shared = node(event, "attachments")
    return isinstance(shared, list) and any(
        node(one, "is_share") or node(one, "is_msg_unfurl") for one in shared
    )


def _changed(user: object, me: Self) -> Heard:
    shut = ("deleted", "is_restricted", "is_ultra_restricted", "is_bot")
    account = "" if _foreign(me, at(user, "team_id")) else at(user, "id")
    return Gone(account) if account and any(node(user, name) is True for name in shut) else None


def _command(body: object, me: Self) -> Heard:
    user, trigger = at(body, "user_id"), at(body, "trigger_id")
    if not user or not trigger:
        return None
    channel = at(body, "channel_id")
    if _foreign(me, at(body, "team_id")):
        return Refusal(user, STRANGER, channel)
    text = plain(at(body, "text"), me.user)
    if not text:
        usage = "Type what happened behind it: /moment guest 412 furious room not ready"
        return Refusal(user, usage, channel)
    return Line(f"slack:{me.team}:{trigger}", user, Place(), text, hint=ELSEWHERE, heard_in=channel)


def _shortcut(body: object, me: Self) -> Heard:
    user, trigger = at(body, "user", "id"), at(body, "trigger_id")
    if not user or not trigger:
        return None
    if _foreign(me, at(body, "user", "team_id"), at(body, "team", "id")):
        return Refusal(user, STRANGER)
    if at(body, "type") == "shortcut":
        return Ask(user, trigger, line_view())
    text = plain(at(body, "message", "text"), me.user)
    channel = at(body, "channel", "id")
    if not text:
        return Refusal(user, NO_TEXT, channel)
    key = f"slack:{me.team}:{at(body, 'action_ts') or trigger}:{user}"
    line = Line(key, user, Place(), text, typed=False, hint=ELSEWHERE, heard_in=channel)
    return replace(line, attached=attached(node(body, "message")))


def _action(body: object, me: Self) -> Heard:
    actions, user = node(body, "actions"), at(body, "user", "id")
    if not user or not isinstance(actions, list) or not actions:
        return None
    channel = at(body, "channel", "id") or at(body, "container", "channel_id")
    if _foreign(me, at(body, "user", "team_id")):
        return Refusal(user, STRANGER, channel)
    action, place = actions[0], _place(body, channel)
    tap = at(action, "value") or at(action, "selected_option", "value")
    if at(action, "action_id") == FORM:
        form, trigger = unpacked(tap), at(body, "trigger_id")
        where = json.dumps([place.chat, place.thread, form.tap if form else ""])
        return Ask(user, trigger, form_view(form, where)) if form and trigger else None
    stamp = at(action, "action_ts") or at(body, "trigger_id")
    if not tap or not stamp:
        return None
    message = at(body, "container", "message_ts") or at(body, "container", "view_id")
    return Press(f"slack:{me.team}:{message}:{stamp}:{user}", user, place, tap)


def _place(body: object, channel: str) -> Place:
    """A direct message is the private place; anywhere else the thread the card stands in."""
    if not channel or channel.startswith("D"):
        return Place()
    stamp = at(body, "message", "thread_ts") or at(body, "container", "thread_ts")
    return Place(channel, stamp or at(body, "container", "message_ts"))


def _submission(body: object, me: Self) -> Heard:
    user, view = at(body, "user", "id"), node(body, "view")
    name, made = at(view, "callback_id"), at(view, "id")
    if not user or not made:
        return None
    if _foreign(me, at(body, "user", "team_id")):
        return Refusal(user, STRANGER)
    fields, key = _answers(node(view, "state", "values")), f"slack:{me.team}:{made}"
    if name == "line":
        text = fields.get("text", "").strip()
        return Line(key, user, Place(), text) if text else None
    where = _where(at(view, "private_metadata"))
    return Press(key, user, where[0], where[1], fields) if where and where[1] else None


def _answers(values: object) -> dict[str, str]:
    """What was filled in, by field; what was left empty is not there."""
    found = {}
    for name, element in values.items() if isinstance(values, dict) else ():
        answer = node(element, "v")
        text = at(answer, "value") or at(answer, "selected_option", "value")
        if isinstance(name, str) and text:
            found[name] = text
    return found


def _where(text: str) -> tuple[Place, str] | None:
    try:
        chat, thread, tap = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return (Place(str(chat), str(thread)), str(tap))
