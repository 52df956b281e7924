"""What a weekend says of a log that shows one, or two."""

from __future__ import annotations

import numpy as np

from retroburn.stats import weekends

WEEK = np.arange(7 * 24) % 168
TWO = np.arange(14 * 24) % 168


def test_the_last_two_days_of_a_week_are_its_only_weekend() -> None:
    assert weekends.only_one(WEEK, 5 * 24, 7 * 24, np.ones(168, bool))


def test_a_weekend_may_begin_and_end_half_a_day_beside_the_clocks() -> None:
    assert weekends.only_one(TWO[:240], 5 * 24 - 9, 7 * 24 - 9, np.ones(240, bool))
    assert weekends.only_one(TWO[:240], 5 * 24 + 9, 7 * 24 + 9, np.ones(240, bool))


def test_with_another_weekend_in_the_history_weekends_are_known() -> None:
    assert not weekends.only_one(TWO, 5 * 24, 7 * 24, np.ones(336, bool))


def test_hours_of_a_weekend_are_no_weekend() -> None:
    assert not weekends.only_one(WEEK, 5 * 24 + 10, 5 * 24 + 15, np.ones(168, bool))


def test_a_drop_that_outlasts_the_weekend_is_no_weekend() -> None:
    assert not weekends.only_one(TWO[:240], 5 * 24, 8 * 24 + 6, np.ones(240, bool))


def test_a_friday_is_no_weekend() -> None:
    assert not weekends.only_one(WEEK, 4 * 24 + 8, 5 * 24, np.ones(168, bool))


def test_weeks_beside_are_those_the_log_holds() -> None:
    y = np.arange(336.0)
    whole = np.ones(336, bool)
    assert weekends.beside(y, whole, 10, 12) == [178.0 + 179.0]
    assert weekends.beside(y, whole, 170, 172) == [2.0 + 3.0]
    assert weekends.beside(y, whole, 10, 200) == []


def test_of_weekdays_a_history_of_weekends_knows_no_like() -> None:
    week = np.arange(144, 144 + 168) % 168  # from Sunday to Saturday
    assert weekends.unlike(week, 22, 146, np.ones(168, bool))
    assert not weekends.unlike(TWO, 24, 48, np.ones(336, bool))
    assert weekends.unlike(WEEK, 5 * 24, 7 * 24, np.ones(168, bool))
