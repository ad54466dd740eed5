"""Once a week, a site's numbers for each of its managers, in the site's own time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.conversations.digest import digest_card, past_iso_week
from bot.conversations.team import APPROVERS
from bot.conversations.types import Parcel, Post, Turn
from bot.conversations.world import Engine, World
from playbooks.engine.schema import Site

if TYPE_CHECKING:
    from storage.store import Book, Store

LATE: Final = timedelta(hours=36)
"""A digest missed by a stopped machine is sent up to a day and a half late, not a week late."""


def is_due(site: Site, world: World) -> bool:
    """Whether the site's digest hour has come this week, and not long ago."""
    local = world.local(site)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta(days=(local.weekday() - site.digest_day) % 7)
    due = day.replace(hour=site.digest_hour)
    return timedelta(0) <= local - due < LATE


async def send_digests(
    store: "Store",
    library: Callable[[], Engine],
    now: datetime,
    send: Callable[[list[Parcel]], None],
) -> int:
    """Sends what is due and not sent yet; returns how many cards."""
    engine = library()
    due = [site for site in engine.house.sites.values() if is_due(site, _bare(now, engine))]
    sent = 0
    for site in due:
        parcels = await store.submit(partial(_one_site, site=site, now=now, engine=engine))
        send(parcels)
        sent += len(parcels)
    return sent


def _bare(now: datetime, engine: Engine) -> World:
    return World(now, engine, None)  # type: ignore[arg-type]  # only its clock is asked


def _one_site(book: "Book", site: Site, now: datetime, engine: Engine) -> list[Parcel]:
    """Claims and writes in one commit: no manager gets a week twice, and none is left out."""
    world = World(now, engine, book)
    start, end, name = past_iso_week(world, site)
    week = book.week(site.id, start, end)
    if not week.moments and not week.before:
        return []
    posts = tuple(
        Post(
            person.address, digest_card(week, site, world, back=1), f"d:{name}", "digest", person.id
        )
        for person in book.people(site.id)
        if person.role in APPROVERS
        and person.address
        and book.once(f"digest:{person.id}:{site.id}:{name}", now)
    )
    return book.save(Turn(posts=posts), now)
