"""Tables of facts in the reader's language. The words stand in the head of each query, so a table is one file."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from markupsafe import Markup

from retroburn import assets, door, header
from retroburn.report import tell
from retroburn.report.bundle import Table
from retroburn.report.numbers import Speech


@cache
def head(query: str) -> dict[str, Any]:
    """The head of a query named as `queries/...`; empty where it is no file of ours any more."""
    home = assets.folder("queries")
    path = (home / query.removeprefix("queries/")).resolve()
    return header.read(path).head if path.is_file() and home.resolve() in path.parents else {}


def said(words: Any, otherwise: str, lang: str) -> str:
    """Words of a head in a language, else in English."""
    if not isinstance(words, dict):
        return otherwise
    return " ".join(str(words.get(lang) or words.get("en") or otherwise).split())


class View:
    """One table in words."""

    def __init__(self, table: Table, speech: Speech) -> None:
        """Reads the words from the head of the table's query."""
        self._table, self._speech = table, speech
        self._head = head(table.query)
        self.name, self.query, self.sha256 = table.name, table.query, table.sha256
        self.title = self.said(self._head.get("title"), table.name.replace("_", " "))
        self.note = self.said(self._head.get("note"), "")
        self.rows = table.rows

    def said(self, words: Any, otherwise: str) -> str:
        """The words in the reader's language, else in English."""
        return said(words, otherwise, self._speech.lang)

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The heads of the columns, and whether numbers stand below."""
        known = self._head.get("columns", {})
        return [(self.said(known.get(name), name), self._is_number(i)) for i, name in enumerate(self._table.columns)]

    def _is_number(self, column: int) -> bool:
        return not any(isinstance(row[column], str) for row in self.rows)

    def text(self, row: int, column: int) -> str:
        """One cell as a reader sees it."""
        cell, name = self.rows[row][column], self._table.columns[column]
        about = self._head.get("columns", {}).get(name, {})
        if isinstance(cell, str):
            is_day = about.get("unit") == "day"
            return self._speech.day(datetime.fromisoformat(cell)) if is_day else self._word(cell, about)
        if cell is None:
            return "–"
        unit = about.get("unit", "")
        return self._speech.duration(timedelta(seconds=cell)) if unit == "age" else self._speech.number(cell, unit)

    def _word(self, cell: str, about: dict[str, Any]) -> str:
        own = about.get("values", {}).get(cell)
        if own:
            return self.said(own, cell)
        group = about.get("words")
        if group == "kinds":
            return tell.kind(cell, self._speech)
        if group and self._speech.knows(group, cell):
            return self._speech.term(group, cell)
        return cell.replace("_", " ") if group else cell

    def cell(self, row: int, column: int) -> Markup:
        """One cell for the page, marked with what it holds, so that `verify` can find it."""
        value, shown = self.rows[row][column], door.html(self.text(row, column))
        if value is None or isinstance(value, str | bool):
            return Markup(shown)  # noqa: S704 - the door escapes
        mark = f'data-table="{door.html(self.name)}" data-cell="{row}.{column}" value="{value!r}"'
        return Markup(f"<data {mark}>{shown}</data>")  # noqa: S704


def views(tables: list[Table], speech: Speech) -> list[View]:
    """Every table in words; those without rows too, for nothing is an answer."""
    return [View(table, speech) for table in tables]
