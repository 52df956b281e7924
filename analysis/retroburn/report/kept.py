"""What people kept while exploring: findings and picked times with their notes, as the incident report is built from.

A line of `kept.jsonl` holds the question and the note, not the answer: the report asks the log again, so that its
numbers are of the logs it was made from, and `verify` can ask once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from retroburn import door
from retroburn.errors import RetroburnError, UsageError
from retroburn.findings import Document, Finding
from retroburn.report.bundle import Kept, KeptSlice
from retroburn.report.source import Logs

FOLDER, FILE = "retroburn-incident", "kept.jsonl"
SCHEMA = "retroburn.kept/1"
_TEXT = 2000


class Line(BaseModel):
    """One line of the file: a finding by its id and key, or a condition over `requests` in a time."""

    schema_: str = Field(SCHEMA, alias="schema")
    note: str = ""
    inputs: list[str] = Field(default_factory=list)
    """Hashes of the files it was seen in."""
    id: str | None = None
    key: str | None = None
    title: str = ""
    condition: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    by: list[str] | None = None
    start: str | None = None
    end: str | None = None

    @property
    def about(self) -> tuple[Any, ...]:
        """What it is about: kept once more, the note is replaced."""
        return self.id, self.condition, json.dumps(self.params, sort_keys=True, default=str), self.start, self.end


def read(folder: str | Path) -> list[Line]:
    """What is kept in a folder; nothing where there is none. Raises UsageError where the file is no such list."""
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        return [Line.model_validate_json(line) for line in lines if line.strip()]
    except ValidationError:
        raise UsageError(f"{path.parent.name}/{FILE}: is no list of what was kept. Move it away.") from None


def write(folder: str | Path, kept: Iterable[Line]) -> None:
    """Puts the list into a folder, which is made where it is not there."""
    path = Path(folder) / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(".part")
        whole.write_text("".join(f"{dumped(line)}\n" for line in kept), encoding="utf-8")
        whole.replace(path)
    except OSError as error:
        raise UsageError(f"{path.parent.name}: cannot be written ({error.strerror}). Name another folder.") from None


def dumped(line: Line) -> str:
    """A line as JSON."""
    return json.dumps(line.model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False)


def put(kept: Sequence[Line], line: Line) -> list[Line]:
    """The list with one more; what is about the same gives way, in its place."""
    if all(one.about != line.about for one in kept):
        return [*kept, line]
    return [line if one.about == line.about else one for one in kept]


def again(logs: Logs, document: Document, lines: Sequence[Line]) -> list[Kept]:
    """What was kept, asked again of the logs of a report. What was seen in other logs alone is left out."""
    known = {one.sha256 for one in document.inputs}
    return [_asked(logs, document, line) for line in lines if not line.inputs or known & set(line.inputs)]


def _asked(logs: Logs, document: Document, line: Line) -> Kept:
    note, title = door.show(line.note, _TEXT), door.show(line.title, _TEXT)
    if line.condition is None:
        found = _finding(document, line)
        return Kept(note=note, title=title, finding=found.id if found else None, key=line.key or "", line=_masked(line))
    made = Kept(note=note, condition=door.show(line.condition, _TEXT), line=_masked(line))
    try:
        picked = logs.picked(line.condition, line.start, line.end, by=line.by, params=line.params)
    except RetroburnError as error:
        return made.model_copy(update={"failed": door.show(str(error), _TEXT)})
    told = [_slice(one) for one in picked.slices]
    n = dict(picked.numbers)
    rates = {"rate": _rate(n["bad"], n["n"]), "rate_others": _rate(n["bad_others"], n["others"])}
    if not n["others"]:  # all of the time was asked about
        n |= {"others": None, "bad_others": None}
    return made.model_copy(update={"start": picked.start, "end": picked.end, **n, **rates, "slices": told})


def _slice(one: Any) -> KeptSlice:
    where = {field: door.show(content, 200) for field, content in one.where.items()}
    return KeptSlice(where=where, n=one.n, bad=one.bad, rate=one.rate, usual=one.usual)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _finding(document: Document, line: Line) -> Finding | None:
    """The finding of a report: the same one, else the same kind in the same place."""
    same = [f for f in document.findings if f.id == line.id]
    return next(iter(same or [f for f in document.findings if f.key == line.key]), None)


def _masked(line: Line) -> dict[str, Any]:
    """The line as a report may carry it."""
    content = line.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: _shown(value) for name, value in content.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return door.show(value, _TEXT)
    if isinstance(value, Mapping):
        return {door.show(k): _shown(v) for k, v in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list) else value
