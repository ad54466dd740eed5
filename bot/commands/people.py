"""``fifteen people``: who may do what, for whoever runs the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Final

from bot.clock import SystemClock
from bot.codes import VALID_FOR, fingerprint, new_code
from bot.commands.looking import must_exist
from bot.commands.words import USAGE, CommandError, say, say_json
from bot.conversations.types import Invite, Person
from bot.door import OPERATOR, plain_name
from bot.settings import Settings, read_settings
from playbooks.engine.vocabulary import ROLES, Role

if TYPE_CHECKING:
    from storage.store import Book, Store

HOW: Final = "They send it to Fifteen in a private chat in Slack or Telegram."


def list_people(site: str, *, as_json: bool) -> None:
    """Prints everybody enrolled, the accounts they are known by, and who was removed."""
    with _store(read_settings()) as store:
        found = store.call(_everybody)
    rows = [row for row in found if site in ("", row["site"])]
    if as_json:
        say_json({"people": rows})
        return
    for row in rows:
        accounts = row["accounts"] or "no account"
        gone = "" if row["active"] else ", removed"
        say(f"{row['id']:<20}  {row['name']}, {row['role']} at {row['site']}, {accounts}{gone}")
    if not rows:
        say("Nobody is enrolled. `fifteen people invite --role staff` lets somebody in.")


def invite_somebody(role: str, site: str, name: str, *, as_json: bool) -> None:
    """Prints a one-time code that enrols somebody as that role at that site."""
    settings = read_settings()
    made, at = _role(role), _site(settings, site)
    code, expires = new_code(), SystemClock().now() + VALID_FOR
    new = Invite(fingerprint(code), made, at, OPERATOR, expires, plain_name(name))
    with _store(settings) as store:
        store.call(lambda book: book.invite(new))
    if as_json:
        say_json({"code": code, "role": made, "site": at, "expires": expires.isoformat()})
    else:
        say(f"{code}  ({made} at {at}, once, until {expires.astimezone(UTC):%Y-%m-%d %H:%M} UTC)")
        say(HOW)


def change_somebody(person_id: str, role: str, site: str, name: str) -> None:
    """Gives somebody another role, site or name."""
    settings = read_settings()
    if not (role or site or name):
        raise CommandError(
            "Nothing to change was named.", do="Add --role, --site or --name.", code=2
        )
    with _store(settings) as store:
        who = _find(store, person_id)
        new = replace(
            who,
            role=_role(role) if role else who.role,
            site=_site(settings, site) if site else who.site,
            name=plain_name(name) or who.name,
        )
        store.call(lambda book: book.save_person(new))
    say(f"{new.name} is {new.role} at {new.site} now.")


def remove_somebody(person_id: str) -> None:
    """Ends somebody's access at once; what they did stays. Their unused codes go as well."""
    with _store(read_settings()) as store:
        who = _find(store, person_id)
        store.call(lambda book: _remove(book, who))
    say(f"{who.name} was removed. A new invitation lets them in again.")


def _remove(book: "Book", who: Person) -> None:
    book.save_person(replace(who, active=False))
    book.withdraw_invites(who.id)


def _everybody(book: "Book") -> list[dict[str, object]]:
    return [
        {
            "id": each.id,
            "name": each.name,
            "role": each.role,
            "site": each.site,
            "active": each.active,
            "accounts": ", ".join(":".join(account) for account in book.accounts(each.id)),
        }
        for each in book.people_all()
    ]


def _find(store: "Store", person_id: str) -> Person:
    found = store.call(lambda book: book.person(person_id))
    if found is None:
        raise CommandError(
            f"Nobody has the id “{person_id}”.",
            "Nothing was changed.",
            "`fifteen people list` shows the ids.",
        )
    return found


def _role(word: str) -> Role:
    for role in ROLES:
        if role == word:
            return role
    raise CommandError(
        f"“{word}” is no role.", "Nothing was changed.", f"Write one of {', '.join(ROLES)}.", USAGE
    )


def _site(settings: Settings, name: str) -> str:
    """A site of the house; without a name the one newcomers start at."""
    from bot.commands.library import open_library, site_of

    return site_of(open_library(settings), name or settings.site).id


@contextmanager
def _store(settings: Settings) -> "Iterator[Store]":
    """The database, beside a Fifteen that may be running on it.

    Raises:
        CommandError: there is none yet.
        StorageError: it is not of this version's form, or cannot be reached.
    """
    from storage.store import open_store

    must_exist(
        settings,
        "Nobody is enrolled.",
        "Start Fifteen with `fifteen run`, or run `fifteen migrate`.",
    )
    with open_store(settings.database, clock=SystemClock().now, upgrade=False) as store:
        yield store
