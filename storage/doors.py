"""Which account is whose, and one-time codes: the rows behind the door."""

from datetime import datetime

from bot.conversations.types import Invite, Person
from storage import mapper
from storage.prepared import Session, Value

Account = tuple[str, str]
"""Channel and account."""


def who(session: Session, channel: str, account: str) -> Person | None:
    """Whose account that is, active or not."""
    row = session.row("identity_person", channel=channel, account=account)
    return mapper.person_of(tuple(row)) if row else None


def accounts(session: Session, person: str) -> tuple[Account, ...]:
    """All accounts of a person, the one linked first in front."""
    rows = session.rows("identities_of", person=person)
    return tuple((channel, account) for channel, account in rows)


def link(session: Session, account: Account, person: str, now: datetime) -> None:
    """Makes an account a person's, whosever it was. On each channel a person has one: an account
    she had there before has no access any more."""
    session.changed("identities_clear", person=person, channel=account[0])
    row: dict[str, Value] = {"channel": account[0], "account": account[1], "person": person}
    session.put("identity_save", row | {"linked": mapper.ms(now)})


def unlink(session: Session, account: Account) -> None:
    """Takes an account's access away."""
    session.changed("identity_delete", channel=account[0], account=account[1])


def invite(session: Session, new: Invite) -> None:
    """Keeps a one-time code."""
    row: dict[str, Value] = {
        "code_hash": new.code_hash,
        "role": new.role,
        "site": new.site,
        "name": new.name,
        "person": new.person,
        "by": new.by,
        "expires": mapper.ms(new.expires),
        "used_by": "",
        "used_at": None,
    }
    session.put("invite_save", row)


def redeem(session: Session, code_hash: str, account: Account, now: datetime) -> Invite | None:
    """Uses a code up; None where there is none of that fingerprint, it is used or too old."""
    used_by = ":".join(account)
    row = session.row("invite_use", code_hash=code_hash, account=used_by, now=mapper.ms(now))
    if row is None:
        return None
    role, site, by, expires, name, person = row
    return Invite(code_hash, role, site, by, mapper.when(expires), name, person)
