"""What stands still in every night's same minutes is no hole; what stands still though it never does is one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import retroburn
from tests import alone, caselog


def only(found: bool) -> AbstractContextManager[None]:
    """What is none by itself is none among all; what is one must stand among all."""
    return nullcontext() if found else alone.only("logging_gap")


@pytest.mark.parametrize(("quiet", "found"), [((25, 80), False), ((-10, 50), True)])
def test_the_minutes_after_a_nightly_job_are_no_hole_and_those_in_which_it_runs_are_one(
    tmp_path: Path, quiet: tuple[int, int], found: bool
) -> None:
    rows = list(caselog.records(days=12, per_day=150))
    for day in range(12):
        night = caselog.at(f"d{day}h2")
        assert night is not None
        for job in range(90):
            start = night + timedelta(seconds=16 * job)
            rows.append({**rows[job], "id": f"n{day}-{job}", "start": start.isoformat(timespec="milliseconds")})
    two = caselog.at("d8h2")
    assert two is not None
    a, b = (two + timedelta(minutes=m) for m in quiet)
    kept = [row for row in rows if not a <= datetime.fromisoformat(row["start"]) < b]
    with (
        only(found),
        retroburn.open(caselog.write(sorted(kept, key=lambda row: row["start"]), tmp_path / "log.jsonl")) as logs,
    ):
        assert bool([f for f in logs.check().document.findings if f.kind == "logging_gap"]) is found


@pytest.mark.parametrize(("day", "found"), [("d0", False), ("d4", True)])
def test_a_pilots_idle_hours_are_no_hole_though_the_launch_never_has_such(
    tmp_path: Path, day: str, found: bool
) -> None:
    rows = caselog.changed(
        list(caselog.records(days=6, per_day=900)),
        [
            {"to": "d3", "part": 0.94, "drop": True},
            {"from": f"{day}h12", "to": f"{day}h16", "drop": True},
        ],
    )
    with only(found), retroburn.open(caselog.write(rows, tmp_path / "log.jsonl")) as logs:
        assert bool([f for f in logs.check().document.findings if f.kind == "logging_gap"]) is found


@pytest.mark.parametrize("missing", [0, 60, 90])
def test_a_nightly_run_that_is_longer_on_some_nights_leaves_no_hole_and_one_that_came_late_or_never_does(
    tmp_path: Path, missing: int
) -> None:
    lengths = (60, 170, 75, 150, 110, 0, 0, 65, 180, 90, 140, 70, 0, 0)  # minutes of each night, none at weekends
    rows = list(caselog.records(days=14, per_day=350))
    kept: list[dict[str, object]] = []
    for night, minutes in enumerate(lengths):
        first = caselog.at(f"d{night}h1")
        assert first is not None
        for job in range(5 * missing // 2 if night == 9 else 0, 5 * minutes // 2):
            start = first + timedelta(seconds=24 * job)
            kept.append({**rows[len(kept)], "start": start.isoformat(timespec="milliseconds")})
    with retroburn.open(caselog.write(kept, tmp_path / "log.jsonl")) as logs:
        found = [f for f in logs.check().document.findings if f.kind in ("logging_gap", "traffic_drop")]
    due = caselog.at("d9h1")
    assert due is not None
    assert [(f.kind, f.start.replace(second=0, microsecond=0, tzinfo=None)) for f in found] == (
        [("logging_gap", due.replace(tzinfo=None))] if missing else []
    )


def test_a_hole_that_swallows_most_weekends_of_a_log_is_one(tmp_path: Path) -> None:
    rows = caselog.changed(list(caselog.records(days=25, per_day=100)), [{"from": "d8", "to": "d22", "drop": True}])
    with retroburn.open(caselog.write(rows, tmp_path / "log.jsonl")) as logs:
        found = [f for f in logs.check().document.findings if f.kind == "logging_gap"]
    assert [round((f.end - f.start) / timedelta(days=1)) for f in found if f.end] == [14]
