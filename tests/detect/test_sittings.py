"""People ask in sittings: what one person meets in one evening is not as many cases as requests."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import retroburn
from tests import caselog

DAYS, PER_DAY, LENGTH, TOGETHER = 14, 300, 9, 3
REFUSED = "I'm sorry, but I can't help with that request."


def _findings(path: Path) -> list[str]:
    with retroburn.open(path) as logs:
        return [f.kind for f in logs.check() if f.severity != "low"]


def _sitting(rows: list[dict], draw: random.Random, first: int, user: str | None) -> None:
    """Refuses requests in a row, all of one person's or (None) of whoever asked."""
    for row in rows[first : first + LENGTH]:
        row["output"] = REFUSED
        row["user"] = user or f"u{draw.randint(1, 300)}"


@pytest.mark.parametrize(("alone", "expected"), [(True, []), (False, ["refusal"])])
def test_people_in_a_row_whose_every_question_is_refused_are_no_rise_of_refusals_and_many_people_are(
    alone: bool, expected: list[str], tmp_path: Path
) -> None:
    rows, draw = list(caselog.records(days=DAYS, per_day=PER_DAY, seed=5)), random.Random(5)
    for number in range(16):  # as people do now and then, at any time
        _sitting(rows, draw, draw.randrange(len(rows) - LENGTH), f"p{number}")
    for number in range(TOGETHER):  # and several on one day
        _sitting(rows, draw, 10 * PER_DAY + 15 * number, f"q{number}" if alone else None)
    assert _findings(caselog.write(rows, tmp_path / "log.jsonl")) == expected
