"""Who may do what: twelve kinds of step, four roles, and what is not listed is refused."""

from dataclasses import replace

import pytest

from bot.conversations.flow import BOSS as BOSS_ROLES
from bot.conversations.flow import VERBS
from bot.conversations.roles import DESK
from playbooks.engine.vocabulary import ROLES, Role
from tests.fakes.desk import OTHER, FakeDesk, cards

EVERYBODY = frozenset(ROLES)
ALLOWED: dict[str, frozenset[Role]] = {
    "did.{}": frozenset({"staff", "manager", "admin"}),
    "another.{}": frozenset({"staff", "manager", "admin"}),
    "kind.{}.slow": frozenset({"staff", "manager", "admin"}),
    "gave.{}.100": frozenset({"staff", "manager", "admin"}),
    "undo.{}": frozenset({"staff", "manager", "admin"}),
    "help.{}": frozenset({"staff", "manager", "admin"}),
    "handto.{}.bo": frozenset({"staff", "manager", "admin"}),
    "smot.{}.recovered": frozenset({"staff", "manager", "admin"}),
    "snooze.{}.smot.30": frozenset({"staff", "manager", "admin"}),
    "grant.{}": frozenset({"manager", "admin"}),
    "refuse.{}": frozenset({"manager", "admin"}),
    "nothing.{}": frozenset(),
}
LINE = "overbooked by two, gentleman with prepaid booking and we have no bed for him"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("word", ALLOWED)
def test_a_step_is_open_to_the_roles_named_and_to_no_other(word: str, role: Role) -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Ask Marta for €160")
    somebody = replace(OTHER, id="eve", name="Eve Adam", role=role)
    desk.memory.everybody["eve"] = somebody
    turn = desk.tap(word.format(mid), somebody)
    assert bool(turn.moments) == (role in ALLOWED[word])


@pytest.mark.parametrize("role", ROLES)
def test_the_week_is_for_managers(role: Role) -> None:
    desk = FakeDesk()
    somebody = replace(OTHER, role=role)
    desk.memory.everybody["bo"] = somebody
    titles = [c.title for c in cards(desk.say("digest", somebody), somebody)]
    assert ("The digest is for managers" in titles) == (role not in BOSS_ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_only_a_trainers_line_is_a_try(role: Role) -> None:
    desk = FakeDesk()
    somebody = replace(OTHER, role=role)
    desk.memory.everybody["bo"] = somebody
    assert bool(desk.say(LINE, somebody).moments) == (role != "trainer")


def test_no_step_is_open_to_everybody() -> None:
    assert all(verb.roles in (DESK, BOSS_ROLES) for verb in VERBS.values())
    assert all(verb.roles < EVERYBODY for verb in VERBS.values())
