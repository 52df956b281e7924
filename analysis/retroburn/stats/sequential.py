"""Comparisons of two arms that stay right however often one looks at them, like with like.

The interval is an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, 2021): of a mean
whose estimate has standard error s after n observations, s * sqrt((n r + 1) / (n r) * ln((n r + 1) / a²)) holds at
all times together with probability 1 - a, where r sets the n at which it is tightest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

TIGHTEST = 500.0
"""Observations of the smaller arm at which the interval is tightest: a canary has hundreds, rarely more."""

ALPHA = 0.05


@dataclass(frozen=True)
class Stratum:
    """Count, sum and sum of squares of one measure in requests of one sort: of the arm, and of the stable one."""

    n: float
    total: float
    squares: float
    n0: float
    total0: float
    squares0: float


@dataclass(frozen=True)
class Difference:
    """Mean of the arm less the stable one's, over the arm's mix, with its interval; `mean0` is the stable mean."""

    value: float
    low: float
    high: float
    mean: float
    mean0: float
    n: float
    covered: float
    """Part of the arm's requests that have stable ones to compare with."""


def difference(strata: Sequence[Stratum], tests: int = 1, fewest: float = 5) -> Difference | None:
    """The difference over strata that both arms have, weighted as the arm's requests are; None where there are none.

    `tests`: how many such intervals are looked at together.
    """
    known = [s for s in strata if s.n > 0 and s.n0 >= fewest]
    n, everyone = sum(s.n for s in known), sum(s.n for s in strata)
    if n <= 0:
        return None
    mean = sum(s.total for s in known) / n
    mean0 = sum(s.n * s.total0 / s.n0 for s in known) / n
    spread, spread0 = _pooled(known, arm=True), _pooled(known, arm=False)
    error = math.sqrt(spread / n + sum((s.n / n) ** 2 * spread0 / s.n0 for s in known))
    half = error * boundary(n, ALPHA / tests)
    return Difference(mean - mean0, mean - mean0 - half, mean - mean0 + half, mean, mean0, n, n / everyone)


def boundary(n: float, alpha: float) -> float:
    """Standard errors by which an estimate from n observations may be off, at any time at all."""
    x = n / TIGHTEST * _scale(alpha)
    return math.sqrt((x + 1) / x * math.log((x + 1) / alpha**2))


def _scale(alpha: float) -> float:
    """The r of the boundary, times TIGHTEST, for which it is tightest there (the paper's approximation)."""
    return -2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)


def _pooled(strata: Sequence[Stratum], *, arm: bool) -> float:
    """Variance within strata; for shares drawn to that of one more case of each sort, so that none seen is not none."""
    parts = [(s.n, s.total, s.squares) if arm else (s.n0, s.total0, s.squares0) for s in strata]
    inside = sum(squares - total * total / n for n, total, squares in parts)
    count = sum(n for n, _, _ in parts)
    return float(max(inside, 0.5) / max(count - len(parts), 1.0))
