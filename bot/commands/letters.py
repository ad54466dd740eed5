"""``fifteen letters``: cards that did not arrive, for whoever runs the machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.clock import SystemClock
from bot.commands.looking import looking
from bot.commands.words import CommandError, say, say_json
from bot.settings import read_settings

if TYPE_CHECKING:
    from storage.leftover import LeftOut
    from storage.outbox import DeadLetter
    from storage.store import Book, Store

MOST: Final = 1000
"""Letters shown or sent again at once."""
Letters = list[tuple[str, "DeadLetter"]]


def list_letters(*, as_json: bool) -> None:
    """Prints what could not be delivered, what nobody knows of whether it arrived, and what came in
    and could not be taken."""
    with looking(read_settings(), SystemClock()) as book:
        found, left = _letters(book), book.left_out(MOST)
    if as_json:
        letters = [_row(state, letter) for state, letter in found]
        say_json({"letters": letters, "left_out": [_left_row(each) for each in left]})
        return
    for state, letter in found:
        to = letter.parcel.to
        at = _time(letter.at)
        say(f"{letter.parcel.id:<8}  {state:<8}  {at}  {to.channel} {to.chat}")
        say(f"{'':<8}  {letter.parcel.card.title}: {letter.why}")
    for each in left:
        say(f"{'left out':<18}  {_time(each.at)}  {_place(each)}")
        say(f"{'':<8}  {each.line or 'never read'}: {each.why}; ask for it to be typed anew")
    if not found and not left:
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


def _left_row(left: "LeftOut") -> dict[str, object]:
    return {
        "key": left.key,
        "came": left.at.astimezone(UTC).isoformat(),
        "channel": left.chat.channel if left.chat else "",
        "chat": left.chat.chat if left.chat else "",
        "line": left.line,
        "why": left.why,
    }


def _place(left: "LeftOut") -> str:
    return f"{left.chat.channel} {left.chat.chat}" if left.chat else left.key


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@contextmanager
def _store() -> "Iterator[Store]":
    from storage.store import open_store

    # Beside a running Fifteen: nothing here takes the file for itself or upgrades it under it.
    with open_store(read_settings().database, clock=SystemClock().now, upgrade=False) as store:
        yield store
