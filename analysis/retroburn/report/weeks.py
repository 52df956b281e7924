"""Which days a weekly report judges, and which weeks lie before them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retroburn.errors import UsageError
from retroburn.report.bundle import Period, naive

WEEK = timedelta(days=7)
MOST_WEEKS = 8
"""Weeks looked back (contract, section 1): the season and the product change over more."""
NEARLY = timedelta(minutes=15)
"""A log that begins or ends this close to midnight holds the whole day: requests do not come every second."""


def period(first: datetime, last: datetime, zone: str, week: str | None = None) -> Period:
    """The seven days to judge, of a log from `first` to `last` (naive UTC).

    Without `week` (such as `2026-W41`) the last seven full days before the newest record; a log that has fewer is
    judged whole. Raises UsageError for a week that is none, or of which the log holds nothing.
    """
    at = ZoneInfo(zone)
    if week:
        return _named(first, last, at, week)
    end_day = (_local(last, at) + NEARLY).date()
    start, end = _midnight(end_day - timedelta(days=7), at), _midnight(end_day, at)
    if first > start + NEARLY:
        return Period(how="short")
    left = max((last - end).total_seconds(), 0.0)
    return Period(start=start, end=end, how="days", left_out_s=left)


def _named(first: datetime, last: datetime, at: ZoneInfo, week: str) -> Period:
    found = re.fullmatch(r"(\d{4})-?W(\d{1,2})", week.strip())
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None:
        raise UsageError(f"-p week={week}: no such week. Give one like 2026-W41.")
    start, end = _midnight(monday, at), _midnight(monday + timedelta(days=7), at)
    if end <= first or start > last:
        held = f"{_local(first, at):%Y-%m-%d} to {_local(last, at):%Y-%m-%d}"
        raise UsageError(f"-p week={week}: the log holds nothing of that week, only {held}.")
    label = f"{monday.isocalendar().year}-W{monday.isocalendar().week:02d}"
    return Period(start=start, end=end, how="week", label=label)


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return naive(datetime.combine(day, time(), tzinfo=zone))


def week_before(judged: Period, first: datetime) -> tuple[datetime, datetime] | None:
    """The seven days before those judged, as far as the log holds them; None where it holds less than a day."""
    if judged.how not in {"days", "week"} or judged.start is None or judged.start - first < timedelta(days=1) - NEARLY:
        return None
    return max(judged.start - WEEK, first), judged.start


def before(judged: Period, first: datetime, most: int = MOST_WEEKS) -> list[tuple[datetime, datetime]]:
    """The whole weeks before the one judged that the log holds, the oldest first, and the judged one last."""
    if judged.start is None or judged.end is None:
        return []
    found = [(judged.start, judged.end)]
    while len(found) <= most and found[0][0] - WEEK >= first - NEARLY:
        found.insert(0, (found[0][0] - WEEK, found[0][0]))
    return found


def back(until: datetime, first: datetime, most: int = MOST_WEEKS) -> list[tuple[datetime, datetime]]:
    """The weeks before `until` that the log holds, the oldest first and as far as it holds it."""
    ends = [until - n * WEEK for n in range(most - 1) if until - n * WEEK > first + NEARLY]
    return [(max(end - WEEK, first), end) for end in reversed(ends)]
