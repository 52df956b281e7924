"""What was told of a week stays as it was told; what came after is announced."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from retroburn.findings import Finding
from retroburn.report import draft, history
from tests.report.world import FIRST, HOUR, World, finding


class Kept(World):
    """The rich world out of a store, with `more` requests than usual in every week."""

    def __init__(self, store: Path, more: int = 0) -> None:
        super().__init__("rich")
        self.stores: Sequence[Path] = [store]
        self.more = more

    def between(self, start: datetime | str | None, end: datetime | str | None) -> World:
        other = copy.copy(self)
        other.window = World("rich").between(start, end).window
        return other

    def count(self, start: datetime, end: datetime) -> int:
        return 100 + self.more if start < end else 0


def _week_before(store: Path) -> Path:
    """Keeps the week before the one that is judged, as an import a week ago would have."""
    logs = Kept(store)
    assert logs.span is not None
    logs.span = (logs.span[0], datetime(2026, 10, 11, 23))
    path = history.keep(logs, store)
    assert path is not None
    return path


def test_a_week_is_kept_once_and_never_written_again(tmp_path: Path):
    path = _week_before(tmp_path)
    told = path.read_bytes()
    path.write_bytes(told.replace(b'"requests": 100', b'"requests": 90'))
    assert _week_before(tmp_path) == path
    assert b'"requests": 90' in path.read_bytes()


def test_the_weekly_report_compares_with_what_was_told_and_announces_what_came_late(tmp_path: Path):
    path = _week_before(tmp_path)
    weekly = draft.weekly(Kept(tmp_path, more=12))
    found = weekly.compare().comparison
    assert found.kept
    assert (found.start, found.end) == (datetime(2026, 10, 4, 15), datetime(2026, 10, 11, 15))
    assert [late.requests for late in found.late] == [12]
    path.write_text(path.read_text(encoding="utf-8").replace("Half the traffic gone", "As told then"), encoding="utf-8")
    assert "As told then" in [change.title for change in weekly.compare().comparison.changes]


def test_nothing_is_announced_when_nothing_came_late(tmp_path: Path):
    _week_before(tmp_path)
    assert draft.weekly(Kept(tmp_path)).compare().comparison.late == []


def test_without_a_store_the_week_before_is_computed(tmp_path: Path):
    assert not draft.weekly(Kept(tmp_path)).compare().comparison.kept


class Short(World):
    """A trouble of a night this week and three weeks ago, and a week between them without it."""

    def between(self, start: datetime | str | None, end: datetime | str | None) -> World:
        return Short(self.kind, World("rich").between(start, end).window)

    def _findings(self, end: datetime) -> list[Finding]:
        first = self.window[0] or FIRST
        nights = [datetime(2026, 9, 22, 1), datetime(2026, 10, 14, 1)]
        return [
            finding(
                place, "latency_regression", "dependencies", "high", "Slower", night, end=night + 7 * HOUR, unit="ms"
            )
            for place, night in enumerate(nights, 1)
            if first <= night < end
        ]


def test_without_a_store_what_was_there_for_a_night_weeks_ago_is_back_and_not_new():
    (change,) = draft.weekly(Short()).compare().comparison.changes
    assert (change.state, change.last_seen) == ("back", datetime(2026, 9, 20, 15))


def test_a_file_in_the_history_that_is_none_of_ours_is_passed_over(tmp_path: Path):
    (tmp_path / history.FOLDER).mkdir()
    (tmp_path / history.FOLDER / "x.json").write_text("{}")
    assert history.kept([tmp_path]) == []
