"""Notebooks over a hand-made world, and the reports they make."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from retroburn import assets, report
from retroburn.report.publish import ReportResult
from tests.browser import ARGUMENTS

Make = Callable[..., ReportResult]


def notebook(source: Path, target: Path, *extra: str) -> None:
    """A copy of a notebook that opens the hand-made world; `extra` cells come after the findings."""
    content = json.loads(source.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["id"] == "open":
            cell["source"] = [
                "from retroburn import report\n",
                "from tests.report.world import opened\n",
                "logs = opened(source)",
            ]
        if cell["id"] == "compare" and "section" in target.name:
            cell["source"] = ["1 / 0"]
    place = 1 + next(i for i, cell in enumerate(content["cells"]) if cell["id"] == "found")
    for number, text in enumerate(extra):
        made: dict[str, Any] = {"cell_type": "code", "id": f"extra-{number}", "metadata": {}, "outputs": []}
        content["cells"].insert(place, made | {"execution_count": None, "source": [text]})
    target.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="session")
def hand_made(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Path]:
    """The folder `notebooks` of a checkout whose reports read the hand-made world."""
    home = tmp_path_factory.mktemp("checkout")
    folder = home / "notebooks"
    folder.mkdir()
    for path in (root / "notebooks").glob("*.ipynb"):
        notebook(path, folder / path.name)
    weekly = root / "notebooks" / "weekly.ipynb"
    notebook(weekly, folder / "killed.ipynb", "import os; os.kill(os.getpid(), 9)")
    starved = "raise __import__('duckdb').OutOfMemoryException('Possible solutions: SET threads=X')"
    notebook(weekly, folder / "starved.ipynb", starved)
    no_room = "raise OSError('Could not write /tmp/x/work.duckdb.wal: No space left on device')"
    notebook(weekly, folder / "full.ipynb", no_room)
    notebook(weekly, folder / "slow.ipynb", "import time; time.sleep(60)")
    notebook(weekly, folder / "section.ipynb")
    notebook(weekly, folder / "failing.ipynb", "raise ValueError('boom in ' + __import__('os').getcwd())")
    real = assets.folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "folder", lambda name: folder if name == "notebooks" else real(name))
        patch.setenv("PYTHONPATH", str(root), prepend=os.pathsep)
        yield folder


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A browser for the tests of a module."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def make(hand_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Runs a report on a hand-made world; the same one is run once."""
    made: dict[str, ReportResult] = {}

    def run(name: str = "weekly", world: str = "rich", **options: Any) -> ReportResult:
        options = {key: value for key, value in options.items() if (key, value) != ("lang", "en")}
        key = repr((name, world, sorted(options.items())))
        if key not in made:
            made[key] = report.run(name, [world], **{"out": tmp_path_factory.mktemp(name), **options})
        return made[key]

    return run
