"""Effect sizes of what comes in: they grow with the change, not with the size of the log, and know the hours."""

from __future__ import annotations

import numpy as np
import pytest

from retroburn.stats import drift
from retroburn.stats.multiple import false_discovery, p_raised


def test_total_variation_is_the_share_that_changed_whatever_the_size() -> None:
    few, many = np.array([90.0, 10.0]), np.array([900_000.0, 100_000.0])
    assert drift.total_variation(few, np.array([60.0, 40.0])) == pytest.approx(0.3)
    assert drift.total_variation(many, np.array([600_000.0, 400_000.0])) == pytest.approx(0.3)


def test_two_samples_of_one_distribution_have_no_divergence_left_on_average() -> None:
    draw = np.random.default_rng(4)
    shares = np.full(20, 0.05)
    found = [drift.jensen_shannon(draw.multinomial(500, shares), draw.multinomial(500, shares)) for _ in range(200)]
    assert np.median(found) < 0.05
    assert drift.jensen_shannon(np.array([500, 0]), np.array([0, 500])) == pytest.approx(1.0, abs=0.01)


def test_a_distance_that_sampling_explains_has_an_interval_all_the_same() -> None:
    draw = np.random.default_rng(1)
    before, now = (draw.multinomial(25, np.full(20, 0.05), size=20).astype(float) for _ in range(2))
    value, low, high = map(drift.root, drift.jackknife(drift.divergence, now, before))
    assert (value, low) == (0, 0)
    assert high > 0.01


def test_a_jackknife_over_groups_is_wider_when_one_user_makes_the_change() -> None:
    even, before = np.tile([80.0, 20.0], (20, 1)), np.tile([95.0, 5.0], (20, 1))
    lone = np.tile([95.0, 5.0], (20, 1))
    lone[0] = [95.0, 305.0]
    _, low, high = drift.jackknife(drift.total_variation, even, before)
    _, lone_low, lone_high = drift.jackknife(drift.total_variation, lone, before)
    assert high - low < 0.01
    assert lone_high - lone_low > 0.1


def _shares(days: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Requests in eight slots a day; the share is 5 % by day and 60 % by night."""
    draw = np.random.default_rng(seed)
    classes = np.tile(np.arange(8), days)
    n = draw.poisson(60, 8 * days).astype(float)
    k = draw.binomial(n.astype(int), np.where(classes < 2, 0.6, 0.05)).astype(float)
    return n[None, :], k[None, :], classes


def test_a_share_that_is_high_every_night_is_no_rise() -> None:
    n, k, classes = _shares(15)
    always = np.ones(n.shape[1], dtype=bool)
    rise = drift.rises(n, k, classes, always, always, 2)[0]
    assert rise.g < 20
    assert rise.effect < 0.1


def test_a_rise_is_found_where_it_is_with_its_size() -> None:
    n, k, classes = _shares(15)
    late = slice(96, 120)
    k[0, late] = np.minimum(n[0, late], k[0, late] + np.round(0.2 * n[0, late]))
    always = np.ones(n.shape[1], dtype=bool)
    rise = drift.rises(n, k, classes, always, always, 2)[0]
    assert abs(rise.first - 96) <= 2
    assert rise.last == 120
    assert rise.effect == pytest.approx(0.2, abs=0.05)
    assert rise.effect > 1.5 * rise.floor


def test_false_discovery_keeps_what_stands_and_nothing_of_noise() -> None:
    draw = np.random.default_rng(2)
    noise = draw.random(500)
    assert not false_discovery(noise / noise.max(), 0.01).any()
    assert false_discovery(np.array([*noise, 1e-9]), 0.01)[-1]
    assert len(false_discovery(np.zeros(0), 0.01)) == 0


def test_chance_of_a_g_is_that_of_one_direction() -> None:
    assert p_raised(3.841) == pytest.approx(0.025, abs=1e-3)
    assert p_raised(0.0, 10) == 1.0


def test_a_rise_that_fills_the_only_monday_of_a_log_keeps_its_edges() -> None:
    slots = 10 * 8  # ten days from a Wednesday, three hours each
    kind = np.array([{5: 1, 2: 2, 3: 3, 4: 4}.get(day % 7, 0) for day in range(10)]).repeat(8)
    classes = np.tile(np.arange(8), 10) + drift.KIND * kind
    n, k = np.full((1, slots), 80.0), np.zeros((1, slots))
    k[0, 42:66] = 8
    every = np.ones(slots, bool)
    (found,) = drift.rises(n, k, classes, every, every, 2)
    assert (found.first, found.last) == (42, 66)
