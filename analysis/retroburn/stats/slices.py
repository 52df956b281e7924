"""Where: the smallest slice that explains why there is more than expected.

A likelihood scan in Kulldorff's manner over combinations of up to three fields: for a slice with k cases where e were
expected, out of K in all, LLR = k ln(k/e) + (K-k) ln((K-k)/(K-e)). What is expected of a slice follows its own usual
rate, drawn to the usual rate of all (200 pseudo-cases), so that thin slices do not win by luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

PSEUDO = 200.0
"""Least weight of the common usual rate in a slice's own, in cases."""

PSEUDO_BAD = 2.0
"""Least weight in bad cases: where they are rare, "none in 2,000" says little more than "none in 1,000"."""


@dataclass(frozen=True)
class Cell:
    """Counts of one slice: `n` cases with `bad` bad inside the interval, `n0` with `bad0` usually."""

    where: Mapping[str, str | list[str]]
    n: float
    bad: float
    n0: float
    bad0: float


@dataclass(frozen=True)
class Scored:
    """A slice with what was expected of it and how strongly it stands out."""

    cell: Cell
    expected: float
    llr: float


def expected(cell: Cell, rate0: float) -> float:
    """How many bad cases the slice's own usual rate, drawn to `rate0`, lets expect inside the interval."""
    return float(expected_of(cell.n, cell.n0, cell.bad0, rate0))


def expected_of(n: Any, n0: Any, bad0: Any, rate0: float) -> Any:
    """The same of many slices at once."""
    weight = max(PSEUDO, PSEUDO_BAD / rate0) if rate0 > 0 else PSEUDO
    return n * (bad0 + weight * rate0) / (n0 + weight)


def rank(cells: Iterable[Cell], total_bad: float, total_expected: float, rate0: float) -> list[Scored]:
    """Scores slices, the strongest first. Slices with no more than expected are left out."""
    scored = []
    scale = total_bad / total_expected if total_expected > 0 else 1.0
    for cell in cells:
        e = expected(cell, rate0)
        share = e * scale
        if cell.bad <= e or cell.bad <= share or share >= total_bad:
            continue
        llr = _term(cell.bad, share) + _term(total_bad - cell.bad, total_bad - share)
        scored.append(Scored(cell, e, llr))
    return sorted(scored, key=lambda s: (-s.llr, len(s.cell.where), sorted(s.cell.where.items())))


def surplus(k: float, e: float) -> float:
    """How much likelier `k` cases are at a raised level than at the usual one that lets expect `e`; 0 for no more."""
    return _term(k, e) + e - k if k > e else 0.0


def _term(k: float, e: float) -> float:
    return float(k * np.log(k / e)) if k > 0 and e > 0 else 0.0


def explains(scored: Scored, total_bad: float, total_expected: float) -> float:
    """The part of the whole excess that lies in the slice."""
    excess = total_bad - total_expected
    return (scored.cell.bad - scored.expected) / excess if excess > 0 else 0.0
