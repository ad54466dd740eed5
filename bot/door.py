"""The door: who somebody is, and who may come in. Behind it nothing is asked twice: default deny.

An account is the platform's own id of a person, kept with whose it is. A stranger comes in by a
one-time code and by nothing else; what the code makes of him was decided by whoever gave it, and is
looked at again when it is used: a manager who was removed in the meantime lets nobody in.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from unicodedata import category

from bot.codes import VALID_FOR, code_in, fingerprint, new_code
from bot.conversations.roles import MAY_INVITE
from bot.conversations.taps import tap
from bot.conversations.types import (
    Address,
    Button,
    Card,
    Fact,
    Invite,
    Parcel,
    Person,
    Post,
    Turn,
)
from bot.conversations.world import first_name

if TYPE_CHECKING:
    from playbooks.engine.schema import House
    from storage.store import Book, Store

START: Final = "start"
"""Who gives the first admin's code; each start takes the one of the start before back."""
OPERATOR: Final = "operator"
"""Who gives codes on the command line: whoever can use it can read the database as well."""
LIST: Final = "list"
"""Who lets somebody in whom a list of the platform names."""
TRUSTED: Final = frozenset({START, OPERATOR})
TRIES: Final = 10
WINDOW: Final = timedelta(hours=1)
REMEMBERED: Final = 10_000
"""Accounts whose wrong codes are counted; the one that tried longest ago is forgotten first."""
NAME_LENGTH: Final = 60

STRANGER: Final = Card(
    "You are not enrolled here yet",
    "stop",
    note="Ask your manager for a code and send it to me in a private chat. What you wrote was not "
    "kept.",
)
NOT_VALID: Final = Card(
    "That code is not valid",
    "stop",
    note="It may be mistyped, used already or too old. Ask whoever gave it to you for a new one.",
)
TOO_MANY: Final = Card(
    "Too many codes that were not valid", "stop", note="Ask your manager, and try in an hour."
)
ALREADY: Final = Card("You are enrolled already", "good", note="Type “help” to see what I can do.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: an account on a platform, and what the platform says of its owner."""

    channel: str
    account: str
    name: str
    language: str

    @property
    def chat(self) -> Address:
        """The private chat of that account."""
        return Address(self.channel, self.account)


class StoreDoor:
    """The door over the store; ``bot.channels.base.Door`` says what it promises."""

    def __init__(
        self,
        store: "Store",
        house: "Callable[[], House]",
        clock: Callable[[], datetime],
        send: Callable[[list[Parcel]], None],
        site: str = "",
    ) -> None:
        """``site`` is where somebody comes in whom a list names; empty: the house's first."""
        self._store = store
        self._site = site
        self._house = house
        self._clock = clock
        self._send = send
        self._wrong: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    async def who(self, channel: str, account: str) -> Person | None:
        """Whoever is linked to that account and active; None for everybody else."""
        found = await self._store.submit(lambda book: book.who(channel, account))
        return found if found and found.active else None

    async def knock(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Card:
        """Answers somebody not enrolled: lets in with a valid code, else refuses.

        Raises:
            StorageError: the store is out of order; nothing was used up.
        """
        code = code_in(text)
        if not code:
            return STRANGER
        if self._guesses(channel, account) >= TRIES:
            return TOO_MANY
        caller = Caller(channel, account, plain_name(name), plain_language(language))
        card, parcels = await self._store.submit(lambda book: self._redeem(book, caller, code))
        if card is NOT_VALID:
            self._wrong[channel, account].append(self._clock())
        self._send(parcels)
        return card

    async def admit(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Person | None:
        """Lets in somebody new whom the operator's list names, as staff.

        Raises:
            StorageError: the store is out of order; nobody came in.
        """
        if code_in(text):
            return None
        caller = Caller(channel, account, plain_name(name), plain_language(language))
        person, parcels = await self._store.submit(lambda book: self._listed(book, caller))
        self._send(parcels)
        return person

    async def left(self, channel: str, account: str) -> None:
        """The account is gone from its platform. The workspace is the employer's own list: whoever
        left it has left, on every platform. Elsewhere only this account goes, and with the last
        one the person."""
        await self._store.submit(lambda book: _leave(book, channel, account))

    def first_code(self) -> str:
        """A code for the first admin, to be printed at start; empty where there is an admin."""
        now = self._clock()
        code = new_code()
        house = self._house()
        made = Invite(fingerprint(code), "admin", house.first, START, now + VALID_FOR)
        return code if self._store.call(lambda book: _offer_first(book, made)) else ""

    def _guesses(self, channel: str, account: str) -> int:
        tried = self._wrong.setdefault((channel, account), deque(maxlen=TRIES))
        self._wrong.move_to_end((channel, account))
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
        while tried and tried[0] <= self._clock() - WINDOW:
            tried.popleft()
        return len(tried)

    def _redeem(self, book: "Book", caller: Caller, code: str) -> tuple[Card, list[Parcel]]:
        now = self._clock()
        known = book.who(caller.channel, caller.account)
        if known and known.active:
            return ALREADY, []
        invite = book.redeem(fingerprint(code), caller.channel, caller.account, now)
        if invite is None or not self._still_good(book, invite):
            return NOT_VALID, []
        if invite.person:
            return _link(book, caller, invite, now), []
        person = newcomer(caller, invite)
        book.save_person(person)
        book.link(caller.channel, caller.account, person.id, now)
        site = self._house().sites[invite.site].name
        return welcome(person, site), _tell_giver(book, invite, person, now)

    def _listed(self, book: "Book", caller: Caller) -> tuple[Person | None, list[Parcel]]:
        """An admin's removal outweighs the list, and so does another account put in this one's
        place: both stand in the rows. Whoever left the platform and came back is let in anew."""
        known = book.who(caller.channel, caller.account)
        if known:
            return known if known.active else None, []
        now, house = self._clock(), self._house()
        site = house.sites.get(self._site) or house.sites[house.first]
        person = newcomer(caller, Invite("", "staff", site.id, LIST, now))
        before = book.person(person.id)
        if before is not None and before.active:
            return None, []
        book.save_person(person)
        book.link(caller.channel, caller.account, person.id, now)
        card = welcome(person, site.name)
        post = Post(caller.chat, card, f"n:in:{person.id}", "live", person.id, fresh=True)
        return person, book.save(Turn(posts=(post,)), now)

    def _still_good(self, book: "Book", invite: Invite) -> bool:
        """Whether whoever gave the code might still give it, and its site is still there."""
        if invite.person:
            owner = book.person(invite.person)
            return owner is not None and owner.active
        if invite.site not in self._house().sites:
            return False
        if invite.by in TRUSTED:
            return True
        giver = book.person(invite.by)
        if giver is None or not giver.active or invite.role not in MAY_INVITE[giver.role]:
            return False
        return giver.role == "admin" or giver.site == invite.site


def newcomer(caller: Caller, invite: Invite) -> Person:
    """Who comes in by that code. The id follows from the account, so that whoever comes back is
    the same person as before; it is short, because buttons carry it."""
    digest = blake2b(f"{caller.channel}:{caller.account}".encode(), digest_size=8).hexdigest()
    return Person(
        id=f"p{digest}",
        name=plain_name(invite.name) or caller.name or "New colleague",
        role=invite.role,
        site=invite.site,
        address=caller.chat,
        duties=("duty_manager",) if invite.role == "manager" else (),
        language=caller.language,
    )


def welcome(person: Person, site: str) -> Card:
    """What somebody reads who has just come in."""
    first = "Type one hurried line when something happens: guest 412 furious room not ready"
    return Card(
        f"Welcome, {first_name(person)}",
        "good",
        facts=(Fact("You are", f"{person.role} at {site}"), Fact("Start", first)),
        buttons=(Button("What can I type?", tap("helpme")),),
    )


def plain_name(name: str) -> str:
    """A name as it may stand on anybody's card: one short line without marks that turn text."""
    kept = "".join(" " if category(each)[0] in "CZ" else each for each in name)
    return " ".join(kept.split())[:NAME_LENGTH].strip()


def plain_language(tag: str) -> str:
    """The language of a profile, such as ``de`` of ``de-AT``; English where nothing is said."""
    first = tag.replace("_", "-").partition("-")[0].lower()
    return first if first.isascii() and first.isalpha() and len(first) in (2, 3) else "en"


def _link(book: "Book", caller: Caller, invite: Invite, now: datetime) -> Card:
    """A second account for somebody enrolled. Where she had one on this platform before, the new
    one takes its place, and cards for her go there."""
    owner = book.person(invite.person)
    if owner is None:
        raise LookupError(invite.person)
    book.link(caller.channel, caller.account, owner.id, now)
    if owner.address is None or owner.address.channel == caller.channel:
        book.save_person(replace(owner, address=caller.chat))
    note = "Both accounts are yours now. Questions still come to the first one."
    return Card(f"Welcome, {first_name(owner)}", "good", note=note)


def _tell_giver(book: "Book", invite: Invite, person: Person, now: datetime) -> list[Parcel]:
    """Whoever gave the code learns who came in: a stolen one does not stay unseen."""
    giver = book.person(invite.by)
    if giver is None or giver.address is None:
        return []
    note = "If this is not whom you invited, tell an admin at once."
    card = Card(f"{person.name} came in as {person.role}", "quiet", note=note)
    post = Post(giver.address, card, f"n:came:{person.id}", "tell", giver.id, fresh=True)
    return book.save(Turn(posts=(post,)), now)


def _leave(book: "Book", channel: str, account: str) -> None:
    person = book.who(channel, account)
    if person is None:
        return
    book.unlink(channel, account)
    others = book.accounts(person.id)
    if channel == "slack" or not others:
        book.save_person(replace(person, active=False))
    elif person.address == Address(channel, account):
        book.save_person(replace(person, address=Address(*others[0])))


def _offer_first(book: "Book", invite: Invite) -> bool:
    book.withdraw_invites(START)
    if book.admins_linked():
        return False
    book.invite(invite)
    return True
