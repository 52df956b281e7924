"""Holds what people read against the record: each file of a report is made once more from its notebook.

So there is no number on a page, in its charts or in the Markdown that could be changed alone. `verify` holds the record
itself against the log.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, NamedTuple

from retroburn.report import publish
from retroburn.report.bundle import MEDIA_TYPE, Bundle, read
from retroburn.report.numbers import Speech
from retroburn.report.page import Status

State = Literal["same", "changed", "missing"]
_LIVE = 'id="live"'
_NUMBER = re.compile(r"\d")
_ASKED = re.compile(r"`[^`]*\bselect\s", re.IGNORECASE)
"""In a row of a draft: an action item, which is for people to strike through or to delete."""


class Check(NamedTuple):
    """One number held against another: where it stands, what was written, what is now."""

    place: str
    state: State
    written: str = ""
    now: str = ""


class Piece(NamedTuple):
    """A piece of a file that may differ by itself: where it stands, and what it says."""

    place: str
    text: str


def bundle(path: Path, name: str) -> Bundle | None:
    """What a written notebook holds; None where it is not there, or no record of ours."""
    try:
        return read(name, [data[MEDIA_TYPE] for _, data in _outputs(path) if MEDIA_TYPE in data])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def shown(path: Path) -> dict[str, str]:
    """What the cells of a notebook show to who opens it."""
    told: dict[str, str] = {}
    for cell, data in _outputs(path):
        texts = {kind: value for kind, value in data.items() if kind != MEDIA_TYPE}
        told[f"{path.name}: {cell}"] = told.get(f"{path.name}: {cell}", "") + json.dumps(texts, sort_keys=True)
    return told


def _outputs(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        yield from ((cell["id"], output.get("data", {})) for output in cell.get("outputs", []))


def held(home: Path, about: Mapping[str, Any], record: Bundle | None, markdown: str, *, draft: bool) -> Iterator[Check]:
    """Every file of a report against what its notebook makes of it; into the Markdown of a `draft` people write."""
    if record is None:
        yield Check(f"{about['report']}.ipynb", "missing", now="the record of the run")
        return
    page = home / f"{about['report']}.html"
    status = Status(
        about["status"], about["failed"], datetime.fromisoformat(about["started"]), about["tool"]["version"]
    )
    live = page.is_file() and _LIVE in page.read_text(encoding="utf-8")
    try:
        made = publish.written(record, Speech(about["lang"], record.zone), status, markdown, live=live)
    except ValueError as stopped:  # a time that is none, a number that is a word
        yield Check(f"{about['report']}.ipynb", "changed", str(stopped), "what a run writes")
        return
    for name, text in made.items():
        there = (home / name).read_text(encoding="utf-8") if (home / name).is_file() else ""
        if draft and name == markdown:
            yield from _kept(name, there, text)
        else:
            yield from _against(_pieces(name, there), _pieces(name, text))
    strange = {path.relative_to(home).as_posix() for path in (home / "evidence").glob("*.csv")} - made.keys()
    yield from (Check(name, "changed", "a file", "nothing makes it") for name in sorted(strange))


def _pieces(name: str, text: str) -> list[Piece]:
    """A file in pieces: texts and elements of a page, lines of Markdown, values of JSON, cells of a table."""
    if name.endswith(".html"):
        page = _Page(name)
        page.feed(text)
        return page.pieces
    if name.endswith(".json"):
        return [
            Piece(f"{name}: {place}", f"{place} {value!r}") for place, value in flat(by_id(json.loads(text or "{}")))
        ]
    if name.endswith(".csv"):
        rows = list(csv.reader(text.splitlines()))
        return [Piece(f"{name}: row {n}", ",".join(row)) for n, row in enumerate(rows)]
    return [Piece(f"{name}: line {n}", line) for n, line in enumerate(text.splitlines(), 1)]


class _Page(HTMLParser):
    """A page in pieces: each text, and each element with what it says of itself; under the section that it is in."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self._name, self._section = name, "head"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element: its value, its time, the form of a line in a chart."""
        given = dict(attrs)
        if tag in {"section", "article"}:
            self._section = given.get("id") or given.get("aria-labelledby") or tag
        self.pieces.append(Piece(self._where, f"{tag} {' '.join(f'{name}={value}' for name, value in attrs)}".strip()))

    def handle_data(self, data: str) -> None:
        """A text, a style or a script."""
        if data.strip():
            self.pieces.append(Piece(self._where, " ".join(data.split())))

    def handle_comment(self, data: str) -> None:
        """There are none on our pages."""
        self.pieces.append(Piece(self._where, data))

    @property
    def _where(self) -> str:
        return f"{self._name}: {self._section}"


def _against(written: Sequence[Piece], now: Sequence[Piece]) -> Iterator[Check]:
    """Two files piece by piece: what stands in both, and what in one alone."""
    same: list[Piece] = []
    pairs: list[tuple[Any, Any]] = []
    matched = SequenceMatcher(None, [p.text for p in written], [p.text for p in now], autojunk=False)
    for word, a, b, c, d in matched.get_opcodes():
        if word == "equal":
            same += now[c:d]
        else:
            pairs += zip_longest(written[a:b], now[c:d])
    yield from (Check(piece.place, "same") for piece in same if _NUMBER.search(piece.text))
    for was, at in pairs:
        yield Check((at or was).place, "changed" if was else "missing", was.text if was else "", at.text if at else "")


def _kept(name: str, written: str, now: str) -> Iterator[Check]:
    """The lines with numbers of a draft, which stand whatever people wrote beside them or into empty cells."""
    there, ours = ([" ".join(line.split()) for line in text.splitlines()] for text in (written, now))
    for word, a, b, c, d in SequenceMatcher(None, there, ours, autojunk=False).get_opcodes():
        for number in range(c, d):
            if _NUMBER.search(ours[number]) and not _ASKED.search(ours[number]):
                stands = word == "equal" or any(_within(ours[number], line) for line in there[a:b])
                place = f"{name}: line {number + 1}"
                yield Check(place, "same" if stands else "changed", "" if stands else "-", ours[number])


def _within(ours: str, line: str) -> bool:
    """Whether a line of ours stands in another: a row with what was empty filled in, a sentence with others beside."""
    if ours.startswith("|"):
        pairs = list(zip_longest(ours.split("|"), line.split("|")))
        return all(not (a or "").strip() or a == b for a, b in pairs) and len(pairs) == len(ours.split("|"))
    return bool(re.search(rf"(?<![\d.,]){re.escape(ours)}(?![\d.,]*\d)", line))


def by_id(content: Mapping[str, Any]) -> dict[str, Any]:
    """findings.json with its findings and inputs by their names rather than by their places."""
    named = {name: value for name, value in content.items() if name not in {"findings", "inputs", "schema", "tool"}}
    found = {one["id"]: one for one in content.get("findings", [])}
    return {**found, **named, "inputs": {one["path"]: one for one in content.get("inputs", [])}}


def flat(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with the path to it."""
    if isinstance(content, Mapping):
        for name, inner in content.items():
            yield from flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(content, list):
        for place, inner in enumerate(content):
            yield from flat(inner, f"{path}[{place}]")
    else:
        yield path, content
