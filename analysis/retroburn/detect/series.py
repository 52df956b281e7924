"""The series behind a finding: what was seen in its slice per bucket, and what is usual. Drawn, stored and verified."""

from __future__ import annotations

from datetime import UTC

from retroburn.detect import cases
from retroburn.detect.candidate import Candidate
from retroburn.detect.frame import Run
from retroburn.findings import Point

POINTS = 180
"""Buckets of a drawn series: one each two or three pixels of a page's width."""

_STEPS = (60, 300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 86400, 7 * 86400)

VALUES = {
    "rate": "count(*) filter (where bad) / count(*)",
    "good": "count(*) filter (where not bad) / count(*)",
    "count": "count(*) filter (where bad)",
    "mean": "avg(value)",
    "p50": "quantile_cont(value, 0.5)",
    "p95": "quantile_cont(value, 0.95)",
    "sum": "sum(value)",
}


def points(run: Run, candidate: Candidate, stat: str | None = None, per: float = 1.0) -> list[Point]:
    """The candidate's measure in its slice over the time around it, at most about POINTS buckets.

    `stat` where it measures another than its detector's; what is told as so many times something is divided by it.
    """
    frame = run.frame
    end = candidate.end or frame.end
    lasted = max((end - candidate.start).total_seconds(), 3600.0)
    t1 = min(frame.end.replace(tzinfo=UTC).timestamp(), end.replace(tzinfo=UTC).timestamp() + 4 * lasted)
    t0 = max(frame.t0, candidate.start.replace(tzinfo=UTC).timestamp() - 4 * lasted)
    step = next((s for s in _STEPS if (t1 - t0) / s <= POINTS), _STEPS[-1])
    text, params = cases.condition(candidate.where)
    rows = run.engine.rows(
        f'select floor(epoch("at") / $step) * $step as seconds, count(*) as n, count(*) filter (where bad) as bad, '
        f"{VALUES[stat or candidate.detector.head.measure.stat]} / $per as value from cases "
        f'where {text} and "at" >= $a and "at" < $b and not (era = 0 and $apart) group by 1 order by 1',
        {
            **params,
            "step": step,
            "per": per,
            "a": frame.time(t0 - t0 % step),
            "b": frame.time(t1),
            "apart": frame.how == "source",
        },
    )
    usual = candidate.measure.baseline
    return [
        Point(at=frame.time(row["seconds"]), n=row["n"], bad=row["bad"], value=row["value"], usual=usual)
        for row in rows
    ]
