"""Since when, and until when: scans of a series for the interval that stands out.

Three steps. A coarse scan over buckets finds the interval whose rate stands out most from the rest of the series (an
epidemic-type scan: window lengths on a grid, every start). Its ends are then moved to where it stands out most, for two
lengths of the grid lie a quarter apart, which is hours in a trouble of days. At last the edges are set case by case:
with both rates known, the best interval is the one with the largest sum of log-likelihood ratios (a maximal segment
sum).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from retroburn.stats.intervals import g_statistic

Array = np.ndarray[Any, Any]

POLISH = 2
"""Times that each end is moved to its best place, the other held: the second time moves next to nothing."""


@dataclass(frozen=True)
class Interval:
    """Buckets `first`…`last` (end excluded) of row `row`, and how strongly they stand out (G over its dispersion)."""

    row: int
    first: int
    last: int
    g: float


def lengths(buckets: int) -> list[int]:
    """Window lengths to try: 1, 2, 3, 4, 6, 8, 12 … up to all buckets; neighbours differ by at most one half."""
    found, size = [], 1.0
    while size < buckets:
        found.append(round(size))
        size = max(size + 1, size * 1.33)
    return sorted({*found, buckets})


def dispersion(n: Array, bad: Array, inside: Array) -> Array:
    """How much rows of buckets vary beyond binomial noise: Pearson's chi² over its degrees of freedom, at least 1.

    Buckets `inside` a suspected interval are held against its rate, the others against theirs: an incident that fills
    half of the log would excuse itself else. The tenth that stand out most are left out. Shape: one a row.
    """
    rate = np.zeros(n.shape)
    for part in (inside, ~inside):
        total_n, total_bad = ((a * part).sum(axis=1, keepdims=True) for a in (n, bad))
        rate += part * (total_bad + 0.5) / (total_n + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi = np.where(n > 0, (bad - n * rate) ** 2 / (n * rate * (1 - rate)), np.nan)
    out = np.ones(len(n))
    for row in range(len(n)):
        seen = np.sort(chi[row][~np.isnan(chi[row])])
        kept = seen[: max(1, math.floor(len(seen) * 0.9))]
        # 0.62 is the mean of a chi² of one degree of freedom below its 90 % point: pure noise stays at 1
        out[row] = max(1.0, float(kept.mean()) / 0.62) if len(kept) >= 10 else 1.0
    return out


def best_interval(n: Array, bad: Array, n0: Array, bad0: Array, searched: Array, outside: bool) -> list[Interval]:
    """For each row the interval whose rate stands out most.

    `n`, `bad`: rows × buckets. `n0`, `bad0`: one reference a row that is always compared with. `searched`: the buckets
    that may be part of an interval. `outside`: buckets outside the interval are part of the reference too.
    """
    cum_n = np.concatenate([np.zeros((len(n), 1)), np.cumsum(n, axis=1)], axis=1)
    cum_bad = np.concatenate([np.zeros((len(n), 1)), np.cumsum(bad, axis=1)], axis=1)
    best = np.zeros(len(n))
    first, last = np.zeros(len(n), int), np.zeros(len(n), int)
    buckets = n.shape[1]
    allowed = np.concatenate([[0], np.cumsum(~searched)])
    sums = _Sums(cum_n, cum_bad, n0, bad0, outside)
    rows, starts = np.arange(len(n)), np.arange(buckets)
    for size in lengths(buckets):
        g = np.where((allowed[size:] - allowed[:-size] == 0)[None, :], sums.g(starts[: buckets - size + 1], size), 0.0)
        place = g.argmax(axis=1)
        value = g[rows, place]
        better = value > best
        best = np.where(better, value, best)
        first, last = np.where(better, place, first), np.where(better, place + size, last)
    for _ in range(POLISH):
        first = sums.best_end(first, last, allowed, moved="first")
        last = sums.best_end(first, last, allowed, moved="last")
    phi = dispersion(n, bad, (starts >= first[:, None]) & (starts < last[:, None]))
    best = np.where(last > first, sums.between(first, last) / phi, 0.0)
    return [Interval(i, int(first[i]), int(last[i]), float(best[i])) for i in range(len(n))]


@dataclass(frozen=True)
class _Sums:
    """Running sums of rows × buckets, a zero first; and the reference that stands beside them."""

    n: Array
    bad: Array
    n0: Array
    bad0: Array
    outside: bool

    def between(self, first: Array, last: Array) -> Array:
        """G of one interval a row, or of rows × intervals."""
        rows = np.arange(len(self.n))
        row = rows[:, None] if first.ndim == 2 else rows
        return self._g(self.n[row, last] - self.n[row, first], self.bad[row, last] - self.bad[row, first])

    def g(self, starts: Array, size: int) -> Array:
        """G of every interval of a length: rows × starts."""
        ends = starts + size
        return self._g(self.n[:, ends] - self.n[:, starts], self.bad[:, ends] - self.bad[:, starts])

    def _g(self, n: Array, bad: Array) -> Array:
        column = (slice(None), None) if n.ndim == 2 else (slice(None),)
        rest_n = self.n0[column] + (self.n[:, -1][column] - n if self.outside else 0)
        rest_bad = self.bad0[column] + (self.bad[:, -1][column] - bad if self.outside else 0)
        return np.asarray(g_statistic(bad, n, rest_bad, rest_n))

    def best_end(self, first: Array, last: Array, allowed: Array, *, moved: str) -> Array:
        """Where one end of each row's interval stands out most, the other held."""
        buckets = self.n.shape[1] - 1
        every = np.broadcast_to(np.arange(buckets + 1), (len(first), buckets + 1))
        begin, end = (every, last[:, None]) if moved == "first" else (first[:, None], every)
        fits = (begin < end) & (allowed[end] - allowed[begin] == 0)
        g = np.where(fits, self.between(np.minimum(begin, end), np.maximum(begin, end)), -1.0)
        held = first if moved == "first" else last
        return np.where(g.max(axis=1) > 0, g.argmax(axis=1), held)


BINS = 120
"""Parts in which a rise is fitted: an onset of a ramp is not known to less than a hundredth of its length."""

RAMP = 5.0
"""Log-likelihood by which a steady rise must fit better than a step. Both have an onset and a height to fit; one step
in two hundred gains this by chance, and of simulated ramps with a hundred bad cases nearly all do."""


TOPS = (1.0, 0.75, 0.5, 0.35, 0.25)
"""Parts of the time from its onset on after which a rise may have reached its height."""

TOP = 1.0
"""Log-likelihood by which a rise that reaches a height before the end must fit better still: one more is fitted."""


def ramp(seconds: Array, bad: Array, rate0: float, start: float) -> float | None:
    """When a rate began to rise steadily from `rate0`, where that fits the cases better than a step at `start`.

    It rises to the end, or to a height that it then keeps. The slope of a rise that begins at a given time is the one
    that gives as many bad cases as there are.
    """
    if len(seconds) < 2 or seconds[-1] <= seconds[0]:
        return None
    p0 = max(rate0, 1e-6)
    width = (seconds[-1] - seconds[0]) / BINS
    place = np.minimum(((seconds - seconds[0]) / width).astype(int), BINS - 1)
    n, hit = np.bincount(place, minlength=BINS), np.bincount(place, weights=bad, minlength=BINS)
    excess = hit.sum() - p0 * n.sum()
    if excess <= 0:
        return None
    inside = seconds[0] + (np.arange(BINS) + 0.5) * width >= start
    p1 = hit[inside].sum() / max(n[inside].sum(), 1)
    step = _likelihood(hit, n, np.where(inside, p1, p0)[None, :])[0]
    fits = np.array([_rises(hit, n, p0, excess, top) - (0.0 if top == 1 else TOP) for top in TOPS])
    best = int(np.argmax(fits.max(axis=0)))
    since = seconds[0] + best * width
    return float(since) if fits[:, best].max() >= step + RAMP and since < start else None


def _rises(hit: Array, n: Array, p0: float, excess: float, top: float) -> Array:
    """Log-likelihood of a rise from `p0` that begins at each bin, and ends after the part `top` of what follows."""
    since = np.arange(BINS)[:-2]
    passed = np.arange(BINS)[None, :] + 0.5 - since[:, None]
    grown = np.clip(passed, 0.0, top * (BINS - since)[:, None])
    slope = excess / np.maximum((grown * n).sum(axis=1), 1e-9)
    return _likelihood(hit, n, p0 + slope[:, None] * grown)


def _likelihood(hit: Array, n: Array, p: Array) -> Array:
    """Binomial log-likelihood of counts under rows of rates."""
    q = np.clip(p, 1e-6, 0.99)
    return np.asarray((hit * np.log(q) + (n - hit) * np.log1p(-q)).sum(axis=1))


def edges(bad: Array, rate0: float, rate1: float) -> tuple[int, int, int]:
    """The exact interval in a sequence of single cases (in order of time), as (first, last, earliest).

    `bad` holds 0 and 1; `rate0` and `rate1` are the usual and the raised rate. `last` is excluded. `earliest` is the
    first place at which an onset is still as good as 95 % likely (log-likelihood within 3 of the best; measured
    coverage 0.94 to 0.98 for change points of binomial rates).
    """
    p0, p1 = min(max(rate0, 1e-6), 1 - 1e-6), min(max(rate1, 1e-6), 1 - 1e-6)
    score = np.where(bad > 0, math.log(p1 / p0), math.log((1 - p1) / (1 - p0)))
    total = np.concatenate([[0.0], np.cumsum(score)])
    lowest = np.minimum.accumulate(total)
    last = int(np.argmax(total[1:] - lowest[:-1])) + 1
    first = int(np.argmin(total[:last]))
    near = np.flatnonzero(total[:last] <= total[first] + 3.0)
    return first, last, int(near[0]) if len(near) else first
