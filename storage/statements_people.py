"""The statements of who is who: accounts of people, and one-time codes; see ``statements``."""

from sqlalchemy import and_, delete, func, select, text, update

from storage import tables
from storage.statements import (
    OUTBOX,
    PEOPLE,
    Insert,
    Statements,
    all_of,
    fixed,
    given,
    table,
    upsert,
)

IDENTITIES = table(tables.IdentityRow)
INVITES = table(tables.InviteRow)


def identities(insert: Insert) -> Statements:
    """Accounts on the platforms."""
    mine = and_(IDENTITIES.c.channel == given("channel"), IDENTITIES.c.account == given("account"))
    joined = PEOPLE.join(IDENTITIES, IDENTITIES.c.person == PEOPLE.c.id)
    admins = and_(PEOPLE.c.role == fixed("admin"), PEOPLE.c.active == fixed(1))
    return {
        "identity_person": select(PEOPLE).select_from(joined).where(mine),
        "identity_save": upsert(insert, IDENTITIES),
        "identity_delete": delete(IDENTITIES).where(mine),
        "identities_clear": delete(IDENTITIES).where(
            IDENTITIES.c.person == given("person"), IDENTITIES.c.channel == given("channel")
        ),
        "identities_of": select(IDENTITIES.c.channel, IDENTITIES.c.account)
        .where(IDENTITIES.c.person == given("person"))
        .order_by(IDENTITIES.c.linked, IDENTITIES.c.channel),
        "admins_linked": select(func.count()).select_from(joined).where(admins),
    }


def invites(insert: Insert) -> Statements:
    """One-time codes. To use one is a single conditional UPDATE: of two at once one wins."""
    unused = INVITES.c.used_at.is_(None)
    columns = (INVITES.c.role, INVITES.c.site, INVITES.c.by, INVITES.c.expires, INVITES.c.name)
    return {
        "invite_save": insert(INVITES).values(all_of(INVITES)),
        "invite_use": update(INVITES)
        .where(INVITES.c.code_hash == given("code_hash"), unused, INVITES.c.expires > given("now"))
        .values(used_by=given("account"), used_at=given("now"))
        .returning(*columns, INVITES.c.person),
        "outbox_withdraw": update(OUTBOX)
        .where(OUTBOX.c.person == given("person"), text(f"outbox.{tables.ON_ITS_WAY}"))
        .values(state=fixed("superseded")),
        "outbox_blank": update(OUTBOX).where(OUTBOX.c.id == given("id")).values(card=given("card")),
        "invites_withdraw": delete(INVITES).where(INVITES.c.by == given("by"), unused),
        "invites_forget": delete(INVITES).where(INVITES.c.expires < given("before")),
    }
