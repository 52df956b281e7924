"""The moment within the hours around an edge at which arrivals change their rate.

With a usual rate and a changed one, arrivals speak for the change one by one: each weighs ln(changed / usual), each
second usual - changed. The edge is where their sum turns (the likelihood ratio of a Poisson process).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from retroburn.detect import cases
from retroburn.detect.frame import Run
from retroburn.detect.hours import HOUR, Hours, seconds
from retroburn.stats.season import Array

AROUND = 2
"""Hours on each side of the hour in which the edge was seen."""

SURE = 3.0
"""Log-likelihood within which another moment is as good."""


def onset(run: Run, where: Mapping[str, str], hours: Hours, bucket: int, per_hour: float, ratio: float) -> tuple[datetime, datetime]:
    """When it began, and the earliest moment at which it may have. `ratio` is the changed rate over the usual one."""
    times, score = _scores(run, where, hours, bucket, per_hour, ratio)
    # what comes after the edge speaks for the change: the sum from there on is the largest
    after = np.cumsum(score[::-1])[::-1]
    best = int(after.argmax())
    near = int(np.flatnonzero(after >= after[best] - SURE)[0])
    return run.frame.time(float(times[best])), run.frame.time(float(times[near]))


def end(run: Run, where: Mapping[str, str], hours: Hours, bucket: int, per_hour: float, ratio: float) -> datetime:
    """When it ended."""
    times, score = _scores(run, where, hours, bucket, per_hour, ratio)
    before = np.cumsum(score) - score
    moment = run.frame.time(float(times[int(before.argmax())]))
    return min(moment + timedelta(microseconds=1), run.frame.end)


def _scores(run: Run, where: Mapping[str, str], hours: Hours, bucket: int, per_hour: float, ratio: float) -> tuple[Array, Array]:
    """Moments around an edge, and what the time and the arrivals from each to the next say for the change."""
    low = max(hours.t0 + (bucket - AROUND) * HOUR, seconds(run.frame.first))
    high = min(hours.t0 + (bucket + AROUND) * HOUR, seconds(run.frame.end))
    text, params = cases.condition(dict(where))
    found = run.engine.arrays(
        f"select epoch(start) as seconds from slices where not is_baseline and {text} and start >= $a and start < $b order by 1",
        {**params, "a": run.frame.time(low), "b": run.frame.time(high)},
    )["seconds"]
    times = np.concatenate([[low], np.asarray(found, dtype=float), [high]])
    changed = max(ratio, 0.02)
    lasts = np.append(np.diff(times), 0.0)
    arrives = np.ones(len(times))
    arrives[[0, -1]] = 0.0
    return times, arrives * math.log(changed) + (1 - changed) * lasts * per_hour / HOUR
