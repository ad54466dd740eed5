"""Every dialog, played through a Telegram channel before a fake Telegram."""

from contextlib import closing

import pytest

from tests.dialogs.runner.dialog import Dialog, dialogs, play
from tests.dialogs.runner.telegram_stage import TelegramStage


@pytest.mark.parametrize("dialog", dialogs(), ids=lambda dialog: dialog.name)
def test_a_dialog_goes_the_same_on_telegram(dialog: Dialog) -> None:
    with closing(TelegramStage()) as stage:
        play(dialog, stage)
