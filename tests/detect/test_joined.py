"""One trouble is one finding, though it wavers or its peak was found first; two with quiet between stay two."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retroburn.config import Config
from retroburn.detect import joined
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.catalogue import detectors
from retroburn.detect.frame import FIELDS, Frame, Run
from retroburn.engine import Engine
from retroburn.findings import Measure

FIRST = datetime(2026, 3, 2)
DAYS, NEEDED = 10, 30.0
SMALL: Where = {"tenant": "acme", "route": "/ask"}


def day(number: float) -> datetime:
    return FIRST + timedelta(days=number)


def found(place: Where, start: float, end: float | None) -> Candidate:
    detector = next(each for each in detectors() if each.kind == "refusal")
    measure = Measure(name="", unit="share", observed=0.1)
    return Candidate(detector, day(start), None if end is None else day(end), place, measure, 40.0, 500, 50, 1)


def cases(engine: Engine, bad: str) -> None:
    """600 requests a day, half of them of one tenant; `bad` is an SQL condition over day `d`, place and number `i`."""
    engine.run(
        f"create table cases as with made as (select i, i / 600 as d, "
        "case when i % 2 = 0 then 'acme' else 'birch' end as tenant, "
        f"case when i % 4 < 2 then '/ask' else '/draft' end as route from range({600 * DAYS}) as r(i)) "
        'select i::varchar as id, i::varchar as trace_id, $first + to_seconds(i * 144) as "at", '
        f"coalesce({bad}, false) as bad, null::double as value, 1 as era, null::varchar as who, tenant, route, "
        f"{', '.join(f'null::varchar as {name}' for name in FIELDS if name not in {'tenant', 'route'})} from made",
        {"first": FIRST},
    )


ONE_IN_TEN, ONE_IN_FOUR = "i % 30 < 3", "i % 24 < 6"
ACME: Where = {"tenant": "acme"}


@pytest.mark.parametrize(
    ("bad", "parts", "expected"),
    [
        (f"tenant = 'acme' and d >= 5 and {ONE_IN_TEN}", [found(ACME, 5, 8), found(ACME, 8.1, None)], (ACME, 5, None)),
        (f"tenant = 'acme' and d >= 4 and {ONE_IN_TEN}", [found(ACME, 6, 7), found(ACME, 4, None)], (ACME, 4, None)),
        (
            f"tenant = 'acme' and d >= 5 and {ONE_IN_TEN}",
            [found(SMALL, 5, None), found(ACME, 5.2, None)],
            (ACME, 5, None),
        ),
        (f"tenant = 'acme' and d >= 5 and {ONE_IN_TEN}", [found(ACME, 5, 9), found({}, 9, None)], (ACME, 5, None)),
        (f"tenant = 'acme' and floor(d) in (2, 7) and {ONE_IN_FOUR}", [found(ACME, 2, 3), found(ACME, 7, 8)], None),
        (
            f"d >= 5 and case tenant when 'acme' then {ONE_IN_FOUR} else i % 30 < 2 end",
            [found(ACME, 5, None), found({}, 5, None)],
            None,
        ),
        (f"d >= 5 and {ONE_IN_TEN}", [found({"tenant": "acme"}, 5, 7), found({"tenant": "birch"}, 7, None)], None),
    ],
    ids=[
        "a lull",
        "a peak",
        "a part of the place",
        "chance elsewhere",
        "quiet between",
        "worse in a part",
        "two places",
    ],
)
def test_two_findings_are_one_where_one_explains_the_cases_as_well(
    bad: str, parts: list[Candidate], expected: tuple[Where, float, float | None] | None
) -> None:
    with Engine() as engine:
        cases(engine, bad)
        frame = Frame(FIRST, FIRST, day(DAYS), "history", 600 * DAYS)
        told = next(joined.options(Run(engine, frame, Config()), parts, NEEDED), None)
    if expected is None:
        assert told is None
    else:
        place, start, end = expected
        assert told is not None
        assert told[1:] == (place, day(start), None if end is None else day(end))
