"""What this person may give on this moment without asking anyone: the heart of the card.

Green is hers, amber is one tap to a named approver, red is not ours to give. The words are read in
two seconds with the customer in front of her, so the gesture comes first and her own limit last.
"""

from dataclasses import dataclass
from typing import Final

from playbooks.engine.schema import Authority, Gesture, Limit, Offer, Play, Site
from playbooks.engine.vocabulary import Kind, Light, Role

_SIGNS: Final = {
    "EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪",
    "TRY": "₺", "UAH": "₴", "VND": "₫", "NGN": "₦", "PHP": "₱",
}  # fmt: skip
_APPROVERS: Final[tuple[Role, ...]] = ("manager", "admin")
_NOTHING: Final = Limit(0, 0)

NONE_WORDS: Final = "Nothing to give here: your time and your word are what counts."
SAFETY_WORDS: Final = "Not ours to give here: people first. No money, no guess at the cause."
NO_AUTHORITY_WORDS: Final = "Not yours to give in this role: ask the manager on duty first."


def money(hundredths: int, currency: str) -> str:
    """An amount as people write it: ``€18``, ``£4.50``, ``CHF 18``."""
    whole, rest = divmod(abs(hundredths), 100)
    figure = f"{whole:,}" + (f".{rest:02d}" if rest else "")
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if hundredths < 0 else ''}{sign}{figure}"


def offer_of(play: Play, kind: Kind, site: Site) -> Offer | None:
    """The play's gesture on this moment; none where the moment is about safety."""
    if play.gesture is None or kind == "safety":
        return None
    return Offer(play.gesture.give, play.gesture.amount, site.currency, play.loss)


@dataclass(frozen=True, slots=True)
class Purse:
    """What a role may still give on one moment: all in hundredths of the site's currency."""

    role: Role
    site: Site
    spent_moment: int = 0
    spent_today: int = 0

    @property
    def own(self) -> Limit:
        """The limit of the role here; nothing where the site names none."""
        return self.site.limits.get(self.role, _NOTHING)

    @property
    def left_today(self) -> int:
        """What the working day still holds."""
        return max(0, self.own.per_day - self.spent_today)

    @property
    def limit(self) -> int:
        """What is hers on this moment now: the smaller of the moment's rest and the day's."""
        return max(0, min(self.own.per_moment - self.spent_moment, self.left_today))

    def approver(self, amount: int) -> Role | None:
        """The first other role that may add ``amount`` to this moment, None where nobody may."""
        total = self.spent_moment + amount
        for role in _APPROVERS:
            limit = self.site.limits.get(role, _NOTHING)
            if role != self.role and limit.per_moment >= total:
                return role
        return None


def authority(gesture: Gesture | Offer | None, kind: Kind, purse: Purse) -> Authority:
    """The light for ``gesture`` on a moment of ``kind``, and the words the person reads."""
    light, words, approver = _weighed(gesture, kind, purse)
    return Authority(light, purse.limit, purse.left_today, purse.site.currency, approver, words)


_Weighed = tuple[Light, str, Role | None]


def _weighed(gesture: Gesture | Offer | None, kind: Kind, purse: Purse) -> _Weighed:
    if kind == "safety":
        return "red", SAFETY_WORDS, None
    if gesture is None:
        return "none", NONE_WORDS, None
    if gesture.amount == 0:
        money_too = f" {_rest(purse)}" if purse.limit else ""
        return "green", f"Yours to give: {gesture.give}. Nobody to ask.{money_too}", None
    if not (purse.own.per_moment and purse.own.per_day):
        return "red", NO_AUTHORITY_WORDS, None
    return _priced(gesture, purse)


def _priced(gesture: Gesture | Offer, purse: Purse) -> _Weighed:
    priced = f"{gesture.give} ({money(gesture.amount, purse.site.currency)})"
    if gesture.amount <= purse.limit:
        return "green", f"Yours to give: {priced}. {_rest(purse)}", None
    approver = purse.approver(gesture.amount)
    if approver is None:
        return "red", f"Not ours to give here: {priced} is more than anyone may give alone.", None
    return "amber", f"One tap to the {approver}: {priced}. {_rest(purse)}", approver


def _rest(purse: Purse) -> str:
    limit, left = purse.limit, purse.left_today
    if not left:
        return "Yours is used up today."
    today = money(left, purse.site.currency)
    if not limit:
        return f"Yours is used up on this moment, {today} left today."
    if limit == left:
        return f"{today} is yours and left today."
    return f"Up to {money(limit, purse.site.currency)} here is yours, {today} left today."
