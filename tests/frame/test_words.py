"""The docs name every command, and the files name no host."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.commands.line import app
from tests.frame.answers import Fifteen

ROOT = Path(__file__).resolve().parents[2]


def commands() -> list[str]:
    """Every command as it is typed, such as ``playbooks check``."""
    group = typer.main.get_command(app)
    found = []
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        found += [f"{name} {each}" for each in sorted(inner)] or [name]
    return found


def test_operators_are_told_of_every_command() -> None:
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    assert commands()
    assert [name for name in commands() if f"| `fifteen {name}" not in page] == []


def test_trainers_are_told_of_their_commands() -> None:
    page = (ROOT / "docs" / "trainers.md").read_text(encoding="utf-8")
    theirs = [name for name in commands() if name.startswith("playbooks ")]
    assert [name for name in theirs if f"fifteen {name}" not in page] == []


def test_operators_are_told_of_every_make_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    assert {"setup", "run", "demo", "test", "check", "bench"} <= targets
    assert [name for name in sorted(targets) if f"`make {name}`" not in page] == []


def test_an_unknown_command_is_told_with_exit_code_2(fifteen: Fifteen) -> None:
    said = fifteen("serve")
    assert said.code == 2
    assert "No such command" in said.err


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_host_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 30
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?:|file:|@ |--(?:index|find|extra)|\s/", text) == []


def test_the_locks_agree_with_each_other() -> None:
    def pinned(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[\w.-]+==\S+", text, re.MULTILINE))

    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")


def test_the_command_is_quick_because_it_loads_nothing_it_does_not_need() -> None:
    heavy = [
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "starlette",
        "uvicorn",
        "apscheduler",
        "jinja2",
        "asyncio",
        "rich",
    ]
    program = (
        "import sys, bot.__main__, bot.settings\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
