"""`retroburn verify`: holds a written report against itself, or against the log again.

Without SOURCE the page and the Markdown are held against findings.json: every number of every finding is marked in the
page and stands in a line of fixed form in the Markdown. All three are held, piece by piece, against what the notebook
makes. With SOURCE the report is made once more with the same parameters, and all that it holds is compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

from retroburn import door
from retroburn.errors import UsageError
from retroburn.findings import Document, Finding
from retroburn.report import notebook as notebooks
from retroburn.report import record, tell
from retroburn.report.again import GIVEN_AGAIN, again
from retroburn.report.bundle import in_order, naive
from retroburn.report.numbers import Speech
from retroburn.report.record import Check, flat


@dataclass(frozen=True)
class Verified:
    """All that was held. `exit_code` is 0 where everything is the same, 1 where something changed or is missing."""

    checks: list[Check]
    against: Literal["itself", "source"]
    lacking: Sequence[str] = ()
    """Parameters that the report was made with, and that were not given again."""

    @property
    def exit_code(self) -> int:
        """0 or 1, as the contract says."""
        return int(any(check.state != "same" for check in self.checks))

    @property
    def differences(self) -> list[Check]:
        """What is not the same."""
        return [check for check in self.checks if check.state != "same"]

    @property
    def summary(self) -> str:
        """One sentence."""
        counts = {state: sum(c.state == state for c in self.checks) for state in ("same", "changed", "missing")}
        what = "page, Markdown and findings.json against each other" if self.against == "itself" else "against SOURCE"
        told = f"{what}: {counts['same']} same, {counts['changed']} changed, {counts['missing']} missing"
        asked = ", ".join("-p incidents" if name == "incidents" else f"--{name}" for name in self.lacking)
        return f"{told}. It was made with {asked}, too: give that again." if asked else told


def verify(
    folder: str | Path,
    sources: Sequence[str] | None = None,
    *,
    params: Mapping[str, Any] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Verified:
    """Holds the report in `folder` against itself, or against `sources`; raises UsageError where there is none.

    `params` and `flags` are those of `run` that are to be given again.
    """
    home = Path(folder)
    about, document, content = _load(home)
    written = record.bundle(home / f"{about['report']}.ipynb", about["report"])
    draft, markdown = notebooks.find(about["report"]).draft, _markdown_name(about)
    held = list(record.held(home, about, written, markdown, draft=draft))
    if sources:
        given = {**(flags or {}), **(params or {})}
        checks = again(home, about, content, written, sources, flags or {}, params or {})
        checks += [check for check in held if not check.place.startswith("findings.json")]
        return Verified(checks, "source", sorted(name for name in GIVEN_AGAIN - given.keys() if _given(about, name)))
    speech = Speech(about["lang"], about["tz"])
    theirs = {markdown} if draft else set()
    checks = [
        *_files(home, {name: digest for name, digest in about["files"].items() if name not in theirs}),
        *_cells(home / f"{about['report']}.html", _beside(content)),
        *_page(home / f"{about['report']}.html", document, speech),
        *_markdown(home / markdown, document, speech),
        *held,
    ]
    return Verified(checks, "itself")


def _given(about: Mapping[str, Any], name: str) -> bool:
    """Whether a report was made with a parameter."""
    return bool(about["parameters"].get(name))


def _markdown_name(about: Mapping[str, Any]) -> str:
    """The Markdown that this run wrote: another than NAME.md where people had written into that one."""
    return next((name for name in about["files"] if name.endswith(".md")), f"{about['report']}.md")


def _load(home: Path) -> tuple[dict[str, Any], Document, dict[str, Any]]:
    """What run.json tells, the document, and all that findings.json holds."""
    try:
        about = json.loads((home / "run.json").read_text(encoding="utf-8"))
        written = (home / "findings.json").read_text(encoding="utf-8")
        return about, Document.model_validate_json(written), json.loads(written)
    except (OSError, ValueError) as stopped:
        there = isinstance(stopped, FileNotFoundError) and not home.is_dir()
        why = "there is no such folder" if there else "it holds no report that can be read"
        raise UsageError(f"{home.name}: {why}. Name the folder that retroburn report wrote.") from None


def _files(home: Path, hashes: Mapping[str, str]) -> Iterator[Check]:
    """Each file against the hash in run.json: what no mark covers is covered here."""
    for name, digest in hashes.items():
        path = home / name
        if not path.is_file():
            yield Check(name, "missing")
            continue
        now = hashlib.sha256(path.read_bytes()).hexdigest()
        yield Check(name, "same" if now == digest else "changed", digest[:12], now[:12])


def _beside(content: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of findings.json that a page marks and that are of no finding, flat."""
    tables = {one["name"]: one["rows"] for one in content.get("tables", [])}
    parts = {name: content.get(name, []) for name in ("checklist", "kept", "spreads")}
    return dict(flat({"tables": tables, **parts}))


class _Cells(HTMLParser):
    """Collects the cells of tables that a page marks: path in findings.json and value."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Reads a mark."""
        given = dict(attrs)
        if tag == "data" and "data-cell" in given:
            row, _, column = (given["data-cell"] or "").partition(".")
            self.found.append((f"tables.{given['data-table']}[{row}][{column}]", given.get("value") or ""))
        elif tag == "data" and "data-at" in given:
            self.found.append((given["data-at"] or "", given.get("value") or ""))


def _cells(path: Path, extra: Mapping[str, Any]) -> Iterator[Check]:
    """Every marked cell of the page against the tables of findings.json, and the other way round."""
    cells = _Cells()
    cells.feed(path.read_text(encoding="utf-8") if path.is_file() else "")
    for place, value in cells.found:
        now = repr(extra.get(place))
        yield Check(f"{path.name}: {place}", "same" if now == value else "changed", value, now)
    seen = {place for place, _ in cells.found}
    for place, known in extra.items():
        if place.startswith(("tables.", "kept[")) and isinstance(known, int | float) and place not in seen:
            yield Check(f"{path.name}: {place}", "missing", now=repr(known))


class _Marks(HTMLParser):
    """Collects what a page says of each finding: (finding, path) → value for machines, text for people."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str | None, str]] = []
        self._open: tuple[str, str, str | None] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a mark."""
        given = dict(attrs)
        if tag in {"data", "time", "span"} and "data-path" in given:
            value = given.get("value", given.get("datetime"))
            self._open, self._text = (given.get("data-finding") or "", given["data-path"] or "", value), []

    def handle_data(self, data: str) -> None:
        """Text inside a mark."""
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Closes a mark."""
        if self._open and tag in {"data", "time", "span"}:
            self.found.append((*self._open, "".join(self._text)))
            self._open = None


def _page(path: Path, document: Document, speech: Speech) -> Iterator[Check]:
    """Every marked number of the page against findings.json, and every number of findings.json in the page."""
    marks = _Marks()
    marks.feed(path.read_text(encoding="utf-8") if path.is_file() else "")
    findings = {door.show(finding.id): finding for finding in document.findings}
    seen = set()
    for owner, where, value, text in marks.found:
        finding = findings.get(owner)
        place = f"{path.name}: {owner} {where}"
        if finding is None:
            yield Check(place, "changed", text, "no such finding")
            continue
        expected, machine = door.show(tell.told(finding, where, speech), None), _machine(finding, where)
        same = text == expected and (value or "") == machine
        yield Check(place, "same" if same else "changed", f"{text} ({value})", f"{expected} ({machine})")
        seen.add((owner, where))
    for owner, finding in findings.items():
        for where in ("title", "summary", *tell.NUMBERS):
            if (owner, where) not in seen and tell.value(finding, where) is not None:
                yield Check(f"{path.name}: {owner} {where}", "missing", now=tell.told(finding, where, speech))


def _machine(finding: Finding, where: str) -> str:
    known = tell.value(finding, where)
    if known is None or where in {"title", "summary"}:
        return ""
    return f"{naive(known):%Y-%m-%dT%H:%M:%SZ}" if where in {"from", "to"} else repr(known)


def _markdown(path: Path, document: Document, speech: Speech) -> Iterator[Check]:
    """The lines of each finding's table in the Markdown, looked for below its own heading."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    sections = text.split("\n### ")[1:]
    for number, finding in enumerate(in_order(document.findings), 1):
        head = f"{number}. {door.markdown(tell.title(finding, speech))}"
        section = next((part for part in sections if part.splitlines()[0] == head), None)
        if section is None:
            yield Check(f"{path.name}: {finding.id}", "missing", now=head)
            continue
        lines = set(section.splitlines())
        for line in tell.lines(finding, speech):
            label = line.split("|")[1].strip()
            yield Check(f"{path.name}: {finding.id} {label}", "same" if line in lines else "changed", now=line)
