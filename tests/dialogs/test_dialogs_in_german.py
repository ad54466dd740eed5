"""Where plays are translated each line is answered in its own language: core and built-in chat."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.dialogs.runner.core_stage import CoreStage
from tests.dialogs.runner.dialog import Dialog, dialog_of, play
from tests.dialogs.runner.web_stage import WebStage
from tests.fakes.desk import in_german

DIALOGS = [
    dialog_of(path.stem, path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "in_german").glob("*.yaml"))
]


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_a_dialog_in_two_languages_goes_as_written(dialog: Dialog) -> None:
    play(dialog, CoreStage(in_german))


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_a_dialog_in_two_languages_goes_the_same_in_the_built_in_chat(dialog: Dialog) -> None:
    with closing(WebStage(in_german)) as stage:
        stage.begin()
        play(dialog, stage)
