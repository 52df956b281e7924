"""Scans of series: the interval is found, and noise is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retroburn.stats import scan
from retroburn.stats.intervals import g_statistic

ALL = np.ones(240, dtype=bool)


def series(seed: int, rate: float, raised: float, first: int, last: int, n: int = 50) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    rates = np.full(240, rate)
    rates[first:last] = raised
    return np.full((1, 240), n), draw.binomial(n, rates)[None, :]


def best(n: np.ndarray, bad: np.ndarray) -> scan.Interval:
    return scan.best_interval(n, bad, np.zeros(1), np.zeros(1), ALL, outside=True)[0]


@pytest.mark.parametrize(("first", "last"), [(100, 104), (100, 160), (200, 240)])
def test_the_raised_interval_is_found_to_the_bucket_or_nearly(first: int, last: int) -> None:
    found = best(*series(3, 0.01, 0.2, first, last))
    assert abs(found.first - first) <= 2 + (last - first) // 5
    assert abs(found.last - last) <= 2 + (last - first) // 5


def test_quiet_series_stay_under_the_evidence_that_is_asked_for() -> None:
    from retroburn.config import Gate
    from retroburn.detect.judge import evidence_needed

    needed = evidence_needed(Gate(), 1, 240)
    loud = [seed for seed in range(300) if best(*series(seed, 0.02, 0.02, 0, 0)).g >= needed]
    assert len(loud) <= 3


def test_a_series_that_varies_by_itself_needs_more() -> None:
    draw = np.random.default_rng(1)
    rates = draw.beta(1, 20, 240)  # a rate of its own each hour: mean 0.05, far beyond binomial noise
    n, bad = np.full((1, 240), 50), draw.binomial(50, rates)[None, :]
    nothing = np.zeros((1, 240), bool)
    assert scan.dispersion(n, bad, nothing)[0] > 2
    steady = draw.binomial(50, 0.05, 240)[None, :]
    assert scan.dispersion(n, steady, nothing)[0] == pytest.approx(1, abs=0.25)


def test_a_trouble_that_fills_half_of_the_log_does_not_excuse_itself() -> None:
    n, bad = series(5, 0.05, 0.6, 120, 240)
    found = best(n, bad)
    assert (found.first, found.last) == (120, 240)
    plain = float(g_statistic(bad[0, 120:].sum(), 6000, bad[0, :120].sum(), 6000))
    assert found.g == pytest.approx(plain, rel=0.3)


def test_buckets_that_are_not_searched_are_in_no_interval() -> None:
    n, bad = series(2, 0.01, 0.3, 20, 40)
    searched = np.arange(240) >= 100
    found = scan.best_interval(n, bad, np.zeros(1), np.zeros(1), searched, outside=True)[0]
    assert found.g == 0 or found.first >= 100


def test_edges_are_set_at_the_very_case() -> None:
    bad = np.concatenate([np.zeros(500), np.ones(30), np.zeros(500)])
    assert scan.edges(bad, 0.01, 0.9)[:2] == (500, 530)


@given(st.integers(50, 400), st.integers(60, 300), st.integers(0, 10_000))
def test_edges_lie_near_the_true_ones_for_a_clear_step(first: int, lasted: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    rates = np.concatenate([np.full(first, 0.01), np.full(lasted, 0.5), np.full(300, 0.01)])
    start, end, earliest = scan.edges(draw.binomial(1, rates), 0.01, 0.5)
    assert abs(start - first) <= 25
    assert abs(end - first - lasted) <= 25
    assert earliest <= start


@pytest.mark.parametrize("begins", [97, 103, 110, 117, 125])
def test_a_step_that_lasts_to_the_end_begins_where_it_began_whatever_its_length(begins):
    n = np.full((1, 200), 10.0)
    bad = np.where(np.arange(200) >= begins, 3.0, 0.0)[None]
    found = scan.best_interval(n, bad, np.zeros(1), np.zeros(1), np.ones(200, bool), outside=True)[0]
    assert (found.first, found.last) == (begins, 200)


def slow(seed: int, onset: float, shape: str) -> tuple[np.ndarray, np.ndarray]:
    """Cases of ten days, one in a hundred bad, and from `onset` on more: at once, growing, or grown within two days."""
    draw = np.random.default_rng(seed)
    at = np.sort(draw.uniform(0, 10, 6000))
    over = {"ramp": 10 - onset, "height": 2.0, "step": 1e-9}[shape]
    risen = (1.0 if shape == "ramp" else 0.5) * np.clip((at - onset) / over, 0, 1)
    return at * 86400, draw.binomial(1, 0.01 + 0.4 * risen)


@pytest.mark.parametrize("seed", range(5))
def test_a_slow_rise_begins_where_it_left_the_usual_and_not_where_half_of_it_is_reached(seed):
    seconds, bad = slow(seed, 7.0, "ramp")
    step = 86400 * 7.9
    began = scan.ramp(seconds, bad, 0.01, step)
    assert began is not None
    assert abs(began / 86400 - 7.0) < 0.3


@pytest.mark.parametrize("seed", range(5))
def test_a_rise_that_reaches_a_height_and_keeps_it_begins_where_it_left_the_usual(seed):
    seconds, bad = slow(seed, 5.0, "height")
    began = scan.ramp(seconds, bad, 0.01, 86400 * 5.6)
    assert began is not None
    assert abs(began / 86400 - 5.0) < 0.4


@pytest.mark.parametrize("seed", range(5))
def test_a_step_is_no_slow_rise(seed):
    seconds, bad = slow(seed, 7.0, "step")
    assert scan.ramp(seconds, bad, 0.01, 7.0 * 86400) is None


def test_nothing_rises_where_nothing_is_bad():
    assert scan.ramp(np.arange(100.0), np.zeros(100, int), 0.01, 50.0) is None
