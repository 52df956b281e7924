"""What came in beside what drifted: shares of values, and lengths in bands, usually and in the finding's time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn.findings import Finding
from tests import caselog

LONG = "Please read the whole of this and tell me what to do about it. " * 9
MANY = [f"web-{n}" for n in range(12)]


def _drift(tmp_path: Path, rows: list[dict[str, Any]], *changes: dict[str, Any]) -> Finding:
    with retroburn.open(caselog.write(caselog.changed(rows, list(changes)), tmp_path / "log.jsonl")) as logs:
        return next(found for found in logs.check() if found.kind == "input_drift")


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    made = list(caselog.records(days=6, per_day=300))
    return [{**row, "client": MANY[n * n % 12]} for n, row in enumerate(made)]


def test_the_values_of_the_field_that_drifted_stand_side_by_side_and_the_rare_ones_together(
    tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    mail = {"from": "d4h12", "part": 0.5, "set": {"client": "kim@corp.example"}}
    found = _drift(tmp_path, rows, mail).spread
    assert sum(one.usual for one in found) == pytest.approx(1)
    assert sum(one.now for one in found) == pytest.approx(1)
    first, *rest = found
    assert (first.usual, 0.4 < first.now < 0.6) == (0.0, True)
    assert "kim" not in first.value
    assert len(found) <= 8
    assert all(one.now < one.usual for one in rest)


def test_lengths_stand_in_bands_of_characters(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    found = _drift(tmp_path, rows, {"from": "d4h12", "part": 0.5, "set": {"input": LONG}}).spread
    assert (found[0].value[:2], found[-1].value[:2]) == ("≤ ", "≥ ")
    assert (found[-1].usual, 0.4 < found[-1].now < 0.6) == (0.0, True)
    assert sum(one.usual for one in found) == pytest.approx(1)


def test_of_what_a_question_has_or_has_not_its_course_says_all(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    emoji = {"from": "d4h12", "part": 0.5, "set": {"input": "How do I change my password? \N{GRINNING FACE}"}}
    assert _drift(tmp_path, rows, emoji).spread == []
