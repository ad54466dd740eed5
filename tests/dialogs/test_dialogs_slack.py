"""Every dialog, played over Slack: the same lines and presses, the same outcome."""

from collections.abc import Iterator

import pytest

from tests.dialogs.runner.dialog import Dialog, dialogs, play
from tests.dialogs.runner.slack_stage import SlackStage


@pytest.fixture
def stage() -> Iterator[SlackStage]:
    made = SlackStage()
    yield made
    made.close()


@pytest.mark.parametrize("dialog", dialogs(), ids=lambda dialog: dialog.name)
def test_a_dialog_goes_as_written_on_slack(dialog: Dialog, stage: SlackStage) -> None:
    play(dialog, stage)
    assert stage.server.refused == []
