"""Who the traffic was: a shift from one model to another is seen though nothing went wrong."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import retroburn
from retroburn import report


def _log(path: Path, days: int) -> Path:
    start = datetime(2026, 10, 5)
    lines = []
    for n in range(days * 24 + 1):  # so that the last day is whole
        at = start + timedelta(hours=n)
        model = "m-new" if at.day >= 12 and n % 2 else "m-old"
        one = {"id": f"r{n}", "start": f"{at.isoformat()}Z", "model": model, "route": "/chat", "kind": "request"}
        lines.append(json.dumps({**one, "tenant": ["acme", "globex", "kim@acme.com"][n % 3], "duration_ms": 10}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _rows(path: Path) -> list[list[object]]:
    with retroburn.open(path) as logs:
        return next(one.rows for one in report.weekly(logs).tables().tables if one.name == "week_traffic")


def test_each_value_stands_with_its_share_now_and_before_and_a_field_of_one_value_is_left_out(tmp_path: Path) -> None:
    rows = _rows(_log(tmp_path / "log.jsonl", 14))
    assert rows[:2] == [["m-new", "model", 84, 0.5, 0.0], ["m-old", "model", 84, 0.5, 1.0]]
    assert {row[1] for row in rows} == {"model", "tenant"}
    assert not [row for row in rows if "kim@" in str(row)]


def test_without_a_week_before_the_share_before_is_not_known(tmp_path: Path) -> None:
    assert {row[4] for row in _rows(_log(tmp_path / "log.jsonl", 7))} == {None}
