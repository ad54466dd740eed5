"""Every dialog, played in the built-in chat: posted and read over HTTP, the same outcome."""

from collections.abc import Iterator

import pytest

from tests.dialogs.runner.dialog import Dialog, dialogs, play
from tests.dialogs.runner.web_stage import WebStage


@pytest.fixture(scope="module")
def stage() -> Iterator[WebStage]:
    made = WebStage()
    yield made
    made.close()


@pytest.mark.parametrize("dialog", dialogs(), ids=lambda dialog: dialog.name)
def test_a_dialog_goes_the_same_in_the_built_in_chat(dialog: Dialog, stage: WebStage) -> None:
    stage.begin()
    play(dialog, stage)
    for who, page in stage.pages.items():
        live = sorted(page.lines.values(), key=lambda line: line.position)
        assert stage.anew(who) == [line.card for line in live if line.card], who
