"""What loading found, as bytes for the shelf and back; every type is checked on the way back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playbooks.engine.schema import House, Play, Problem

if TYPE_CHECKING:
    from msgspec import msgpack


@dataclass(frozen=True, slots=True)
class Found:
    """Plays by id in order of loading, the house, and every problem."""

    plays: dict[str, Play]
    house: House
    problems: list[Problem]

    @property
    def sound(self) -> bool:
        """True where no fault was found; notes do not count."""
        return all(problem.warning for problem in self.problems)


def to_bytes(found: Found) -> bytes:
    """``found`` as MessagePack."""
    from msgspec import msgpack

    return msgpack.encode(found)


def from_bytes(kept: bytes) -> Found | None:
    """What ``to_bytes`` made; None where ``kept`` is anything else."""
    from msgspec import MsgspecError

    try:
        return _decoder().decode(kept)
    except MsgspecError:
        return None


def _decoder() -> "msgpack.Decoder[Found]":
    from msgspec import msgpack

    return msgpack.Decoder(Found)
