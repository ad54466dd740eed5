"""Payloads in: each handed to its workspace, kept, and only then answered.

Slack sends an event again that was not acknowledged within three seconds, but never a command, a
press or a form. So an event we are slow with is left unacknowledged and taken at its next coming,
and whoever typed a command or sent a form is told in words that it is not written down yet.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.channels.base import Door, Receive, Say
from bot.channels.slack.events import read
from bot.channels.slack.hearing import Hands, Hearing
from bot.channels.slack.workspaces import Workspaces
from bot.conversations.types import Filled, Said, Tapped
from bot.redact import told

log = logging.getLogger(__name__)

PATIENCE: Final = 0.9
"""Seconds until Slack gets its answer, whatever the database does."""

LATE: Final = (
    "This is not written down yet, it takes longer than it should. Help the customer first; if no "
    "card comes within a minute, send it again."
)


class NotTakenError(Exception):
    """Not kept, or not known to be: Slack is to send it again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the acknowledgement says: a sentence to a command, a fault of a form, or nothing."""

    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


class Intake:
    """Takes payloads in. ``receive`` is set while events are taken."""

    def __init__(
        self, workspaces: Workspaces, door: Door, clock: Callable[[], datetime], say: Say
    ) -> None:
        self.receive: Receive | None = None
        self.patience = PATIENCE
        self._workspaces = workspaces
        hands = Hands(self._keep, self.start, say, clock, door)
        self._hearings = {each.team: Hearing(each, hands) for each in workspaces}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(self, body: dict[str, Any]) -> Answer:
        """Takes one payload in; returns once it is kept, within a second.

        Raises:
            NotTakenError: it is not kept yet; it has to come again.
        """
        task = self.start(self._take(body))
        await asyncio.wait({task}, timeout=self.patience)
        if task.done() and task.exception() is None:
            return Answer(task.result()) if body.get("command") else Answer()
        if body.get("command"):
            return Answer(LATE)
        if body.get("type") == "view_submission":
            return Answer(errors={_first_field(body): LATE})
        raise NotTakenError("not kept within the time Slack gives")

    async def close(self) -> None:
        """Lets what is under way come to its end."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, body: dict[str, Any]) -> str:
        """Keeps it; the sentence a command is answered with."""
        workspace = await self._workspaces.of(body)
        heard = read(body, await workspace.me())
        if heard is None:
            return ""
        hearing = self._hearings[workspace.team]
        words, chat = await hearing.take(heard, _name_of(body))
        if words and not body.get("command"):
            self.start(hearing.tell(heard.user, words, chat))
        return words

    async def _keep(self, event: Said | Tapped | Filled) -> str:
        if self.receive is None:
            raise NotTakenError("starting or stopping")
        return await self.receive(event)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("not taken in: %s", told(problem))

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Does it beside everything else; ``close`` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task


def _name_of(body: dict[str, Any]) -> str:
    """The payload's own name, the same when it comes again."""
    return str(body.get("event_id") or body.get("trigger_id") or id(body))


def _first_field(body: dict[str, Any]) -> str:
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    first = blocks[0] if isinstance(blocks, list) and blocks else {}
    return str(first.get("block_id", "")) if isinstance(first, dict) else ""
