"""``fifteen letters``: cards that did not arrive, for whoever runs the machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Final

from bot.clock import SystemClock
from bot.commands.looking import looking
from bot.commands.words import CommandError, say, say_json
from bot.settings import read_settings

if TYPE_CHECKING:
    from storage.outbox import DeadLetter
    from storage.store import Book, Store

MOST: Final = 1000
"""Letters shown or sent again at once."""
Letters = list[tuple[str, "DeadLetter"]]


def list_letters(*, as_json: bool) -> None:
    """Prints what could not be delivered, and what nobody knows of whether it arrived."""
    with looking(read_settings(), SystemClock()) as book:
        found = _letters(book)
    if as_json:
        say_json({"letters": [_row(state, letter) for state, letter in found]})
        return
    for state, letter in found:
        to = letter.parcel.to
        at = f"{letter.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        say(f"{letter.parcel.id:<8}  {state:<8}  {at}  {to.channel} {to.chat}")
        say(f"{'':<8}  {letter.parcel.card.title}: {letter.why}")
    if not found:
        say("Everything has arrived.")


def resend_letters(ids: Sequence[int], *, doubtful: bool) -> None:
    """Puts letters back on their way: those named, else all that are dead, with ``doubtful`` also
    all in doubt. A running Fifteen sends them within seconds, else the next start does.

    Raises:
        CommandError: one that was named is no letter that may be sent again.
    """
    now = SystemClock().now()
    with _store() as store:
        wanted = ids or [
            letter.parcel.id
            for state, letter in store.call(_letters)
            if doubtful or state == "dead"
        ]
        done = store.call(lambda book: [n for n in wanted if book.resend(n, now)])
    left = sorted(set(ids) - set(done))
    say(f"{len(done)} {'card goes' if len(done) == 1 else 'cards go'} out again.")
    if left:
        raise CommandError(
            f"Not sent again: {', '.join(map(str, left))}.",
            "There is no such letter, a newer card has its place, or its reader was removed.",
            "`fifteen letters list` shows what there is.",
        )


def _letters(book: "Book") -> Letters:
    dead: Letters = [("dead", each) for each in book.dead_letters(MOST)]
    return dead + [("in doubt", each) for each in book.doubtful_letters(MOST)]


def _row(state: str, letter: "DeadLetter") -> dict[str, object]:
    parcel = letter.parcel
    return {
        "id": parcel.id,
        "state": state.replace(" ", "_"),
        "written": letter.at.astimezone(UTC).isoformat(),
        "channel": parcel.to.channel,
        "chat": parcel.to.chat,
        "person": parcel.person,
        "title": parcel.card.title,
        "why": letter.why,
    }


@contextmanager
def _store() -> "Iterator[Store]":
    from storage.store import open_store

    # Beside a running Fifteen: nothing here takes the file for itself or upgrades it under it.
    with open_store(read_settings().database, clock=SystemClock().now, upgrade=False) as store:
        yield store
