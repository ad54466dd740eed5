"""A chosen play into what the person reads: words filled in, authority weighed, promise dated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from playbooks.engine.authority import Purse, authority, offer_of
from playbooks.engine.choose import cell_in_words
from playbooks.engine.hours import promised_time, rounded, spoken
from playbooks.engine.languages import PHRASES, wording
from playbooks.engine.learn import evidence
from playbooks.engine.schema import (
    Choice,
    History,
    Play,
    Promise,
    Reading,
    Site,
    Staff,
    Suggestion,
)  # fmt: skip
from playbooks.engine.templates import rendered, short
from playbooks.engine.vocabulary import DUTY_MANAGER

if TYPE_CHECKING:
    from jinja2 import Template

NEARLY: Final = "nearly an example of"
"""How a reading begins its reason where an example decided; the choice then says the same."""
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """What composing must know of the moment and the person, beside play and reading.

    ``spent_moment`` and ``spent_today`` are in hundredths; ``now`` is aware.
    """

    site: Site
    staff: Staff
    now: datetime
    spent_moment: int = 0
    spent_today: int = 0
    manager: str = ""
    place: str = ""
    history: History = field(default_factory=History)

    def purse(self) -> Purse:
        """What the person may still give here."""
        return Purse(self.staff.role, self.site, self.spent_moment, self.spent_today)


def composed(
    play: Play, template: "Template", choice: Choice, reading: Reading, moment: Moment
) -> Suggestion:
    """The card's contents, in the language ``play`` is in. Raises ``ValueError`` where the moment's
    time has no zone."""
    if moment.now.tzinfo is None:
        raise ValueError("the time has no zone: pass an aware datetime")
    repeated = reading.repeat or moment.history.failures > 0
    promise, by = _promise(play, reading, moment)
    values = _values(play, reading, moment, promise)
    say, do = rendered(template, {**values, "by": by, "repeat": repeated})
    offer = offer_of(play, reading.kind, moment.site)
    return Suggestion(
        play=play.id,
        revision=play.revision,
        title=play.title,
        say=say,
        do=do,
        offer=offer,
        authority=authority(offer, reading.kind, moment.purse()),
        tell=_tell(play, reading, moment.site, repeated),
        promise=promise,
        because=_because(choice, reading),
        evidence=evidence(moment.history.results.get(f"{play.id}@{play.revision}")),
        follow_up=play.follow_up,
        touchpoint=reading.touchpoint or play.touchpoint,
        language=play.language,
        wording=wording(play),
    )


def _promise(play: Play, reading: Reading, moment: Moment) -> tuple[Promise | None, str]:
    """What is promised, ``within`` counted to the very time that is spoken; and "by 14:35"."""
    own = play.promise
    due = reading.promised and promised_time(reading.promised, moment.now, moment.site)
    if due and reading.promised:
        what = own.what if own else reading.promised.words
    elif own:
        what, due = own.what, rounded(moment.now, own.within, moment.site)
    else:
        return None, ""
    ahead = due.astimezone(UTC) - moment.now.astimezone(UTC)
    return Promise(what, max(1, -(-ahead // _MINUTE))), spoken(due, moment.now, play.language)


def _values(
    play: Play, reading: Reading, moment: Moment, promise: Promise | None
) -> Mapping[str, object]:
    minutes = promise.within if promise else 0
    if promise and play.promise and not reading.promised:
        minutes = play.promise.within
    return {
        "minutes": minutes,
        "ref": short(reading.ref),
        "place": short(moment.place),
        "site": moment.site.name,
        "manager": short(moment.manager) or PHRASES[play.language].somebody,
        "gesture": play.gesture.give if play.gesture else "",
        "me": short(moment.staff.name),
        "heat": reading.heat,
        "vip": reading.value == "vip",
    }


def _tell(play: Play, reading: Reading, site: Site, repeated: bool) -> tuple[str, ...]:
    """The play's duties that this site has; the duty manager too for what must not wait."""
    told = [duty for duty in play.tell if duty in site.duties]
    grave = reading.escalate or repeated or reading.kind == "safety"
    if grave and DUTY_MANAGER in site.duties and DUTY_MANAGER not in told:
        told.append(DUTY_MANAGER)
    return tuple(told)


def _because(choice: Choice, reading: Reading) -> str:
    line = f"{cell_in_words(reading)}: {choice.why}."
    told = reading.because and not reading.because.startswith(NEARLY)
    return f"{line} {reading.because}" if told else line
