"""What time of day and week let expect: exact on series made by rule, unmoved by an incident."""

from __future__ import annotations

import numpy as np
import pytest

from retroburn.stats import season, shifts

HOUR = 3600.0
MONDAY = 4 * 86400.0  # 5 January 1970


def made(days: int, shift: int = 0) -> tuple[np.ndarray, season.Clock]:
    """A series that follows the hour, half at weekends; `shift` hours ahead of UTC. And its clock."""
    hours = np.arange(days * 24) + shift
    y = (40.0 + 30 * np.sin(2 * np.pi * (hours % 24 - 9) / 24)) * np.where(hours // 24 % 7 >= 5, 0.5, 1.0)
    return y[None, :], season.clock(MONDAY, days * 24, MONDAY, MONDAY + days * 24 * HOUR)


def everything(y: np.ndarray) -> np.ndarray:
    return np.ones(y.shape, bool)


@pytest.mark.parametrize(
    ("days", "rung"),
    [(1, "none"), (3, "hour of the day"), (10, "hour of the day and weekend"), (30, "hour of the week")],
)
def test_hours_are_told_apart_as_finely_as_the_history_allows(days: int, rung: str) -> None:
    assert season.rung(days) == rung


@pytest.mark.parametrize("days", [14, 28])
def test_a_series_that_keeps_its_rule_is_expected_exactly(days: int) -> None:
    y, clock = made(days)
    assert season.usual(y, clock, everything(y)) == pytest.approx(y, rel=1e-6)


def test_an_incident_of_a_day_hardly_moves_what_is_usual() -> None:
    y, clock = made(14)
    hit = y.copy()
    hit[0, 9 * 24 : 10 * 24] *= 0.1
    assert season.usual(hit, clock, everything(y))[0, 9 * 24 : 10 * 24] == pytest.approx(
        y[0, 9 * 24 : 10 * 24], rel=0.15
    )


def test_a_clock_in_a_zone_counts_hours_of_that_zone() -> None:
    clock = season.clock(MONDAY, 24, MONDAY, MONDAY + 24 * HOUR, "Asia/Seoul")
    assert clock.slot[0] == 9


def test_an_hour_that_is_cut_off_lets_expect_its_part() -> None:
    y, _ = made(14)
    end = MONDAY + 14 * 24 * HOUR - HOUR / 2
    clock = season.clock(MONDAY, 14 * 24, MONDAY, end)
    assert season.usual(y, clock, everything(y))[0, -1] == pytest.approx(y[0, -1] / 2, rel=0.05)


def test_deviance_is_zero_where_all_is_as_expected_and_signed_elsewhere() -> None:
    assert season.deviance(np.array([10, 5, 20]), np.array([10, 10, 10])) == pytest.approx(
        [0.0, -3.069, 7.726], abs=1e-3
    )


def test_sums_of_a_series_with_good_and_bad_days_vary_more_than_single_hours() -> None:
    draw = np.random.default_rng(3)
    mu = np.full((1, 60 * 24), 20.0)
    steady = draw.poisson(mu).astype(float)
    moody = draw.poisson(mu * np.repeat(draw.lognormal(0, 0.3, 60), 24)).astype(float)
    free = everything(mu)
    assert season.dispersion(steady, mu, free, [1, 24])[0, 1] < 2
    assert season.dispersion(moody, mu, free, [1, 24])[0, 1] > 10


def test_a_drop_is_found_with_its_edges_and_what_is_missing() -> None:
    y, clock = made(14)
    y[0, 200:210] *= 0.3
    free = everything(y)
    model = shifts.model(y, clock, free)
    found = shifts.held(model, 0, shifts.scan(model, free[0], shifts.DOWN)[0], shifts.DOWN)
    assert found is not None
    assert abs(found.first - 200) <= 1
    assert abs(found.last - 210) <= 1
    assert found.seen / found.expected == pytest.approx(0.3, rel=0.1)


def test_steady_growth_is_no_spike_of_its_last_days() -> None:
    y, clock = made(21)
    y = y * np.exp(0.08 * np.arange(y.shape[1]) / 24)
    free = everything(y)
    kept = shifts.without(free, 18 * 24, 21 * 24)
    found = shifts.model(y, clock, kept)
    want = shifts.expected(found, 0, 18 * 24, 21 * 24, shifts.UP)
    assert y[0, 18 * 24 :].sum() / want < 1.1


@pytest.mark.parametrize("shape", [(5, 1), (7, 4), (3, 9), (4, 168, 3), (0, 3)])
@pytest.mark.filterwarnings("ignore:All-NaN slice")
def test_a_median_of_what_is_known_is_numpys(shape: tuple[int, ...]):
    random = np.random.default_rng(1)
    values = np.where(random.random(shape) < 0.4, np.nan, random.normal(size=shape))
    assert np.array_equal(season.median_known(values), np.nanmedian(values, axis=-1), equal_nan=True)
