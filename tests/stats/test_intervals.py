"""Intervals against closed values and against their own algebra."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retroburn.stats import intervals


def test_wilson_gives_the_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for bad, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert intervals.wilson(bad, n) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_gives_the_published_values() -> None:
    # Newcombe 1998, table II, method 10: 56/70 against 48/80, and 9/10 against 3/10
    assert intervals.newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert intervals.newcombe(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)


@pytest.mark.parametrize(("count", "low", "high"), [(5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.36, 121.63)])
def test_poisson_is_within_one_percent_of_the_exact_interval(count: int, low: float, high: float) -> None:
    assert intervals.poisson(count) == pytest.approx((low, high), rel=0.01)


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_wilson_holds_the_rate_and_narrows_with_more_cases(n: int, bad: int) -> None:
    bad = min(bad, n)
    low, high = intervals.wilson(bad, n)
    assert 0 <= low <= bad / n <= high <= 1
    low4, high4 = intervals.wilson(4 * bad, 4 * n)
    assert high4 - low4 <= high - low + 1e-12


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_g_is_zero_unless_the_rate_is_higher_and_never_negative(bad: int, n: int, bad0: int, n0: int) -> None:
    bad, bad0 = min(bad, n), min(bad0, n0)
    g = float(intervals.g_statistic(bad, n, bad0, n0))
    assert g >= -1e-9
    if bad / n <= bad0 / n0:
        assert g == 0


def test_the_quantiles_interval_covers_the_true_one_as_often_as_it_says() -> None:
    draw = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        _, low, high = intervals.quantile(draw.exponential(1.0, 200), 0.95)
        covered += low <= -math.log(0.05) <= high
    assert covered / 400 >= 0.93
