"""Putting what an analyst found into the folder that the incident report is built from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retroburn.door import display
from retroburn.errors import UsageError
from retroburn.explore.pick import Picked, Picker
from retroburn.found import Found, Slices
from retroburn.report import kept

if TYPE_CHECKING:
    from retroburn.logs import Logs


def line(logs: Logs, what: Found | Picked | Picker | Slices, note: str) -> kept.Line:
    """What is to be kept, as a line of the file. Raises UsageError for what cannot be."""
    inputs = [one.sha256 for one in logs.inputs if one.role == "source" and one.sha256]
    if isinstance(what, Found):
        return kept.Line(note=note, inputs=inputs, id=what.id, key=what.key, title=what.title)
    if isinstance(what, Picker):
        if what.picked is None:
            raise UsageError("keep: nothing is picked yet. Drag over the chart, or ask picker.box(start, end).")
        what = what.picked
    asked = getattr(what, "asked", None)
    if not asked:
        raise UsageError("keep: takes a finding, a picked time, or what logs.why() answered.")
    return kept.Line(note=note, inputs=inputs, **_plain(asked))


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: asked[name] and asked[name].replace(tzinfo=UTC).isoformat() for name in ("start", "end")}
    return {**asked, **times, "by": None if asked["by"] is None else list(asked["by"])}


class Keeping:
    """What is kept in a folder, in its order; shown as a table."""

    def __init__(self, folder: str) -> None:
        """Reads the folder; nothing is kept where there is none."""
        self.folder = Path(folder)
        self.lines = kept.read(folder)

    def put(self, one: kept.Line) -> Keeping:
        """Keeps one more."""
        self.lines = kept.put(self.lines, one)
        kept.write(self.folder, self.lines)
        return self

    def drop(self, number: int) -> Keeping:
        """Takes out the one of a number, as the table has it."""
        if not 0 <= number < len(self.lines):
            raise UsageError(f"drop {number}: {len(self.lines)} are kept, counted from 0.")
        self.lines = [one for i, one in enumerate(self.lines) if i != number]
        kept.write(self.folder, self.lines)
        return self

    def __len__(self) -> int:
        return len(self.lines)

    def __repr__(self) -> str:
        return f"{len(self.lines)} kept in {self.folder.name}/"

    def _repr_html_(self) -> str:
        rows = [[i, one.title or one.condition, _when(one), one.note] for i, one in enumerate(self.lines)]
        told = f"{len(self.lines)} kept in {self.folder.name}/; retroburn report incident shows them."
        return display.panel(display.table(("", "kept", "time", "note"), rows), display.tag("p", told, kind="soft"))


def _when(one: kept.Line) -> str:
    return f"{one.start[:16]} – {(one.end or '')[:16]}" if one.start else ""
