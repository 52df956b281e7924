"""Burn rates against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from retroburn.stats import burn


def steady(hours, per_minute=20.0):
    return np.full(round(hours * 60), per_minute)


def test_thresholds_are_those_of_the_workbook_at_thirty_days():
    found = [burn.threshold(part, long, 30, 0.999) for part, long, _ in burn.RULES]
    assert found == pytest.approx([14.4, 6.0, 1.0])


def test_an_objective_of_ninety_percent_can_fire():
    n = steady(24)
    bad = np.where(np.arange(len(n)) >= 12 * 60, 0.6 * n, 0.0)
    assert burn.threshold(0.02, 60, 28, 0.90) == pytest.approx(5.0)
    assert any(fire.rule == 0 for fire in burn.fires(n, bad, 0.90))


@pytest.mark.parametrize("rate", [0.15, 0.3, 0.8])
def test_the_time_to_fire_after_a_step_is_the_window_times_threshold_over_rate(rate):
    n, onset, target = steady(48, 100.0), 24 * 60, 0.99
    bad = np.where(np.arange(len(n)) >= onset, rate * n, 0.0)
    first = min(fire.first for fire in burn.fires(n, bad, target) if fire.rule == 0)
    expected = 60 * burn.threshold(0.02, 60, 28, target) * (1 - target) / rate
    assert first + 1 - onset == pytest.approx(math.ceil(expected), abs=1)


def test_a_rule_stops_when_its_short_window_is_quiet():
    n = steady(48, 100.0)
    bad = np.where((np.arange(len(n)) >= 600) & (np.arange(len(n)) < 720), 0.5 * n, 0.0)
    page = [fire for fire in burn.fires(n, bad, 0.99) if fire.rule == 0]
    assert len(page) == 1
    assert 720 <= page[0].last <= 725


def test_one_failure_in_little_traffic_is_no_burn():
    n = np.zeros(7 * 24 * 60)
    n[::3] = 1
    bad = np.zeros_like(n)
    bad[3000] = bad[6000] = bad[6003] = 1
    assert burn.fires(n, bad, 0.999) == []


def test_a_healthy_service_at_half_its_budget_stays_silent():
    draw = np.random.default_rng(3)
    for _ in range(20):
        n = draw.poisson(0.4, 28 * 24 * 60).astype(float)
        bad = draw.binomial(n.astype(int), 0.0025).astype(float)
        assert burn.fires(n, bad, 0.995) == []


@pytest.mark.parametrize(("k", "n", "p"), [(3, 10, 0.2), (12, 400, 0.01), (1, 5, 0.5), (0, 9, 0.1), (9, 9, 0.7)])
def test_the_binomial_tail_is_exact(k, n, p):
    exact = sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    assert burn.tail(k, n, p) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("k", "sure"), [(10, 1.0), (300_000, 0.0), (5_000, 0.5)])
def test_the_binomial_tail_of_many_requests_is_found_where_its_first_term_is_nothing(k, sure):
    assert burn.tail(k, 500_000, 0.01) == pytest.approx(sure, abs=0.01)


def test_the_objective_is_the_first_kept_with_half_its_budget_to_spare():
    n = np.full(10, 1000.0)
    assert burn.kept(n, np.zeros(10)) == 0.999
    assert burn.kept(n, np.full(10, 2.0)) == 0.995
    assert burn.kept(n, np.full(10, 4.0)) == 0.99
    assert burn.kept(n, np.full(10, 200.0)) is None


def test_days_of_an_incident_do_not_lower_the_objective():
    assert burn.kept(np.full(10, 1000.0), np.array([2.0] * 7 + [300.0] * 3)) == 0.995
