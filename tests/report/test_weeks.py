"""Which days a weekly report judges."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retroburn.errors import UsageError
from retroburn.report import weeks

FIRST = datetime(2026, 9, 14)


def test_the_last_seven_full_days_before_the_newest_record():
    judged = weeks.period(FIRST, datetime(2026, 10, 18, 14, 12), "UTC")
    assert (judged.start, judged.end) == (datetime(2026, 10, 11), datetime(2026, 10, 18))
    assert judged.left_out_s == 14 * 3600 + 12 * 60


def test_days_begin_in_the_readers_zone():
    judged = weeks.period(FIRST, datetime(2026, 10, 18, 14, 12), "Asia/Seoul")
    assert judged.end == datetime(2026, 10, 17, 15)


def test_a_log_that_ends_a_breath_before_midnight_holds_the_whole_day():
    judged = weeks.period(FIRST, datetime(2026, 10, 18, 23, 59, 30), "UTC")
    assert (judged.end, judged.left_out_s) == (datetime(2026, 10, 19), 0)


def test_the_week_of_a_clock_change_has_seven_days_all_the_same():
    judged = weeks.period(FIRST, datetime(2026, 10, 28, 12), "Europe/Berlin")
    assert judged.start is not None
    assert judged.end is not None
    assert judged.end - judged.start == timedelta(days=7, hours=1)


def test_a_log_of_three_days_is_judged_whole():
    judged = weeks.period(datetime(2026, 10, 15), datetime(2026, 10, 18, 9), "UTC")
    assert (judged.how, judged.start, judged.end) == ("short", None, None)


@pytest.mark.parametrize("week", ["2026-W41", "2026W41"])
def test_a_named_week_begins_on_its_monday(week: str):
    judged = weeks.period(FIRST, datetime(2026, 10, 18), "UTC", week)
    assert (judged.start, judged.end, judged.label) == (datetime(2026, 10, 5), datetime(2026, 10, 12), "2026-W41")


@pytest.mark.parametrize("week", ["41", "2026-W60", "next", "2025-W02", "2027-W02"])
def test_a_week_that_is_none_or_not_in_the_log_is_refused(week: str):
    with pytest.raises(UsageError, match="week"):
        weeks.period(FIRST, datetime(2026, 10, 18), "UTC", week)


def test_without_a_day_before_there_is_nothing_to_compare_with():
    judged = weeks.period(FIRST, FIRST + timedelta(days=7, hours=5), "UTC")
    assert weeks.week_before(judged, FIRST) is None


def test_up_to_eight_whole_weeks_before_are_looked_at():
    judged = weeks.period(datetime(2026, 1, 1), datetime(2026, 10, 18, 14), "UTC")
    found = weeks.before(judged, datetime(2026, 1, 1))
    assert len(found) == 9
    assert found[-1] == (judged.start, judged.end)
    assert len(weeks.before(judged, datetime(2026, 10, 1))) == 2
