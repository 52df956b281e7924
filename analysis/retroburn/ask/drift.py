"""How far each feature of what comes in lies from before: the table behind `Logs.drift()`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from retroburn.detect import cases
from retroburn.detect.frame import Run
from retroburn.stats import drift

GROUPS = 20


@dataclass(frozen=True)
class Distance:
    """One feature: its distance from before, with interval, and what two halves of before lie apart."""

    feature: str
    effect: float
    low: float
    high: float
    noise_floor: float


def distances(run: Run) -> list[Distance]:
    """Every feature of the requests, the most changed first.

    The window is compared with the baseline or with what lies before it; where it is the whole log, its last seven days
    (or its second half, in a log of under two weeks) with the days before. Total variation for values, the square root
    of the Jensen-Shannon divergence for lengths, in twentieths.
    """
    frame, engine = run.frame, run.engine
    named = frame.how == "source"
    split = frame.start
    if not named and frame.start <= frame.first:
        lasted = frame.end - frame.first
        split = frame.end - (timedelta(days=7) if lasted >= timedelta(days=14) else lasted / 2)
    main = 'select *, false as is_baseline from main.features where "at" < $end'
    more = " union all by name select *, true as is_baseline from baseline.features" if named else ""
    engine.run(f"create or replace temp table mixed as {main}{more}", {"end": frame.end})
    counts: dict[str, dict[str, np.ndarray]] = defaultdict(dict)
    for row in engine.rows(cases.cube("mix"), {"split": split}):
        values = counts[row["feature"]].setdefault(row["content"], np.zeros((3, GROUPS)))
        values[row["side"], row["fold"]] += row["n"]
    found = [_distance(name, np.stack(list(values.values()), axis=2)) for name, values in counts.items()]
    return sorted((d for d in found if not np.isnan(d.effect)), key=lambda d: (-d.effect, d.feature))


def _distance(name: str, table: np.ndarray) -> Distance:
    """`table`: before, now, later half of before × groups × values."""
    effect = drift.jensen_shannon if name == "chars" else drift.total_variation
    before, now, later = table
    value, low, high = drift.jackknife(effect, now, before + later)
    return Distance(name, value, low, high, effect(before.sum(axis=0), later.sum(axis=0)))
