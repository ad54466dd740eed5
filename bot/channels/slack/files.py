"""A card's files go out, in Slack's three steps.

Slack gives a file its id before anything of it is seen. The card's message carries the ids beside
its mark, so that whoever comes after a crash knows which files were meant, and asks the history
which of them arrived. Nothing is shared twice: an id can be completed once.
"""

import logging
from collections.abc import Iterable
from typing import Any, Final

from bot.channels.slack.faults import WireError
from bot.channels.slack.payload import at, files_of
from bot.channels.slack.wire import Wire
from bot.conversations.types import File

log = logging.getLogger(__name__)

ALREADY: Final = "file_not_found"
"""Slack knows the id no more: it was completed before."""


async def upload(wire: Wire, files: Iterable[File]) -> list[str]:
    """Puts the files in Slack, where nobody sees them yet; their ids.

    Raises:
        WireError: Slack did not take one; nothing was shown, so it may be tried again.
    """
    ids = []
    for file in files:
        content = file.content
        asked = {"filename": file.name, "length": len(content)}
        said = await wire.read("files.getUploadURLExternal", **asked)
        await wire.upload(str(said.get("upload_url", "")), content)
        ids.append(str(said.get("file_id", "")))
    return ids


async def share(wire: Wire, files: list[str], chat: str, thread: str, *, again: bool) -> None:
    """Shows the files in the chat, and takes each off the list that is shown. ``again``: it was
    tried before, and perhaps done.

    Raises:
        WireError: it did not work, or nobody knows.
    """
    where = {"channel_id": chat, **({"thread_ts": thread} if thread else {})}
    while files:
        try:
            await wire.write("files.completeUploadExternal", files=[{"id": files[0]}], **where)
        except WireError as problem:
            if problem.code != ALREADY or not again:
                raise
            log.warning("a file was shown before, it is not sent again")
        files.pop(0)


def shown(messages: Iterable[dict[str, Any]]) -> set[str]:
    """The ids of all files in these messages."""
    return {at(one, "id") for message in messages for one in files_of(message)}
