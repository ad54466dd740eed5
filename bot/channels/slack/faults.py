"""What goes wrong with a call to Slack: one kind of error, its meaning, and how far it reaches."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bot.channels.base import DeliveryError, Scope

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

GONE: Final = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "cant_edit_message",
        "is_inactive",
        "no_text",
    }
)
"""The message to be edited is not there any more, or may not be edited: a new one is sent."""
UNSURE: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""Slack says of these itself that the call may have worked all the same."""
CHAT_GONE: Final = {
    "channel_not_found": "the channel is gone, or Fifteen is not in it",
    "not_in_channel": "Fifteen is not in the channel: invite it",
    "is_archived": "the channel is archived",
    "user_not_found": "there is no such person in the workspace",
    "user_disabled": "the person was deactivated",
    "users_not_found": "there is no such person in the workspace",
    "cannot_dm_bot": "a bot cannot be written to",
    "messages_tab_disabled": "the app's Messages tab is off: turn it on in the app's settings",
    "restricted_action": "the workspace does not let Fifteen write there",
}
"""Nothing reaches this chat any more, and why."""
SHUT_OUT: Final = {
    "missing_scope": "the app lacks a permission: install it again with the manifest",
    "invalid_auth": "the bot token is not valid: set SLACK_BOT_TOKEN anew",
    "not_authed": "the bot token is missing: set SLACK_BOT_TOKEN",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is a token of another kind: it begins with xoxb-",
    "account_inactive": "the app was removed from the workspace",
    "token_revoked": "the bot token was revoked: install the app again",
    "token_expired": "the bot token has expired: install the app again",
    "team_access_not_granted": "the app was not granted access to the workspace",
}
"""Nothing can be sent at all before somebody sees to it."""
NO_CARD: Final = {
    "invalid_blocks": "Slack does not take the card's blocks",
    "msg_too_long": "the card is too long for Slack",
    "msg_blocks_too_long": "the card is too long for Slack",
    "storage_limit_reached": "the workspace has no room for files",
    "file_uploads_disabled": "the workspace allows no files",
    "file_uploads_except_images_disabled": "the workspace allows no files but pictures",
    "file_upload_size_restricted": "the file is too large for the workspace",
}
"""This card, or this file of it, will never be taken."""
SOCKET: Final = "apps.connections.open"
NO_SOCKET: Final = {
    "invalid_auth": "the app token is not valid: set SLACK_APP_TOKEN anew",
    "not_authed": "the app token is missing: set SLACK_APP_TOKEN",
    "not_allowed_token_type": "SLACK_APP_TOKEN is a token of another kind: it begins with xapp-",
    "missing_scope": "the app token lacks connections:write: make a new one",
}
"""The one call that is made with the app's token."""
MEANINGS: Final[tuple[tuple[Mapping[str, str], Scope], ...]] = (
    (CHAT_GONE, "chat"),
    (SHUT_OUT, "channel"),
    (NO_CARD, "card"),
)
"""Errors that no repeat mends: what they mean, and how far they reach."""


class WireError(DeliveryError):
    """A call did not work. ``code`` is Slack's own word, empty where it said none."""

    def __init__(
        self,
        why: str,
        *,
        code: str = "",
        permanent: bool = False,
        retry_after: float | None = None,
        unknown: bool = False,
        scope: Scope = "card",
    ) -> None:
        super().__init__(
            why, permanent=permanent, retry_after=retry_after, unknown=unknown, scope=scope
        )
        self.code = code


def told(method: str, problem: "SlackApiError | Exception") -> WireError:
    """The error for what the library raised."""
    response = getattr(problem, "response", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    held = getattr(response, "data", None)
    code = str(held.get("error", "")) if isinstance(held, dict) else ""
    if status == 429 or code == "ratelimited":
        return _flooded(method, getattr(response, "headers", {}))
    if not code or code in UNSURE or status >= 500:
        return WireError(f"{method}: Slack failed ({code or status})", code=code, unknown=True)
    if method == SOCKET and code in NO_SOCKET:
        why = f"{method}: {NO_SOCKET[code]}"
        return WireError(why, code=code, permanent=True, scope="channel")
    for meanings, scope in MEANINGS:
        if code in meanings:
            why = f"{method}: {meanings[code]}"
            return WireError(why, code=code, permanent=True, scope=scope)
    return WireError(f"{method}: {code}", code=code)


def _flooded(method: str, headers: Mapping[str, str]) -> WireError:
    """Posts are counted for each chat; every other method for the whole workspace."""
    return WireError(
        f"{method}: too many calls",
        code="ratelimited",
        retry_after=_seconds(headers),
        scope="chat" if method == "chat.postMessage" else "channel",
    )


def _seconds(headers: Mapping[str, str]) -> float:
    """What Retry-After asks for; 30 s where Slack forgot to say."""
    named = {str(name).lower(): value for name, value in dict(headers).items()}
    try:
        return max(1.0, float(named.get("retry-after", 30)))
    except (TypeError, ValueError):
        return 30.0
