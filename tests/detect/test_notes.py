"""Sentences that the rows of a finding bear out, and none where they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import retroburn
from retroburn.findings import Finding
from tests import alone, caselog

OWN = {"set": {"trace_id": "{id}", "kind": "request"}}


def found(tmp_path: Path, kind: str, *changes: dict[str, Any], **log: Any) -> Finding:
    rows = caselog.changed(list(caselog.records(**log)), list(changes))
    with alone.only(kind), retroburn.open(caselog.write(rows, tmp_path / "log.jsonl")) as logs:
        return next(finding for finding in logs.check() if finding.kind == kind)


def late(**more: Any) -> dict[str, Any]:
    return {"from": "d8", "part": 0.4, "set": {"status": "timeout", "duration_ms": 10000, "output": None}, **more}


def test_time_outs_that_pile_up_at_a_limit_name_it(tmp_path: Path) -> None:
    call = {"parent_id": "{id}", "kind": "llm", "name": "write", "copy": ["trace_id"], "status": "ok",
            "duration_ms": 14000, "cost_usd": 0.01, "after_ms": 20}  # fmt: skip
    summary = found(tmp_path, "timeouts", OWN, late(add=[call])).summary
    assert "within a fiftieth of 10 s" in summary
    assert "calls went on after the caller had left" in summary
    assert "answered nobody" in summary


def test_people_who_leave_when_they_are_tired_of_waiting_show_no_limit(tmp_path: Path) -> None:
    left = {"status": "cancelled", "output": None, "duration_ms": {"any": [3300, 4400, 5600, 7300, 9100, 13000]}}
    summary = found(tmp_path, "timeouts", OWN, late(set=left)).summary
    assert "limit" not in summary
    assert "went on" not in summary


def test_the_part_below_that_failed_first_is_named(tmp_path: Path) -> None:
    tool = {"parent_id": "{id}", "kind": "tool", "name": "stock", "copy": ["trace_id"], "status": "error"}
    below = {**tool, "parent_id": "{id}-0", "kind": "http", "name": "GET /stock", "after_ms": 10}
    broken = {"from": "d8", "part": 0.4, "set": {"status": "error", "output": None}, "add": [tool, below]}
    summary = found(tmp_path, "error_burst", OWN, broken).summary
    assert "First to fail: GET /stock (http), in 100 % of them." in summary


def test_a_token_that_is_renewed_too_late_each_day_is_told_as_that(tmp_path: Path) -> None:
    refused = {"status": "error", "http_status": 401, "output": None}
    days = [{"from": f"d{day}h6", "to": f"d{day}h8", "part": 0.9, "set": refused} for day in (5, 6, 7, 8, 9)]
    assert "begun 5 times in this log, every 24 h" in found(tmp_path, "auth_expiry", *days, per_day=900).summary
    assert "begun" not in found(tmp_path, "auth_expiry", *days[:1], per_day=900).summary


def test_a_storm_that_goes_on_when_what_began_it_is_over_is_told_as_that(tmp_path: Path) -> None:
    def storm(begins: str, ends: str | None, error: str) -> dict[str, Any]:
        tries = [
            {"parent_id": "{id}", "kind": "llm", "name": "write", "copy": ["trace_id"], "status": status,
             "attempt": number, "error_type": error if status == "error" else None, "after_ms": 100 * number}
            for number, status in enumerate(("error", "error", "ok"), start=1)
        ]  # fmt: skip
        return {"from": begins, "to": ends, "part": 0.5, "add": tries}

    over = [storm("d8", "d8h6", "ConnectionError"), storm("d8h6", "d9", "RateLimited")]
    summary = found(tmp_path, "retry_storm", OWN, *over).summary
    assert "It began with ConnectionError, which ended at 2026-03-10" in summary
    assert "h more, with RateLimited" in summary
    assert "began with" not in found(tmp_path, "retry_storm", OWN, storm("d8", "d9", "ConnectionError")).summary


def test_the_money_of_second_effects_is_added_up(tmp_path: Path) -> None:
    charge = {"parent_id": "{id}", "kind": "tool", "name": "charge", "copy": ["trace_id"], "status": "ok",
              "idempotency_key": "p-{id}", "duration_ms": 40, "input": {"order": 7, "amount": 25}}  # fmt: skip
    twice = {"from": "d9", "to": "d9h1", "add": [{**charge, "after_ms": 5}, {**charge, "after_ms": 500}]}
    finding = found(tmp_path, "duplicate_execution", OWN, twice)
    assert f"come to {25 * (finding.impact.requests or 0):,.2f}" in finding.summary
