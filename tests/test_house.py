"""The rules of the house that no linter knows: short files, a test beside each thing, nothing private tracked."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import retroburn
from retroburn import assets, header

ROOT = Path(__file__).resolve().parents[1]
CAUSES = {"answers", "dependencies", "inputs", "operations", "state"}
LONGEST = 400
DETECTORS = assets.queries("detectors")
IMPORTERS = sorted((assets.folder("queries") / "importers").glob("*.sql"))
NOTEBOOKS = sorted(assets.folder("notebooks").glob("*.ipynb"))
MODULES = sorted(
    info.name
    for info in pkgutil.walk_packages(retroburn.__path__, "retroburn.")
    if not info.name.endswith("__main__")  # runs when it is imported
)


def tracked() -> list[Path]:
    """Every file that git tracks, or all but the ignored where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text(path: Path) -> str:
    """The text of a file, or nothing where it holds bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def stem(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("folder", ["analysis", "queries", "tools"])
def test_no_file_of_code_is_longer_than_a_person_reads_at_once(folder: str) -> None:
    code = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".sql")]
    long = {str(path.relative_to(ROOT)): lines for path in code if (lines := len(text(path).splitlines())) > LONGEST}
    assert long == {}


def test_no_tracked_file_names_the_machine_it_was_written_on() -> None:
    private = [f"{ROOT}/", f"{Path.home()}/"]
    assert [f"{path}: {word}" for path in tracked() for word in private if word in text(path)] == []


def test_no_tracked_file_is_over_a_megabyte_but_samples_and_the_lock() -> None:
    large = [path for path in tracked() if path.stat().st_size > 1_000_000]
    assert [path for path in large if path.relative_to(ROOT).parts[0] not in ("sample_logs", "uv.lock")] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=stem)
def test_a_notebook_is_kept_without_what_it_printed(path: Path) -> None:
    cells = [cell for cell in json.loads(text(path))["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell["source"] for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []


@pytest.mark.parametrize("path", DETECTORS, ids=stem)
def test_a_detector_lies_in_the_folder_of_its_cause_and_has_cases(path: Path) -> None:
    assert path.parent.name in CAUSES
    assert list((ROOT / "tests" / "detectors").rglob(f"{path.stem}.yml")), f"tests/detectors/{path.stem}.yml is missing"


@pytest.mark.parametrize("path", IMPORTERS, ids=stem)
def test_an_importer_has_samples(path: Path) -> None:
    folder = ROOT / "tests" / "samples" / path.stem
    assert folder.is_dir(), f"tests/samples/{path.stem}/ is missing"
    assert any(folder.iterdir())


@pytest.mark.parametrize("path", assets.queries(), ids=assets.relative)
def test_a_query_says_what_it_is_in_its_first_lines(path: Path) -> None:
    assert header.read(path).head.get("title"), f"{assets.relative(path)} has no head with a title"


@pytest.mark.parametrize("name", ["retroburn", *MODULES])
def test_what_a_module_gives_away_is_sorted_and_there(name: str) -> None:
    module = importlib.import_module(name)
    given = getattr(module, "__all__", [])
    assert list(given) == sorted(given)
    assert [word for word in given if not hasattr(module, word)] == []


def test_every_public_name_that_the_package_binds_is_given_away() -> None:
    bound = {
        alias.asname or alias.name
        for node in ast.parse(text(Path(retroburn.__file__))).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("retroburn")
        for alias in node.names
    }
    assert {name for name in bound if not name.startswith("_")} <= set(getattr(retroburn, "__all__", []))


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    headings = re.findall(r"^## \[?([^\]\s]+)", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert version in headings[:2], "neither the newest entry nor the one under Unreleased is this version"
