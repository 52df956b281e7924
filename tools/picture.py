"""Takes the README's picture: the first screen of the weekly page that `make demo` wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import browser

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "demo" / "weekly" / "weekly.html"
PICTURE = ROOT / "docs" / "pictures" / "weekly.png"


def main() -> None:
    """Opens the page and writes the picture."""
    found = browser.find()
    if found is None or not PAGE.is_file():
        sys.exit("This needs a browser (set CHROMIUM) and the page that `make demo` writes.")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(browser.ARGUMENTS))
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(PAGE.as_uri())
        page.screenshot(path=PICTURE)
        chromium.close()


if __name__ == "__main__":
    main()
