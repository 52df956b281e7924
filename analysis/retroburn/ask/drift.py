"""How far each feature of what comes in lies from before: the table behind `Logs.drift()`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from retroburn.detect import cases
from retroburn.detect.frame import Run
from retroburn.stats import drift

GROUPS = 20


@dataclass(frozen=True)
class Distance:
    """One feature: its distance from before, with interval, and what two halves of before lie apart.

    `changed` is its value whose share of the requests changed most, from `before` to `now`: of a length more or fewer
    characters than nine in ten requests had before (`> 96`), of what a request has or has not nothing but the shares.
    """

    feature: str
    effect: float
    low: float
    high: float
    noise_floor: float
    changed: str | None
    before: float
    now: float


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
    lengths = engine.rows(cases.cube("lengths"), {"split": split})
    found = [
        Distance(name, *_effect(name, np.stack(list(values.values()), axis=2)), *_changed(name, values, lengths))
        for name, values in counts.items()
    ]
    return sorted((d for d in found if not np.isnan(d.effect)), key=lambda d: (-d.effect, d.feature))


def _effect(name: str, table: np.ndarray) -> tuple[float, float, float, float]:
    """`table`: before, now, later half of before × groups × values."""
    before, now, later = table
    if name != "chars":
        floor = drift.total_variation(before.sum(axis=0), later.sum(axis=0))
        return *drift.jackknife(drift.total_variation, now, before + later), floor
    # of the divergence, which may fall below 0: of its root, which cannot, an interval would end where it begins
    value, low, high = map(drift.root, drift.jackknife(drift.divergence, now, before + later))
    return value, low, high, drift.jensen_shannon(before.sum(axis=0), later.sum(axis=0))


def _changed(
    name: str, values: dict[str, np.ndarray], lengths: list[dict[str, Any]]
) -> tuple[str | None, float, float]:
    """The value whose share changed most, and its share before and now."""
    if name == "chars":
        shares = [(row["changed"], row["before"], row["now"]) for row in lengths]
    else:
        earlier, later = (sum(part(table) for table in values.values()) for part in (_before, _now))
        shares = [
            (value, _before(table) / max(earlier, 1.0), _now(table) / max(later, 1.0))
            for value, table in sorted(values.items())
        ]
    if set(values) <= {"true", "false"}:
        return next(((None, before, now) for value, before, now in shares if value == "true"), (None, 0.0, 0.0))
    return max(shares, key=lambda share: abs(share[2] - share[1]))


def _before(table: np.ndarray) -> float:
    return float(table[0].sum() + table[2].sum())


def _now(table: np.ndarray) -> float:
    return float(table[1].sum())
