"""What a command answered, as the tests look at it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """Exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one object it printed."""
        assert self.out.count("\n") == 1, "exactly one line"
        return json.loads(self.out)


Fifteen = Callable[..., Said]
"""Runs the command with these words."""
