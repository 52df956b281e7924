"""What a finding measures, week by week in its own slice: how much it moves when nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from retroburn.detect import cases
from retroburn.detect.catalogue import Detector, detectors
from retroburn.detect.frame import FIELDS, Run
from retroburn.detect.run import parameters
from retroburn.detect.series import VALUES
from retroburn.engine import Engine
from retroburn.findings import Finding
from retroburn.stats.intervals import wilson

Week = tuple[datetime, datetime]
Where = Mapping[str, str | list[str]]
SHARES = {"rate", "good"}
FEW = 20
"""Cases a week needs for its value to say something: as many as a kind needs to be judged at all."""


class Value(NamedTuple):
    """A measure over one week, with its 95 % interval where it is a share."""

    value: float
    low: float | None = None
    high: float | None = None


Values = list[Value | None]
"""One week after the other; None where there is too little to tell."""


def weekly(run: Run, findings: Iterable[Finding], weeks: Sequence[Week]) -> dict[str, Values]:
    """The value of each finding's measure in each week, by the finding's key.

    None for a week with too few cases. A finding that measures something of its own (money above the usual, hours
    until it was noticed) is not in it.
    """
    kinds = {detector.kind: detector for detector in detectors()}
    wanted: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.kind in kinds and _of_cases(finding, kinds[finding.kind]):
            wanted.setdefault(finding.kind, []).append(finding)
    found: dict[str, Values] = {}
    for kind, those in wanted.items():
        cases.collect(run, kinds[kind], parameters(run, kinds[kind]), baseline=False)
        found |= {one.key: _values(run, kinds[kind], one, weeks) for one in those}
    return found


def count(engine: Engine, start: datetime, end: datetime) -> int:
    """Requests that began between two times (naive UTC)."""
    select = "select count(*) from requests where start >= $a and start < $b"
    return int(engine.one(select, {"a": start, "b": end}))


def inside(engine: Engine, part: Where, whole: Where) -> float:
    """The share of the requests of one slice that are in another; 0 where that cannot be told."""
    if not {*part, *whole} <= set(FIELDS):
        return 0.0
    (a, first), (b, second) = cases.condition(part, "a"), cases.condition(whole, "b")
    select = f"select avg(case when {b} then 1 else 0 end) from slices where not is_baseline and {a}"
    return float(engine.one(select, {**first, **second}) or 0.0)


def _of_cases(finding: Finding, detector: Detector) -> bool:
    """Whether what was measured is what the detector's cases say, in fields that they have."""
    head = detector.head.measure
    if not detector.head.folds:
        return False  # it speaks of other findings
    if head.stat in SHARES and head.unit != "share":
        return False  # its method measures something else than a share of cases
    same = (finding.measure.name, finding.measure.unit) == (head.name, head.unit)
    return same and set(finding.where) <= set(FIELDS)


def _values(run: Run, detector: Detector, finding: Finding, weeks: Sequence[Week]) -> Values:
    stat = detector.head.measure.stat
    text, params = cases.condition(finding.where)
    select = (
        f"select count(*) as n, count(*) filter (where bad) as bad, {VALUES[stat]} as value "
        f'from cases where {text} and "at" >= $a and "at" < $b'
    )
    rows = [run.engine.rows(select, {**params, "a": start, "b": end})[0] for start, end in weeks]
    return [
        _value(row, stat, week) if row["n"] >= FEW and row["value"] is not None else None
        for row, week in zip(rows, weeks, strict=True)
    ]


def _value(row: Mapping[str, Any], stat: str, week: Week) -> Value:
    if stat == "sum":  # told by the hour, as the finding itself is
        return Value(float(row["value"]) / ((week[1] - week[0]).total_seconds() / 3600))
    if stat not in SHARES:
        return Value(float(row["value"]))
    hits = row["bad"] if stat == "rate" else row["n"] - row["bad"]
    return Value(float(row["value"]), *wilson(hits, row["n"]))
