"""What a site has learned, as text that fits a row: steps over the shipped weights, piece by piece.

It names the weights it was made for. Over any others the same steps would mean something else.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.engine.linear import LAID, Linear


class OverlayError(ValueError):
    """This is no overlay, or not one of this version; `fifteen playbooks train` makes it anew."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """``rows`` maps the key of a piece to its steps by column, as ``Linear.laid_over`` takes them;
    ``weights`` is the digest of the model below."""

    weights: str
    rows: Mapping[int, tuple[int, ...]]

    def fits(self, base: Linear) -> bool:
        """Whether it was made for these weights."""
        return self.weights == base.digest

    def softened(self, part: float) -> "Overlay":
        """The same with every step this much of itself, from 0 to 1."""
        rows = {key: tuple(round(part * step) for step in row) for key, row in self.rows.items()}
        return Overlay(self.weights, {key: row for key, row in rows.items() if any(row)})

    def over(self, base: Linear) -> Linear:
        """The model with what was learned.

        Raises:
            OverlayError: it was made for other weights.
        """
        if not self.fits(base):
            raise OverlayError(OTHER_WEIGHTS)
        return base.laid_over(self.rows)


OTHER_WEIGHTS = (
    "what this site has learned was made for other weights, so lines are read as shipped: "
    "run `fifteen playbooks train` to make it anew"
)


def to_text(overlay: Overlay) -> str:
    """An overlay as ASCII letters, a few hundred bytes a lesson; the same gives the same."""
    rows = [
        [key, *(part for place in enumerate(steps) if place[1] for part in place)]
        for key, steps in sorted(overlay.rows.items())
    ]
    width = len(next(iter(overlay.rows.values()), ()))
    told = {"weights": overlay.weights, "width": width, "rows": rows}
    packed = zlib.compress(json.dumps(told, separators=(",", ":"), sort_keys=True).encode(), 6)
    return b64encode(packed).decode("ascii")


def from_text(text: str) -> Overlay:
    """What ``to_text`` made.

    Raises:
        OverlayError: ``text`` is anything else.
    """
    try:
        told = json.loads(zlib.decompress(b64decode(text, validate=True)))
        rows = {int(key): _steps(flat, int(told["width"])) for key, *flat in told["rows"]}
        return Overlay(str(told["weights"]), rows)
    except (ValueError, KeyError, TypeError, IndexError, zlib.error) as fault:
        raise OverlayError(
            "what this site has learned cannot be read, so lines are read as shipped: "
            "run `fifteen playbooks train` to make it anew"
        ) from fault


def _steps(flat: list[int], width: int) -> tuple[int, ...]:
    steps = [0] * width
    for column, step in zip(flat[::2], flat[1::2], strict=True):
        if not 0 <= column < width or abs(step) > LAID:
            raise ValueError("a step out of range")
        steps[column] = step
    return tuple(steps)
