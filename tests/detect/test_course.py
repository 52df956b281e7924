"""The course of a finding is drawn in what the finding is told in."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import retroburn
from tests import caselog


def test_a_course_shows_what_was_seen_and_not_another_measure_of_it(tmp_path: Path) -> None:
    changes: list[dict[str, Any]] = [
        {"from": "d8", "where": {"tenant": "acme"}, "part": 0.6, "set": {"status": "error"}},
        {"from": "d7", "to": "d8", "where": {"route": "/draft"}, "times": {"duration_ms": 8}},
    ]
    rows = caselog.changed(list(caselog.records(days=10, per_day=400)), changes)
    with retroburn.open(str(caselog.write(rows, tmp_path / "log.jsonl"))) as logs:
        found = {one.kind: one for one in logs.check()}
    for kind in ("slo_burn", "latency_regression"):
        one = found[kind]
        values = [p.value for p in one.series if p.value is not None and p.at >= one.start.replace(tzinfo=None)]
        inside = [v for v in values if one.measure.baseline is None or v > 2 * one.measure.baseline]
        assert one.measure.observed is not None
        assert 0.8 < median(inside) / one.measure.observed < 1.25
    assert found["latency_regression"].measure.name == "median duration"
