"""Many tests at once: p-values of G, and which of them stand when all are looked at together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def p_raised(g: float, places: float = 1.0) -> float:
    """Probability that chance alone raises a rate to this G, searched over `places` independent places.

    Half of the chi-squared tail of one degree of freedom, for only one direction counts; Bonferroni over the places.
    """
    return min(1.0, places * 0.5 * math.erfc(math.sqrt(max(g, 0.0) / 2)))


def false_discovery(p: Array, q: float) -> Array:
    """A mask: the tests that stand at false discovery rate `q` (Benjamini and Hochberg 1995)."""
    p = np.asarray(p, dtype=float)
    if not len(p):
        return np.zeros(0, dtype=bool)
    order = np.argsort(p, kind="stable")
    passed = p[order] <= q * np.arange(1, len(p) + 1) / len(p)
    count = int(np.flatnonzero(passed)[-1]) + 1 if passed.any() else 0
    mask = np.zeros(len(p), dtype=bool)
    mask[order[:count]] = True
    return mask
