"""The moments at which an interval begins and ends, to the request: what hours can only tell coarsely.

With a usual level and a changed one, each request and each second without one speak for or against the change; the
interval is the stretch for which their log-likelihood ratios sum to most (a maximal segment). Arrivals are a Poisson
process: one weighs ln(changed / usual), time weighs (usual - changed). Costs are held against an exponential spread.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from retroburn.detect import cases
from retroburn.detect.frame import Run
from retroburn.detect.levels.hours import HOUR, Hours, seconds
from retroburn.stats.season import Array

AROUND = 3
"""Hours before and after the coarse interval that are looked at, at least."""

GRID = 0.33
"""Part of the coarse interval that is looked at on either side: lengths tried lie that far apart."""

SURE = 3.0
"""Log-likelihood within which another onset is as good: 95 % likely to hold it (as in `stats.scan`)."""

MOST = 8.0
"""Usual costs that one request counts for at most: a giant one is no edge."""


@dataclass(frozen=True)
class Edges:
    """Naive UTC; `earliest` is the first moment at which the onset may have been."""

    start: datetime
    end: datetime
    earliest: datetime


def counted(
    run: Run, where: Mapping[str, str], hours: Hours, usual: Array, buckets: tuple[int, int], ratio: float
) -> Edges:
    """The stretch in which requests came `ratio` times as often as usual; `usual` is what each hour lets expect."""
    low, high = _window(run, hours, buckets)
    text, params = cases.condition(dict(where))
    found = run.engine.arrays(
        "select epoch(start) as seconds from slices "
        f"where not is_baseline and {text} and start >= $a and start < $b order by 1",
        {**params, "a": run.frame.time(low), "b": run.frame.time(high)},
    )
    times = np.concatenate([[low], np.asarray(found["seconds"], dtype=float), [high]])
    marks = hours.t0 + HOUR * np.arange(len(usual) + 1.0)
    expected = np.diff(np.interp(times, marks, np.concatenate([[0.0], np.cumsum(usual)])))
    factor = max(ratio, 0.02)
    arrives = np.full(len(times) - 1, math.log(factor))
    arrives[0] = 0.0
    # each arrival, then the time until the next
    score = np.column_stack([arrives, (1 - factor) * expected]).ravel()
    begins = np.repeat(times[:-1], 2)
    ends = np.column_stack([times[:-1], times[1:]]).ravel()
    return _segment(run, score, begins, ends)


def paid(run: Run, where: Mapping[str, str], hours: Hours, buckets: tuple[int, int], ratio: float) -> Edges:
    """The stretch in which requests cost `ratio` times the usual of their route, as the table `sided` has it."""
    low, high = _window(run, hours, buckets)
    text, params = cases.condition(dict(where))
    found = run.engine.arrays(
        cases.cube("paid_edges").sql.replace("/*where*/", f"and {text}"),
        {**params, "a": run.frame.time(low), "b": run.frame.time(high)},
    )
    times = np.asarray(found["seconds"], dtype=float)
    if not len(times):
        return Edges(run.frame.time(low), run.frame.time(high), run.frame.time(low))
    costs = np.minimum(np.asarray(found["relative"], dtype=float), MOST)
    return _segment(run, costs * (1 - 1 / ratio) - math.log(ratio), times, times + 1e-6)


def _window(run: Run, hours: Hours, buckets: tuple[int, int]) -> tuple[float, float]:
    around = max(AROUND, GRID * (buckets[1] - buckets[0]))
    low = max(hours.t0 + (buckets[0] - around) * HOUR, seconds(run.frame.first))
    return low, min(hours.t0 + (buckets[1] + around) * HOUR, seconds(run.frame.end))


def _segment(run: Run, score: Array, begins: Array, ends: Array) -> Edges:
    """The stretch of steps whose scores sum to most."""
    total = np.concatenate([[0.0], np.cumsum(score)])
    lowest = np.minimum.accumulate(total)
    last = int(np.argmax(total[1:] - lowest[:-1]))
    first = int(np.argmin(total[: last + 1]))
    near = int(np.flatnonzero(total[: last + 1] <= total[first] + SURE)[0])
    end = min(run.frame.time(float(ends[last])), run.frame.end)
    return Edges(run.frame.time(float(begins[first])), end, run.frame.time(float(begins[near])))
