"""The command line as a person meets it: words in, text, remarks and an exit code out."""

import os
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import known_names
from tests.frame.answers import Fifteen, Said


@pytest.fixture(autouse=True)
def at_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A machine of one's own: no setting of the developer's reaches a test. Plays once understood
    are kept from test to test, as they are from start to start."""
    for name in known_names() & set(os.environ):
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def fifteen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fifteen:
    """Runs the command in this process."""

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["fifteen", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else int(bool(code)), told.out, told.err)

    return run
