"""The real notebooks on the sample logs give the same findings by `retroburn report` and as people run them by hand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from retroburn import assets, report
from retroburn.findings import Document
from retroburn.report.bundle import read
from retroburn.report.runner import parts
from tests.explore.conftest import write


@pytest.fixture(autouse=True)
def real_notebooks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebooks of the checkout, whatever the session's hand-made world has put in their place."""
    monkeypatch.setattr(assets, "folder", lambda name: root / name)


def _of_notebook(path: Path) -> Document:
    found = read("weekly", parts(nbformat.read(path, as_version=4))).document
    assert found is not None
    return found


def _by_report(root: Path, out: Path) -> Document:
    found = report.run("weekly", [str(root / "sample_logs")], out=out).document
    assert found is not None
    return found


def _by_hand(root: Path, out: Path) -> Document:
    """As JupyterLab runs all cells: in the notebook's folder, with the parameters as they stand."""
    command = [sys.executable, "-m", "papermill", str(root / "notebooks" / "weekly.ipynb"), str(out / "o.ipynb")]
    subprocess.run(command, cwd=root / "notebooks", check=True, capture_output=True)
    return _of_notebook(out / "o.ipynb")


@pytest.mark.slow
def test_one_notebook_gives_the_same_findings_by_report_and_by_hand(root: Path, tmp_path: Path):
    ways: list[Callable[[Path, Path], Document]] = [_by_report, _by_hand]
    found = []
    for number, way in enumerate(ways):
        out = tmp_path / str(number)
        out.mkdir()
        found.append(way(root, out).model_dump_json(exclude={"inputs"}))
    assert found[0] == found[1]
    document = Document.model_validate_json(found[0])
    costs = {finding.id: finding.impact.cost_usd or 0.0 for finding in document.findings}
    assert [costs[f.id] < costs[f.about] for f in document.findings if f.about and costs[f.about] > 0] == [True]
    assert '"severity":"high"' in found[0] or '"severity":"critical"' in found[0]


@pytest.mark.slow
def test_the_notebook_to_explore_with_runs_from_its_own_folder(root: Path, tmp_path: Path):
    folder, logs = tmp_path / "notebooks", tmp_path / "sample_logs"
    folder.mkdir()
    logs.mkdir()
    shutil.copy(root / "notebooks" / "explore.ipynb", folder)
    write(logs / "log.jsonl")  # found by its name as the real ones are, and read in a third of the time
    command = [sys.executable, "-m", "papermill", "explore.ipynb", str(tmp_path / "o.ipynb")]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    ran = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    shown = [output.output_type for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    assert "error" not in shown
    assert len(shown) >= 4
