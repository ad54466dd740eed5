"""What a customer's post speaks of: often two things at once, and together they mean more than the
sum of their words. A flight cancelled and an hour on hold is about the flight, an hour on hold
alone about being served badly.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Final

from playbooks.engine.normalise import wordset

MATTERS: Final[dict[str, frozenset[str]]] = {
    "goods": wordset(
        """bag bags baggage luggage suitcase suitcases backpack duffel duffle stroller carousel
        belt belongings clothes clothing skis parcel parcels package packages box boxes item items
        shipment tracer"""
    ),
    "lost": wordset(
        """lost lose losing missing gone vanished misplaced stolen stole damaged ruined smashed
        crushed torn found locate located delivered whereabouts"""
    ),
    "gone": wordset(
        """cancelled canceled cancel cancels cancelling canceling cancellation cancellations
        cancled canx scrapped overbooked oversold bumped stranded rebook rebooked rebooking
        grounded outage sold"""
    ),
    "late": wordset(
        """late later delay delayed delays delaying tarmac runway waiting wait waited waits sitting
        sat stuck missed overdue behind slow gate connection connecting pilot crew"""
    ),
    "time": wordset("hour hours minutes days day week weeks month months 00 000"),
    "call": wordset(
        """hold phone call called calling calls callback line lines ring rings ringing voicemail
        recording disconnected hung queue number chat dm email emails emailed mail message
        messages form reply replied respond response responded answer answers answered"""
    ),
    "people": wordset(
        """agent agents staff rep reps representative crew attendant attendants employee employees
        manager supervisor desk counter driver waiter waitress cashier clerk person human lady guy
        woman man she he they"""
    ),
    "nobody": wordset(
        """nobody noone none nothing no never can't cannot won't couldn't wouldn't doesn't didn't
        don't without refuse refused refuses unable ignored ignore ignoring"""
    ),
    "help": wordset(
        """help helped helpful unhelpful service support assistance assist care information info
        explanation apology update updates communication"""
    ),
    "rude": wordset(
        """rude attitude dismissive worst horrible terrible awful disgusting pathetic joke shame
        shameful incompetent useless clueless unprofessional disrespectful yelled shouted laughed
        rolled"""
    ),
    "poor": wordset(
        """broken dirty filthy seat seats screen tv wifi wi-fi food meal cold hot smell smelly
        cramped legroom uncomfortable toilet bathroom faulty leaking leak noise noisy quality
        stale mechanical"""
    ),
    "site": wordset("app website site online web page login log link system computer book booking"),
    "money": wordset(
        """refund refunded refunds charge charged charges fee fees money pay paid paying cost price
        credit voucher vouchers compensation compensate reimburse reimbursed dollars"""
    ),
    "thanks": wordset(
        """thanks thank thankful grateful great love loved awesome amazing best excellent nice
        kudos bravo glad happy appreciate fantastic wonderful perfect brilliant good"""
    ),
}
"""Words by what they speak of; some are in two. Numbers stand as ``normalise.words`` counts them.
A change needs the weights trained anew."""


def matters(words: Iterable[str]) -> list[str]:
    """The names of what ``words`` speak of, in the order of ``MATTERS``."""
    seen = frozenset(words)
    return [name for name, told in MATTERS.items() if not told.isdisjoint(seen)]


def together(words: Iterable[str]) -> list[str]:
    """What is counted of that: each matter, every two of them, and all."""
    found = matters(words)
    pairs = (f"{one} {other}" for one, other in combinations(found, 2))
    return [*found, *pairs, "+".join(found)]
