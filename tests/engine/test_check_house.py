"""The linter where a play is sound and the house it is used in makes it worth a look."""

from pathlib import Path

import pytest

from playbooks.engine.check import check
from tests.engine.test_check import TODAY, notes
from tests.fakes.pack import loaded, play_text


def test_duties_a_house_has_nobody_for_are_one_note_and_no_fault(tmp_path: Path) -> None:
    text = play_text(tell="[housekeeping, sommelier]")
    library, problems = loaded(tmp_path, it=text, other=text.replace("- room not done", "- it is"))
    assert problems == []
    told = [p for p in check(library, TODAY) if "sommelier" in p.what]
    assert [(p.file, p.what, p.warning) for p in told] == [
        ("_house.yaml", "the site inn has nobody for sommelier (2 plays)", True)
    ]


@pytest.mark.parametrize(
    "say",
    [
        "I am sorry, your room is not ready. {{ gesture|capitalize }} is on us {{ by }}.",
        "I am sorry, your room is not ready. You have a night at the other hotel {{ by }}.",
    ],
)
def test_a_say_does_not_promise_what_only_a_manager_may_give(tmp_path: Path, say: str) -> None:
    gift = "{{give: a night at the other hotel, amount: {amount}}}"
    above, within = (play_text(say, gesture=gift.format(amount=n)) for n in (60, 40))
    told = notes(tmp_path / "above", above)
    assert "Say speaks of the gesture, which is above the desk's own €40 at inn" in told
    assert notes(tmp_path / "within", within) == ""
    quiet = "I am sorry, your room is not ready. You have one {{ by }}."
    assert notes(tmp_path / "quiet", play_text(quiet, gesture=gift.format(amount=60))) == ""
