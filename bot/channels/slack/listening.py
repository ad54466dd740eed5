"""The library's app: one listener for each kind of payload, all of them ours."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from bot.channels.slack.intake import Answer, NotTakenError
from bot.channels.slack.wire import QUIET
from bot.channels.slack.workspaces import Workspaces

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.response import BoltResponse

ANY: Final = re.compile("")


def make_app(
    workspaces: Workspaces, take: Callable[[dict[str, Any]], Awaitable[Answer]]
) -> "AsyncApp":
    """An app that hands every payload to ``take`` and acknowledges afterwards.

    A listener for each button would be looked through one by one at every press: forty cost five
    times as much as one. Signatures are checked before the app sees a request.
    """
    from slack_bolt.async_app import AsyncApp

    quiet = logging.getLogger(f"{QUIET}.app")
    quiet.setLevel(logging.CRITICAL)
    app = AsyncApp(
        name="fifteen",
        client=workspaces.home.wire.client,
        authorize=_authorizing(workspaces),
        process_before_response=True,
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        logger=quiet,
    )

    async def heard(ack: "AsyncAck", body: dict[str, Any]) -> "BoltResponse":
        from slack_bolt.response import BoltResponse

        try:
            answer = await take(body)
        except NotTakenError:
            return BoltResponse(status=503, body="")
        return await _acknowledged(ack, answer)

    for listen in (app.event, app.command, app.shortcut, app.action, app.view):
        listen(ANY)(heard)
    return app


def _authorizing(
    workspaces: Workspaces,
) -> "Callable[[str | None], Awaitable[AuthorizeResult]]":
    """Our own bot in the workspace of a payload: asked of Slack once, not for each."""

    async def authorize(team_id: str | None) -> "AuthorizeResult":
        from slack_bolt.authorization import AuthorizeResult

        workspace = workspaces.team(team_id)
        me = await workspace.me()
        return AuthorizeResult(
            enterprise_id=me.enterprise or None,
            team_id=me.team,
            bot_id=me.bot,
            bot_user_id=me.user,
            bot_token=workspace.wire.client.token,
        )

    return authorize


async def _acknowledged(ack: "AsyncAck", answer: Answer) -> "BoltResponse":
    if answer.errors:
        return await ack(response_action="errors", errors=answer.errors)
    return await ack(text=answer.text) if answer.text else await ack()
