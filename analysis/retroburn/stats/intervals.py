"""Intervals of 95 % for proportions, differences, quantiles and counts, in closed form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson(bad: float, n: float, z: float = Z) -> tuple[float, float]:
    """Interval of a proportion (Wilson 1927). (0, 1) when nothing was seen."""
    if n <= 0:
        return 0.0, 1.0
    p = bad / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(max(p * (1 - p) / n + z * z / (4 * n * n), 0.0))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return min(max(0.0, low), p), max(min(1.0, high), p)


def newcombe(bad: float, n: float, bad0: float, n0: float) -> tuple[float, float]:
    """Interval of the difference of two proportions, first minus second (Newcombe 1998, method 10)."""
    p, p0 = bad / n, bad0 / n0
    low, high = wilson(bad, n)
    low0, high0 = wilson(bad0, n0)
    return (
        p - p0 - math.sqrt((p - low) ** 2 + (high0 - p0) ** 2),
        p - p0 + math.sqrt((high - p) ** 2 + (p0 - low0) ** 2),
    )


def poisson(count: float) -> tuple[float, float]:
    """Interval of the mean of a count (Byar's approximation; within 1 % of the exact one from 5 on)."""
    if count <= 0:
        return 0.0, 3.69
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3
    above = count + 1
    return max(0.0, low), above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3


def quantile(values: np.ndarray[Any, Any], q: float) -> tuple[float, float, float]:
    """A quantile with its interval by order statistics, as (value, low, high). NaN when there is no value."""
    n = len(values)
    if n == 0:
        return math.nan, math.nan, math.nan
    ordered = np.sort(values)
    half = Z * math.sqrt(n * q * (1 - q))
    low = max(0, math.floor(n * q - half) - 1)
    high = min(n - 1, math.ceil(n * q + half))
    return float(np.quantile(ordered, q)), float(ordered[low]), float(ordered[high])


def log_likelihood(bad: Any, n: Any) -> Any:
    """Binomial log-likelihood at its own best rate, k ln(k/n) + (n-k) ln(1-k/n); 0 at the edges. Takes arrays."""
    bad = np.asarray(bad, dtype=float)
    n = np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = bad * np.log(bad / n) + (n - bad) * np.log((n - bad) / n)
    return np.where((bad > 0) & (bad < n), inside, 0.0)


def g_statistic(bad: Any, n: Any, bad0: Any, n0: Any) -> Any:
    """How much better two rates explain counts than one, 2[l(1) + l(0) - l(both)]; 0 where the first is not higher."""
    counts = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (bad, n, bad0, n0)))
    higher = (counts[0] * counts[3] > counts[2] * counts[1]) & (counts[1] > 0) & (counts[3] > 0)
    out = np.zeros(higher.shape)
    # a scan asks of a hundred thousand intervals, and a logarithm is what it waits for
    k, n, k0, n0 = (a[higher] for a in counts)
    out[higher] = 2 * (log_likelihood(k, n) + log_likelihood(k0, n0) - log_likelihood(k + k0, n + n0))
    return out


def g_expected(bad: float, expected: float) -> float:
    """How far a count lies above what was expected, as a Poisson deviance; 0 when it does not."""
    if bad <= expected or expected <= 0:
        return 0.0
    return 2 * (bad * math.log(bad / expected) - (bad - expected))
