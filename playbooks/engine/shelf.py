"""Parsed plays and compiled templates kept between two starts, so that the second is quick.

Every entry carries a checksum and is thrown away where it does not hold: a shelf that was cut off,
mixed up or written by another Python costs time, never a wrong card.
"""

import hashlib
import logging
import os
import sys
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_MARK: Final = b"fifteen-1 " + (sys.implementation.cache_tag or "python").encode() + b"\n"
_HEAD: Final = len(_MARK) + 32
_OURS: Final = frozenset({".play", ".plays", ".topics", ".draft"})


class Shelf:
    """Entries in ``folder``, made when the first is put. Every failure is only a missing entry."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """What was put under ``name``, or None."""
        try:
            kept = (self._folder / name).read_bytes()
        except OSError:
            return None
        body = kept[_HEAD:]
        return body if kept[:_HEAD] == _head(body) else None

    def put(self, name: str, body: bytes) -> None:
        """Keep ``body`` under ``name``; readers see the old entry or the new one, never a half."""
        draft = self._folder / f"{name}.{os.getpid()}.draft"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(_head(body) + body)
            draft.replace(self._folder / name)
        except OSError as error:
            log.info("the shelf cannot be written (%s): the next start is slower", error)

    def keep_only(self, names: set[str]) -> None:
        """Take away every entry that is not among ``names``: plays that are gone."""
        try:
            for path in self._folder.iterdir():
                if path.suffix in _OURS and path.name not in names:
                    path.unlink(missing_ok=True)
        except OSError as error:
            log.info("the shelf cannot be tidied (%s): it grows", error)


def _head(body: bytes) -> bytes:
    return _MARK + hashlib.sha256(body).digest()
