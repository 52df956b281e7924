"""Little evidence is told as little: a rise that may be chance is at most low, and never a second finding."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retroburn.config import Config
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import detectors
from retroburn.detect.frame import FIELDS, Frame, Run
from retroburn.detect.methods import rate
from retroburn.engine import Engine

FIRST = datetime(2026, 3, 2)
DAYS, A_DAY = 10, 600
USUAL = "i % 211 = 7"
"""Three a day."""


def searched(engine: Engine, bad: str) -> list[Candidate]:
    """What a search finds in ten days of 600 requests, half of them of one tenant, three a day bad and `bad` beside."""
    columns = ", ".join(f"null::varchar as {name}" for name in FIELDS if name != "tenant")
    engine.run(
        f"create table cases as with made as (select i, i / {A_DAY} as d, "
        f"case when i % 2 = 0 then 'acme' else 'birch' end as tenant from range({A_DAY * DAYS}) as r(i)) "
        'select i::varchar as id, i::varchar as trace_id, $first + to_seconds(i * 144) as "at", '
        f"({USUAL} or {bad}) as bad, null::double as value, true as by_itself, 1 as era, i::varchar as who, "
        f"tenant, {columns} from made",
        {"first": FIRST},
    )
    engine.run('create table hurt (candidate integer, id varchar, trace_id varchar, "at" timestamp, value double)')
    detector = next(each for each in detectors() if each.kind == "empty_answer")
    frame = Frame(FIRST, FIRST, FIRST + timedelta(days=DAYS), "history", A_DAY * DAYS)
    return rate.find(Run(engine, frame, Config()), detector, {})


@pytest.mark.parametrize(("one_in", "told"), [(150, []), (51, [True]), (20, [False])])
def test_a_rise_is_silent_then_weak_then_sure_as_it_grows(one_in: int, told: list[bool]) -> None:
    with Engine() as engine:
        found = searched(engine, f"floor(d) = 8 and i % {one_in} = 3")
        assert [candidate.weak for candidate in found] == told


def test_beside_a_sure_finding_a_weak_one_is_left_out() -> None:
    with Engine() as engine:
        found = searched(engine, "(floor(d) = 8 and i % 51 = 3) or (floor(d) = 3 and i % 9 = 3)")
        assert [(candidate.weak, candidate.start.day) for candidate in found] == [(False, 5)]


def test_a_slice_that_stands_out_is_told_where_the_whole_does_not() -> None:
    with Engine() as engine:
        found = searched(engine, "d >= 7 and tenant = 'acme' and i % 60 = 4")
        assert [candidate.where for candidate in found] == [{"tenant": "acme"}]


def test_the_first_hours_of_a_log_are_no_weak_rise() -> None:
    with Engine() as engine:
        assert searched(engine, "floor(d) = 0 and i % 51 = 3") == []
