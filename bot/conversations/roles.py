"""Who may do what: the sets of roles that handlers name, and who may let whom in."""

from collections.abc import Mapping
from typing import Final

from playbooks.engine.vocabulary import Role

EVERYBODY: Final[frozenset[Role]] = frozenset({"staff", "manager", "trainer", "admin"})
DESK: Final[frozenset[Role]] = frozenset({"staff", "manager", "admin"})
BOSS: Final[frozenset[Role]] = frozenset({"manager", "admin"})
TEACHER: Final[frozenset[Role]] = frozenset({"trainer", "admin"})
ADMIN: Final[frozenset[Role]] = frozenset({"admin"})

MAY_INVITE: Final[Mapping[Role, tuple[Role, ...]]] = {
    "staff": (),
    "trainer": (),
    "manager": ("staff", "trainer"),
    "admin": ("staff", "trainer", "manager", "admin"),
}
"""A manager lets in who works for her, at her own site; managers and admins are made by admins."""
