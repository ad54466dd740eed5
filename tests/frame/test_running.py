"""``fifteen run`` and ``demo`` as real processes: one address, and a stop in peace."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.codes import code_in
from bot.commands.running import forget_last_demo
from bot.settings import Settings
from storage.engine import database, migrate
from storage.errors import StorageError

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(at_home: Path) -> Iterator[Start]:
    """Starts the command as a process of its own, and ends it with the test."""
    running: list[subprocess.Popen[str]] = []

    def begin(*words: str, **environ: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env={**os.environ, "FIFTEEN_PORT": "0", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def address(process: "subprocess.Popen[str]") -> str:
    """The one address it printed."""
    assert process.stdout
    line = process.stdout.readline()
    found = re.findall(r"http://127\.0\.0\.1:\d+", line)
    assert len(found) == 1, (line, process.stderr and process.poll() and process.stderr.read())
    return found[0]


def stopped(process: "subprocess.Popen[str]", how: signal.Signals) -> tuple[int, str, str]:
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_it_starts_without_any_setting_prints_one_address_and_stops(start: Start) -> None:
    process = start("run")
    with urllib.request.urlopen(address(process), timeout=60) as page:  # noqa: S310
        assert page.status == 200
    code, out, err = stopped(process, signal.SIGINT)
    assert (code, out, err) == (0, "", "")


def test_with_a_platform_the_first_admins_code_is_printed_and_never_logged(start: Start) -> None:
    token = "123456789:canary_canary_canary_canary_canary"
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        api = f"http://127.0.0.1:{deaf.getsockname()[1]}/bot"
        process = start(
            "run", TELEGRAM_BOT_TOKEN=token, TELEGRAM_BASE_URL=api, FIFTEEN_LOG_LEVEL="debug"
        )
        assert process.stdout
        code = code_in(process.stdout.readline().rpartition(": ")[2])
        assert code
        address(process)
        _, out, err = stopped(process, signal.SIGINT)
    assert (code in out, code in err, "canary" in err) == (False, False, False)


def test_a_service_manager_may_stop_it(start: Start) -> None:
    process = start("run")
    address(process)
    code, _, err = stopped(process, signal.SIGTERM)
    assert code in {0, -signal.SIGTERM}
    assert "Traceback" not in err


def test_a_second_one_on_the_same_database_says_so(start: Start) -> None:
    address(start("run"))
    second = start("run")
    _, err = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "Another Fifteen" in err
    assert "Traceback" not in err


def test_a_taken_port_is_told_with_what_to_do(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start("run", FIFTEEN_PORT=str(taken.getsockname()[1]))
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "is taken" in err
    assert "FIFTEEN_PORT" in err


def test_wrong_settings_are_told_before_anything_starts(start: Start) -> None:
    process = start("run", FIFTEEN_HOST="0.0.0.0", FIFTEEN_TICK_SECONDS="soon")  # noqa: S104
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert "2 mistakes" in err
    assert "Traceback" not in err


def test_the_demo_says_that_it_is_one_and_leaves_the_real_database_alone(
    start: Start, at_home: Path
) -> None:
    process = start("demo", FIFTEEN_CLOCK_FACTOR="600")
    assert process.stdout
    line = process.stdout.readline()
    assert "Demo data only" in line
    assert "an hour passes in 6 s" in line
    assert [path.name for path in at_home.rglob("*.db")] == ["demo.db"]
    stopped(process, signal.SIGINT)


def test_a_demo_that_runs_is_not_taken_away(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, demo=True)
    migrate(settings.database)
    running = database(settings.database)
    running.claim()
    with pytest.raises(StorageError, match="Another Fifteen"):
        forget_last_demo(settings)
    running.release()
    forget_last_demo(settings)
    assert list(tmp_path.glob("demo.db")) == []


def test_only_a_demo_is_made_anew(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    migrate(settings.database)
    with pytest.raises(ValueError, match="only a demo"):
        forget_last_demo(settings)
    assert (tmp_path / "fifteen.db").exists()


def test_help_names_every_command(start: Start) -> None:
    process = start("--help")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    for word in [
        "run",
        "demo",
        "try",
        "read",
        "migrate",
        "doctor",
        "digest",
        "export",
        "playbooks",
        "people",
    ]:
        assert f"  {word} " in out
