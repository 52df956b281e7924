"""Notebooks over a hand-made world, and the reports they make."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from retroburn import assets, report
from retroburn.report import runner
from retroburn.report.notebook import Notebook
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


class Runs:
    """The notebooks that were run: a page's language, form and place are no values that a notebook is given."""

    def __init__(self) -> None:
        self._known: dict[str, runner.Run] = {}
        self._execute = runner.execute

    def execute(
        self, notebook: Notebook, values: Mapping[str, Any], folder: Path, timeout: int | None = None
    ) -> runner.Run:
        """The run of a notebook with the same values, if there was one."""
        asked = repr((notebook.path, sorted(values.items()), timeout))
        if asked not in self._known:
            self._known[asked] = self._execute(notebook, values, folder, timeout)
        return copy.deepcopy(self._known[asked])


@pytest.fixture(scope="session")
def make(hand_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Writes a report on a hand-made world. Its notebook is run once for all, with `anew` once more.

    The same report is written once, but where it has a place of its own: `out`.
    """
    made: dict[str, ReportResult] = {}
    runs = Runs()

    def run(name: str = "weekly", world: str = "rich", *, anew: bool = False, **options: Any) -> ReportResult:
        options = {key: value for key, value in options.items() if (key, value) != ("lang", "en")}
        key = repr((name, world, sorted(options.items())))
        if key not in made or "out" in options:
            with pytest.MonkeyPatch.context() as patch:
                if not anew:
                    patch.setattr(runner, "execute", runs.execute)
                made[key] = report.run(name, [world], **{"out": tmp_path_factory.mktemp(name), **options})
        return made[key]

    return run
