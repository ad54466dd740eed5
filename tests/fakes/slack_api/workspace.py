"""A workspace in memory: people, channels, messages; and what they send when somebody acts."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Node = dict[str, Any]
Sending = tuple[str, Node]
"""Kind of envelope (events_api, slash_commands, interactive) and payload."""

TEAM, BOT_USER, BOT = "T0TEAM", "U0BOT", "B0BOT"


@dataclass
class Workspace:
    """State as Slack would hold it. ``people`` are users.info's objects by id."""

    team: str = TEAM
    people: dict[str, Node] = field(default_factory=dict)
    channels: set[str] = field(default_factory=lambda: {"C0DESK"})
    messages: dict[str, dict[str, Node]] = field(default_factory=dict)
    ephemeral: list[Node] = field(default_factory=list)
    homes: dict[str, Node] = field(default_factory=dict)
    views: dict[str, Node] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    triggers: dict[str, float] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    last: float = 0.0

    def join(self, user: str, name: str, **more: object) -> str:
        self.people[user] = {
            "id": user,
            "team_id": self.team,
            "real_name": name,
            "locale": "en-GB",
            "profile": {"display_name": name},
            **more,
        }
        return user

    def stamp(self) -> str:
        """A message's own time: no two are alike."""
        self.last = max(time.time(), self.last + 0.000_002)
        return f"{self.last:.6f}"

    def trigger(self) -> str:
        name = f"trigger.{next(self.numbers)}"
        self.triggers[name] = time.monotonic()
        return name

    def dm(self, user: str) -> str:
        return f"D{user[1:]}"

    def put(self, channel: str, message: Node) -> Node:
        message["ts"] = self.stamp()
        self.messages.setdefault(channel, {})[message["ts"]] = message
        return message

    def cards(self, channel: str) -> list[Node]:
        """Our bot's messages in a chat, oldest first, but for files."""
        found = self.messages.get(channel, {}).values()
        return [m for m in found if m.get("bot_id") == BOT and "files" not in m]

    def files(self, channel: str) -> list[Node]:
        """The files our bot shared in a chat, oldest first."""
        found = self.messages.get(channel, {}).values()
        return [f for m in found if m.get("bot_id") == BOT for f in m.get("files", ())]

    # --- what people do ----------------------------------------------------------------------

    def event(self, event: Node, **outer: object) -> Sending:
        number = next(self.numbers)
        return "events_api", {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": "A0",
            "event_id": f"Ev{number:08}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": self.team, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
            **outer,
        }

    def types(self, user: str, text: str, **more: object) -> Sending:
        """A line in the direct message with us, in Slack's own escaping."""
        channel = self.dm(user)
        message = self.put(channel, {"user": user, "text": slack_text(text), "type": "message"})
        return self.event(
            {**message, "channel": channel, "channel_type": "im", "team": self.team, **more}
        )

    def mentions(self, user: str, text: str, channel: str = "C0DESK", **more: object) -> Sending:
        said = f"<@{BOT_USER}> {slack_text(text)}"
        message = self.put(channel, {"user": user, "text": said, "type": "message"})
        return self.event({**message, "type": "app_mention", "channel": channel, **more})

    def command(self, user: str, text: str, channel: str = "C0DESK") -> Sending:
        return "slash_commands", {
            "command": "/moment",
            "text": slack_text(text),
            "user_id": user,
            "team_id": self.team,
            "channel_id": channel,
            "trigger_id": self.trigger(),
        }

    def presses(self, user: str, channel: str, message: Node, label: str) -> Sending:
        """Presses a button, or chooses in the menu behind More, by its label."""
        for block in message["blocks"]:
            for element in block["elements"] if block["type"] == "actions" else ():
                action = _action(element, label)
                if action:
                    return self.acts(user, channel, message, action)
        raise AssertionError(f"no button {label!r} on {labels(message)}")

    def acts(self, user: str, channel: str, message: Node, action: Node) -> Sending:
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel}
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        return "interactive", {
            "type": "block_actions",
            "team": {"id": self.team},
            "user": {"id": user, "team_id": self.people[user]["team_id"]},
            "channel": {"id": channel},
            "container": container,
            "message": message,
            "trigger_id": self.trigger(),
            "actions": [{**action, "action_ts": self.stamp()}],
        }

    def submits(self, user: str, view: Node, fields: Mapping[str, str]) -> Sending:
        values = {}
        for block in view["blocks"]:
            value = fields.get(block["block_id"])
            kind = block["element"]["type"]
            answer: Node = {"type": kind}
            if kind == "static_select":
                answer["selected_option"] = {"value": value} if value else None
            else:
                answer["value"] = value
            values[block["block_id"]] = {block["element"]["action_id"]: answer}
        return "interactive", {
            "type": "view_submission",
            "team": {"id": self.team},
            "user": {"id": user, "team_id": self.people[user]["team_id"]},
            "trigger_id": self.trigger(),
            "view": {**view, "state": {"values": values}},
        }

    def shortcut(self, user: str) -> Sending:
        return "interactive", {
            "type": "shortcut",
            "callback_id": "log_moment",
            "team": {"id": self.team},
            "user": {"id": user, "team_id": self.people[user]["team_id"]},
            "trigger_id": self.trigger(),
            "action_ts": self.stamp(),
        }

    def logs_message(self, user: str, channel: str, message: Node) -> Sending:
        kind, payload = self.shortcut(user)
        payload |= {"type": "message_action", "message": message, "channel": {"id": channel}}
        return kind, payload

    def opens_home(self, user: str) -> Sending:
        return self.event(
            {"type": "app_home_opened", "user": user, "tab": "home", "event_ts": self.stamp()}
        )


def picture(name: str = "412.png", media: str = "image/png") -> Node:
    """A file as it comes along with a message."""
    link = f"https://example.slack.com/files/U0ANA/F0PIC/{name}"
    return {"id": "F0PIC", "name": name, "mimetype": media, "permalink": link}


def slack_text(text: str) -> str:
    """Text as Slack hands on what somebody typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _action(element: Node, label: str) -> Node | None:
    common = {"action_id": element["action_id"], "type": element["type"]}
    if element["type"] == "button" and element["text"]["text"] == label:
        return {**common, "value": element["value"]}
    for option in element.get("options", ()):
        if option["text"]["text"] == label:
            return {**common, "selected_option": option}
    return None


def labels(message: Node, *, more: bool = False) -> list[str]:
    """The buttons' labels, or with ``more`` the menu's."""
    found = []
    for block in message["blocks"]:
        for element in block["elements"] if block["type"] == "actions" else ():
            if element["type"] == "button" and not more:
                found.append(element["text"]["text"])
            elif more:
                found += [option["text"]["text"] for option in element.get("options", ())]
    return found


def readable(blocks: list[Node]) -> str:
    """All that can be read in the blocks, a line for each."""
    return "\n".join(_texts(block) for block in blocks)


def _texts(node: object) -> str:
    if isinstance(node, list):
        return "".join(_texts(each) for each in node)
    if not isinstance(node, dict):
        return ""
    text = node.get("text")
    own = text if isinstance(text, str) else _texts(text)
    return own + _texts(node.get("elements")) + _texts(node.get("options"))
