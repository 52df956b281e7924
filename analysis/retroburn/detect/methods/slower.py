"""Slower than usual: a request is slow beside its own group, and the share of slow ones is a rate like any other.

The bar of a group (operation, model, served from the cache or not) is its usual 95 % point, learnt as the median over
periods, so that an incident does not raise its own bar. An answer longer than its group's usual 95 % point of output
tokens is slow only when each of its tokens took longer too: who asks for more waits longer, and that is no regression.
What is told is the duration itself: the 95 % point, or the median where that moved at least as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retroburn.detect import cases, series
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate
from retroburn.findings import Measure
from retroburn.stats.intervals import quantile

FEWEST = 20
"""Requests below which there is no 95 % point to speak of."""

_DAY, _HOUR = 86400, 3600
_MEDIAN = "median duration"


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every interval of every slice in which more requests are slow, if its times moved by `min_slowdown` or more."""
    _mark(run, params)
    found = [c for c in rate.find(run, detector, params) if _slowdown(run, c) >= float(params["min_slowdown"])]
    if found:
        cases.collect(run, detector, params, run.frame.how == "source")
        _mark(run, params)
    for candidate in found:
        candidate.series = series.points(run, candidate, "p50" if candidate.measure.name == _MEDIAN else "p95")
    return found


def _mark(run: Run, params: Mapping[str, Any]) -> None:
    """Makes the table `durations` and sets `bad` in the cases by the bars of their groups."""
    frame, engine = run.frame, run.engine
    named = frame.how == "source"
    for is_baseline in [False, True] if named else [False]:
        verb = "insert into durations" if is_baseline else "create or replace temp table durations as"
        with engine.within("baseline" if is_baseline else "main"):
            engine.run(f"{verb} {cases.cube('durations').sql}", {**params, "is_baseline": is_baseline})
    period = _DAY if (frame.end - frame.first).total_seconds() >= 4 * _DAY else _HOUR
    engine.run(
        f"create or replace temp table usual_times as {cases.cube('usual_times').sql}",
        {"period": period, "named": named},
    )
    engine.run(f"create or replace temp table slow as {cases.cube('slow').sql}")
    engine.run(
        "update cases set bad = s.slow from slow as s "
        "where cases.trace_id = s.trace_id and cases.id = s.id and s.is_baseline = (cases.era = 0 and $named)",
        {"named": named},
    )
    engine.run("delete from cases where bad is null")


def _slowdown(run: Run, candidate: Candidate) -> float:
    """By what factor the telling quantile moved; sets the candidate's measure to that quantile."""
    text, params = cases.condition(candidate.where)
    found = run.engine.arrays(
        'select duration_ms, not d.is_baseline and d."at" >= $a and d."at" < $b as inside from durations as d '
        "inner join slices as s on d.trace_id = s.trace_id and d.id = s.id and d.is_baseline = s.is_baseline "
        f"where {text} and (d.is_baseline or $outside or inside or d.\"at\" < $start)",
        {**params, "a": candidate.start, "b": candidate.end or run.frame.end, "outside": run.frame.outside_is_reference,
         "start": run.frame.start},
    )  # fmt: skip
    inside = found["inside"].astype(bool)
    now, usual = found["duration_ms"][inside].astype(float), found["duration_ms"][~inside].astype(float)
    if min(len(now), len(usual)) < FEWEST:
        return 0.0
    factors = {q: float(np.quantile(now, q) / max(np.quantile(usual, q), 1.0)) for q in (0.5, 0.95)}
    q = 0.5 if factors[0.5] >= factors[0.95] else 0.95
    value, low, high = quantile(now, q)
    name = _MEDIAN if q == 0.5 else "95 % point of duration"
    candidate.measure = Measure(
        name=name, unit="ms", baseline=float(np.quantile(usual, q)), observed=value, low=low, high=high
    )
    return factors[q]
