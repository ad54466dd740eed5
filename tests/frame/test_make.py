"""The two commands on a fresh machine: which Python is taken, and what is said where none fits."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CANNOT_MAKE = 'case "$2" in *ensurepip*) exit 1;; esac; exit 0'
CAN = "exit 0"
TOO_OLD = "exit 1"
A_DEAD_SHIM = "echo 'not installed' >&2; exit 127"


def chosen(folder: Path, **pythons: str) -> subprocess.CompletedProcess[str]:
    """Asks for a Python on a machine that has just these, as a user who is not root."""
    scripts = {name.replace("_", "."): script for name, script in pythons.items()}
    for name, script in {**scripts, "id": "echo 1000"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tests" / "house" / "python.sh")],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_newest_python_that_fits_is_taken(tmp_path: Path) -> None:
    done = chosen(tmp_path, python3_11=CAN, python3_12=CAN, python3=CAN)
    assert (done.returncode, done.stdout.strip()) == (0, "python3.12")


def test_a_name_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    done = chosen(tmp_path, python3_13=A_DEAD_SHIM, python3_11=CAN)
    assert done.stdout.strip() == "python3.11"


def test_one_that_cannot_make_an_environment_gives_way_to_one_that_can(tmp_path: Path) -> None:
    done = chosen(tmp_path, python3_13=CANNOT_MAKE, python3=CAN)
    assert done.stdout.strip() == "python3"


def test_where_debian_keeps_a_part_apart_its_package_is_named(tmp_path: Path) -> None:
    done = chosen(tmp_path, python3=CANNOT_MAKE)
    assert done.returncode == 1
    assert "install Debian's package python3-venv" in done.stderr


@pytest.mark.parametrize("pythons", [{}, {"python3": TOO_OLD}])
def test_without_a_python_that_fits_the_versions_are_named(
    tmp_path: Path, pythons: dict[str, str]
) -> None:
    done = chosen(tmp_path, **pythons)
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr


def test_everything_the_project_names_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    run = [*project["project"]["dependencies"], *groups["build"]]
    run += [
        each for extra in project["project"]["optional-dependencies"].values() for each in extra
    ]
    for lock, wanted in (("requirements.lock", run), ("requirements-dev.lock", groups["dev"])):
        text = (ROOT / lock).read_text(encoding="utf-8").lower()
        names = [name_of(each) for each in wanted if isinstance(each, str)]
        assert [name for name in names if f"\n{name}==" not in f"\n{text}"] == [], lock


def name_of(requirement: str) -> str:
    """The plain name of a requirement such as ``psycopg[binary]>=3.2``."""
    found = re.match(r"[\w.-]+", requirement)
    return found[0].lower().replace("_", "-") if found else requirement


def test_the_gate_is_a_program_that_calls_check_and_test() -> None:
    gate = ROOT / ".ci" / "run"
    text = gate.read_text(encoding="utf-8")
    assert os.access(gate, os.X_OK)
    assert "set -euo pipefail" in text
    assert "make check" in text
    assert "make test" in text
    assert "REQUIRE_BROWSER=1" in text
