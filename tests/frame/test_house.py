"""The gate and the house figures guard everybody else, so they are tested themselves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import bench, branches, browser, figures, suite

ROOT = Path(__file__).resolve().parents[2]


def gate(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(source)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.house.gate"),
            *("-p", "no:cacheprovider"),
            *("--rootdir", str(folder), "-c", str(folder / "none.ini"), str(folder)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "none.ini").write_text("[pytest]\n")
    return tmp_path


def test_the_gate_opens_where_everything_passed(folder: Path) -> None:
    done = gate(folder, "def test_one(): assert True\n")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\n@pytest.mark.skip\ndef test_one(): pass\ndef test_two(): pass\n",
        "import pytest\ndef test_one(): pytest.skip('no')\ndef test_two(): pass\n",
        "import pytest\n@pytest.mark.xfail\ndef test_one(): assert 0\ndef test_two(): pass\n",
        "import pytest\n@pytest.mark.xfail\ndef test_one(): pass\ndef test_two(): pass\n",
        "import pytest\npytest.skip('all', allow_module_level=True)\n",
        "",
    ],
)
def test_the_gate_stays_shut_where_something_was_left_out(folder: Path, source: str) -> None:
    done = gate(folder, source)
    assert done.returncode != 0
    assert "the gate is closed" in done.stdout


def test_a_docstring_does_not_lengthen_a_function() -> None:
    source = 'def f():\n    """One\n\n    two.\n    """\n    a = 1\n\n    return a\n'
    (length,) = figures.bodies(Path("x.py"), source)
    assert length.lines == 3


def test_a_function_of_41_lines_is_named(tmp_path: Path) -> None:
    for name in (*figures.PRODUCT, "tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "short.py").write_text("def f():\n    return 1\n")
    body = "    a = 1\n" * 41
    (tmp_path / "bot" / "long.py").write_text(f"def g():\n{body}")
    _, too_long = figures.report(tmp_path)
    assert [(each.where, each.lines) for each in too_long] == [("bot/long.py:1 g", 41)]


def test_a_file_of_401_lines_is_named(tmp_path: Path) -> None:
    for name in (*figures.PRODUCT, "tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "short.py").write_text("def f():\n    return 1\n")
    (tmp_path / "bot" / "long.py").write_text("a = 1\n" * 401)
    _, too_long = figures.report(tmp_path)
    assert [each.where for each in too_long] == ["bot/long.py"]


def test_a_channels_file_of_201_lines_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "bot" / "channels" / "pigeon"
    folder.mkdir(parents=True)
    for name in (*figures.PRODUCT, "tests"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "short.py").write_text("def f():\n    return 1\n")
    (folder / "channel.py").write_text("a = 1\n" * 201)
    (folder / "wire.py").write_text("a = 1\n" * 200)
    _, too_long = figures.report(tmp_path)
    assert [each.where for each in too_long] == ["bot/channels/pigeon/channel.py"]


def test_without_a_browser_the_run_says_so_or_fails_where_it_must_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    assert browser.main() == 0
    assert "browser tests are left out" in capsys.readouterr().out
    assert "not browser" in suite.rest(2)
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    assert browser.main() == 1


@pytest.mark.parametrize("place", ["behind", "before"])
def test_one_failure_of_two_runs_side_by_side_is_a_failure(
    place: str, capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad = ([sys.executable, "-c", f"print({n}); exit({n})"] for n in (0, 3))
    assert suite.side_by_side([good, good], good) == 0
    behind, before = ([good, bad, good], good) if place == "behind" else ([good], bad)
    assert suite.side_by_side(behind, before) == 1
    assert "3" in capfd.readouterr().out


def test_no_test_is_in_neither_run_and_none_in_both() -> None:
    run = [word for word in (*suite.MEASURED, *suite.rest(2)) if word.startswith("tests/")]
    assert len(run) == len(set(run))
    for file in (ROOT / "tests").rglob("test_*.py"):
        within = [folder for folder in run if (ROOT / folder) in file.parents]
        assert len(within) == 1, file


def test_a_bench_speaks_in_figures_and_in_remarks() -> None:
    printed = 'warming up\n{"what": "core turn", "figure": 0.31, "unit": "ms", "target": 0.6}\n'
    remark, figure = bench.rows(printed)
    assert remark == "warming up"
    assert isinstance(figure, dict)
    assert "0.31 ms" in bench.shown(figure)


def test_coverage_counts_branches_by_themselves() -> None:
    def file(covered: int) -> dict[str, dict[str, int]]:
        lines = {"covered_lines": 100, "num_statements": 100}
        return {"summary": {**lines, "covered_branches": covered, "num_branches": 10}}

    files = {"bot/conversations/a.py": file(10), "bot/conversations/b.py": file(5), "c.py": file(0)}
    assert branches.shares(files, "bot/conversations") == (75.0, 100.0)
    assert branches.shares(files, "nowhere") == (0.0, 0.0)
