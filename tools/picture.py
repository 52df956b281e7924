"""Takes the pictures of the READMEs: the first screen of the weekly page, and a time picked in JupyterLab.

The page is what `make demo` wrote, in each language.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright

from retroburn.explore import desk
from retroburn.report import page
from retroburn.report.bundle import read
from retroburn.report.numbers import Speech
from retroburn.report.runner import parts
from tests import browser
from tests.explore import lab

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "demo" / "weekly" / "weekly.ipynb"
PICTURES = {"en": "weekly.png", "ko": "weekly.ko.png"}
EXPLORED = "explore.png"
PICKED = (0.78, 0.88)
"""Where the searches without a hit lie in the four weeks of the sample, as parts of the chart's width."""


def main() -> None:
    """Opens what there is to see in a browser and writes the pictures."""
    found = browser.find()
    if found is None or not RECORD.is_file():
        sys.exit("This needs a browser (set CHROMIUM) and the notebook that `make demo` writes.")
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(browser.ARGUMENTS))
        for lang, name in PICTURES.items():
            screen = chromium.new_page(viewport={"width": 1280, "height": 1000})
            screen.set_content(_page(lang))
            screen.screenshot(path=folder / name)
        with tempfile.TemporaryDirectory() as work:
            _explore(chromium, Path(work), folder / EXPLORED)
        chromium.close()


def _page(lang: str) -> str:
    """The page that `retroburn report weekly --lang` would write of the same run."""
    bundle = read("weekly", parts(nbformat.read(RECORD, as_version=4)))  # type: ignore[no-untyped-call]
    status = page.Status("complete", [], datetime.now(UTC), version("retroburn"))
    return page.html(bundle, Speech(lang, bundle.zone), status)


def _explore(chromium: Any, work: Path, picture: Path) -> None:
    """Runs the ready notebook on the sample, asks about searches without a hit, and picks the time of them."""
    shutil.copytree(ROOT / "sample_logs", work / "sample_logs")
    os.chdir(work)
    desk.place(work / "look.ipynb", ["sample_logs"], {})
    text = (work / "look.ipynb").read_text(encoding="utf-8")
    (work / "look.ipynb").write_text(text.replace("pick(\\\"status <> 'ok'", 'pick(\\"retrieval_hits = 0'), "utf-8")
    with lab.opened(work) as address:
        screen = chromium.new_page(viewport={"width": 1100, "height": 740}, device_scale_factor=1.5)
        screen.set_default_timeout(lab.PATIENCE * 1000)
        screen.goto(f"{address}/lab/tree/look.ipynb?token=t")
        lab.run_all(screen)
        screen.keyboard.press("Control+b")  # the list of files makes way
        lab.pick(screen, *PICKED, "locale = ko-KR")
        screen.get_by_role("heading", name="Pick a time, and ask why").scroll_into_view_if_needed()
        screen.mouse.wheel(0, -14)  # clear of the toolbar
        screen.wait_for_timeout(500)
        screen.screenshot(path=picture)


if __name__ == "__main__":
    main()
