"""Takes the pictures of the READMEs: the first screen of the weekly page that `make demo` wrote, in each language."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from retroburn.report import page
from retroburn.report.bundle import read
from retroburn.report.numbers import Speech
from retroburn.report.runner import parts
from tests import browser

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "demo" / "weekly" / "weekly.ipynb"
PICTURES = {"en": "weekly.png", "ko": "weekly.ko.png"}


def main() -> None:
    """Renders the page of the record in each language, opens it and writes the picture."""
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
        chromium.close()


def _page(lang: str) -> str:
    """The page that `retroburn report weekly --lang` would write of the same run."""
    bundle = read("weekly", parts(nbformat.read(RECORD, as_version=4)))  # type: ignore[no-untyped-call]
    status = page.Status("complete", [], datetime.now(UTC), version("retroburn"))
    return page.html(bundle, Speech(lang, bundle.zone), status)


if __name__ == "__main__":
    main()
