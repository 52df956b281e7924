"""Prints `docs/reference/` from the code, and says where a page is out of date."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

from tools.reference import commands, judging, models, queries

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
NOTE = "<!-- Printed from the code by `make docs`. Do not edit. -->"
PAGES: dict[str, Callable[[], list[str]]] = {
    "cli.md": commands.page,
    "config.md": models.config,
    "detectors.md": queries.detectors,
    "findings.md": models.findings,
    "formats.md": queries.formats,
    "judging.md": judging.page,
    "native.md": queries.native,
    "tables.md": queries.tables,
}


def text(page: Callable[[], list[str]]) -> str:
    """A whole page, one newline at its end."""
    title, *rest = page()
    return "\n".join([title, "", NOTE, *rest]).rstrip() + "\n"


def write(folder: Path = FOLDER) -> None:
    """Writes every page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(text(page), encoding="utf-8")


def stale(folder: Path = FOLDER) -> list[str]:
    """The differences between the pages as they are and as they should be, as lines of a diff."""
    lines: list[str] = []
    for name, page in PAGES.items():
        path = folder / name
        now = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        printed = text(page).splitlines()
        lines += difflib.unified_diff(now, printed, f"{name} (now)", f"{name} (printed)", lineterm="")
    return lines
