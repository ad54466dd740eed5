"""What is installed is whole: every file the product reads goes into the package."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOLD = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
FOLDERS = ("bot", "playbooks", "storage")
KINDS = ("bin", "css", "html", "js", "json", "jsonl", "mako", "md", "svg", "yaml")


def files() -> list[Path]:
    """All files of the product that are no Python, nor made of others by a start."""
    every = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    ours = [path for path in every if path.suffix != ".py" and path.parent.name != "__pycache__"]
    return [path.relative_to(ROOT) for path in ours]


def test_every_file_beside_the_code_is_taken_along() -> None:
    globs = TOLD["package-data"]["*"]
    left = [str(p) for p in files() if not any(fnmatch(p.name, glob) for glob in globs)]
    assert left == []


def test_every_folder_is_part_of_a_package() -> None:
    include = TOLD["packages"]["find"]["include"]
    for folder in {path.parent for path in files()}:
        assert all(part.isidentifier() for part in folder.parts), folder
        assert any(fnmatch(".".join(folder.parts), pattern) for pattern in include), folder
    assert "namespaces" not in TOLD["packages"]["find"], "folders of files alone would be left out"


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_product_cannot_do_without_is_looked_for(kind: str) -> None:
    assert [path for path in files() if path.suffix == f".{kind}"]
