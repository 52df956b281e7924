"""Sentences that the rows of a finding bear out, and none where they do not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn import assets, header
from retroburn.findings import Finding
from retroburn.report import tell
from retroburn.report.numbers import Speech, languages
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


KEY = "{tenant}/{locale}/{model}/{input}"
FRESH = {"status": "miss", "key": KEY, "ttl_s": 3600}
ASKED = {
    "set": {
        "input": {"any": ["What does the plan cost?", "What does a seat cost?"]},
        "output": "It costs 12 euro a month.",
        "temperature": 0,
        "cache": FRESH,
    }
}


def served(answer: str) -> dict[str, Any]:
    """From the eighth day on a fifth comes from the cache, out of its time."""
    return {"from": "d8", "part": 0.2, "set": {"output": answer, "cache": {
        "status": "hit", "key": KEY, "age_s": 90000, "ttl_s": 3600}}}  # fmt: skip


def test_stale_answers_that_contradict_fresh_ones_are_told_as_harm(tmp_path: Path) -> None:
    dearer = {"from": "d8", "set": {"prompt_version": "p2", "output": "It costs 15 euro a month."}}
    finding = found(tmp_path, "stale_cache", ASKED, dearer, served("It costs 12 euro a month."))
    [note] = finding.notes
    assert note.note == "stale_harm"
    assert note.values["wrong"] >= 0.75 * note.values["known"] > 50
    assert finding.summary.endswith(note.text)


def test_stale_answers_that_still_hold_are_told_to_do_no_harm(tmp_path: Path) -> None:
    [note] = found(tmp_path, "stale_cache", ASKED, served("It costs 12 euro a month.")).notes
    assert note.values["wrong"] == 0
    assert note.values["known"] > 50


def test_whether_answers_suffered_for_a_part_that_failed_is_told(tmp_path: Path) -> None:
    tool = {
        "parent_id": "{id}",
        "kind": "tool",
        "name": "stock",
        "copy": ["trace_id"],
        "status": "error",
        "after_ms": 9,
    }
    broken = {"from": "d8", "where": {"tenant": "acme"}, "add": [tool]}
    for change, suffered in (
        ({"output": "Sorry, I cannot help you right now. Please try again later."}, 1.0),
        ({}, 0.0),
    ):
        notes = found(tmp_path, "partial_failure", OWN, {**broken, "set": change}).notes
        [note] = [note for note in notes if note.note == "suffered"]
        assert note.values["share"] == suffered
        assert note.values["share_else"] < 0.05


@pytest.mark.parametrize("path", assets.queries("notes"), ids=lambda path: path.stem)
def test_a_note_has_the_same_values_in_every_language_of_the_pages(path: Path) -> None:
    words = header.read(path).head["sentence"]
    assert set(words) == set(languages())
    named = [set(re.findall(r"\{(\w+)\}", words[lang])) for lang in languages()]
    assert all(names == named[0] for names in named)


def test_a_korean_page_tells_a_note_in_korean(tmp_path: Path) -> None:
    finding = found(tmp_path, "stale_cache", ASKED, served("It costs 12 euro a month."))
    told = tell.summary(finding, Speech("ko", "UTC"))
    assert told.endswith(
        f"같은 질문에 새로 만든 답도 있는 {finding.notes[0].values['known']}건 중 0건이 그 답과 모순됩니다."
    )
    assert "contradict" not in told
