"""Intervals that stay right however often one looks."""

from __future__ import annotations

import numpy as np
import pytest

from retroburn.stats.sequential import Stratum, boundary, difference


def stratum(a, b):
    return Stratum(len(a), a.sum(), (a * a).sum(), len(b), b.sum(), (b * b).sum())


def test_the_boundary_is_wider_than_that_of_one_look_and_shrinks_like_the_root():
    assert all(boundary(n, 0.05) > 2.2 for n in (10, 100, 1000, 10**5))
    assert boundary(4000, 0.05) / np.sqrt(4000) < boundary(400, 0.05) / np.sqrt(400)


def test_looking_a_hundred_times_raises_no_alarm_on_equal_arms():
    draw = np.random.default_rng(5)
    alarms = 0
    for _ in range(100):
        a, b = (draw.random(3000) < 0.05).astype(float), (draw.random(30000) < 0.05).astype(float)
        looks = (difference([stratum(a[:n], b[: 10 * n])]) for n in range(50, 3000, 50))
        alarms += any(found is not None and found.low > 0 for found in looks)
    assert alarms <= 5


def test_a_canary_that_fails_thrice_as_often_is_seen():
    draw = np.random.default_rng(6)
    a, b = (draw.random(600) < 0.15).astype(float), (draw.random(6000) < 0.05).astype(float)
    found = difference([stratum(a, b)])
    assert found is not None
    assert found.low > 0
    assert found.value == pytest.approx(0.10, abs=0.04)


def test_a_canary_that_gets_the_slow_route_alone_is_compared_with_the_slow_route():
    draw = np.random.default_rng(7)
    slow, fast, canary = draw.normal(8, 0.3, 500), draw.normal(6, 0.3, 5000), draw.normal(8, 0.3, 400)
    together = difference([stratum(canary, np.concatenate([slow, fast]))])
    apart = difference([stratum(canary, slow), stratum(np.zeros(0), fast)])
    assert together is not None
    assert together.low > 0
    assert apart is not None
    assert apart.low < 0


def test_nothing_can_be_said_where_the_stable_arm_has_no_such_requests():
    assert difference([stratum(np.ones(50), np.zeros(0))]) is None
