"""What a candidate measures: a share, or a quantile, mean or sum of its cases' values, with its interval."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from retroburn.detect import cases
from retroburn.detect.candidate import Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.findings import Measure
from retroburn.stats.intervals import Z, poisson, quantile, wilson
from retroburn.stats.slices import Cell

_QUANTILES = {"p50": 0.5, "p95": 0.95}


def measured(
    run: Run, detector: Detector, place: Where, start: datetime, end: datetime, counts: Cell, rate0: float | None
) -> Measure:
    """The measure that the detector's head asks for. `rate0`: the usual share, None where there is none."""
    head = detector.head.measure
    if head.stat == "rate":
        low, high = wilson(counts.bad, counts.n)
        return Measure(
            name=head.name, unit=head.unit, baseline=rate0, observed=counts.bad / counts.n, low=low, high=high
        )
    if head.stat == "good":
        low, high = wilson(counts.n - counts.bad, counts.n)
        usual, share = None if rate0 is None else 1 - rate0, 1 - counts.bad / counts.n
        return Measure(name=head.name, unit=head.unit, baseline=usual, observed=share, low=low, high=high)
    if head.stat == "count":
        low, high = poisson(counts.bad)
        return Measure(name=head.name, unit=head.unit, baseline=None, observed=counts.bad, low=low, high=high)
    inside, rest = _values(run, place, start, end)
    if head.stat in _QUANTILES:
        q = _QUANTILES[head.stat]
        value, low, high = quantile(inside, q)
        before = float(np.quantile(rest, q)) if len(rest) else None
    else:
        value = float(inside.mean()) if len(inside) else float("nan")
        half = Z * float(inside.std()) / max(len(inside), 1) ** 0.5 if len(inside) else float("nan")
        low, high = value - half, value + half
        before = float(rest.mean()) if len(rest) else None
    if not len(inside):
        return Measure(name=head.name, unit=head.unit)
    return Measure(name=head.name, unit=head.unit, baseline=before, observed=value, low=low, high=high)


def _values(run: Run, place: Where, start: datetime, end: datetime) -> tuple[cases.Array, cases.Array]:
    text, params = cases.condition(place)
    found = run.engine.arrays(
        'select value, era = 1 and "at" >= $a and "at" < $b as inside from cases '
        f"where {text} and value is not null and (era = 0 or $outside or inside)",
        {**params, "a": start, "b": end, "outside": run.frame.outside_is_reference},
    )
    inside = found["inside"].astype(bool)
    values = found["value"].astype(float)
    return values[inside], values[~inside]
