"""Every dialog, played on the core alone."""

import pytest

from tests.dialogs.runner.core_stage import CoreStage
from tests.dialogs.runner.dialog import Dialog, DialogError, dialog_of, dialogs, play


@pytest.mark.parametrize("dialog", dialogs(), ids=lambda dialog: dialog.name)
def test_a_dialog_goes_as_written(dialog: Dialog) -> None:
    play(dialog, CoreStage())


def test_a_step_that_goes_otherwise_is_named() -> None:
    dialog = dialog_of("wrong", "- say: guest 412 room not ready\n- press: No such button\n")
    with pytest.raises(DialogError, match="wrong, step 2"):
        play(dialog, CoreStage())


def test_a_step_of_another_form_is_refused() -> None:
    with pytest.raises(DialogError, match="step 1"):
        dialog_of("wrong", "- shout: guest 412\n")
