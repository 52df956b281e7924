"""Which days a weekly report judges, and what changed against the week before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retroburn.errors import UsageError
from retroburn.findings import SEVERITIES, Finding
from retroburn.report.bundle import Change, Comparison, Period, naive

WEEK = timedelta(days=7)
NEARLY = timedelta(minutes=15)
"""A log that begins or ends this close to midnight holds the whole day: requests do not come every second."""
NOISE = 0.2
"""Where a measure has no interval, a change under a fifth is the same: weeks differ by as much on their own."""


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


def compare(now: Sequence[Finding], before: Sequence[Finding], window: tuple[datetime, datetime]) -> Comparison:
    """Each finding of this week by its key against the week before, and those that are gone."""
    old: Mapping[str, Finding] = {finding.key: finding for finding in before}
    changes = [_change(finding, old.get(finding.key)) for finding in now]
    keys = {finding.key for finding in now}
    changes += [_gone(finding) for finding in before if finding.key not in keys]
    return Comparison(start=window[0], end=window[1], changes=changes)


def _change(now: Finding, before: Finding | None) -> Change:
    return Change(
        key=now.key,
        state=state(now, before) if before else "new",
        id=now.id,
        kind=now.kind,
        title=now.title,
        where=now.where,
        unit=now.measure.unit,
        before=before.measure.observed if before else None,
        now=now.measure.observed,
        requests_before=before.impact.requests if before else None,
        requests_now=now.impact.requests,
    )


def _gone(before: Finding) -> Change:
    return Change(
        key=before.key,
        state="gone",
        kind=before.kind,
        title=before.title,
        where=before.where,
        unit=before.measure.unit,
        before=before.measure.observed,
        requests_before=before.impact.requests,
    )


def state(now: Finding, before: Finding) -> str:
    """`worse`, `better` or `same`: by the measure where the two intervals do not touch, else by the severity."""
    seen, then = now.measure.observed, before.measure.observed
    if seen is not None and then is not None and _apart(now, before):
        upward = now.measure.baseline is None or seen >= now.measure.baseline
        return "worse" if (seen > then) == upward else "better"
    rank = SEVERITIES.index(now.severity) - SEVERITIES.index(before.severity)
    return "worse" if rank < 0 else "better" if rank > 0 else "same"


def _apart(now: Finding, before: Finding) -> bool:
    """Whether the two values differ by more than their noise."""
    a, b = now.measure, before.measure
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        return a.low > b.high or a.high < b.low
    seen, then = a.observed or 0.0, b.observed or 0.0
    return abs(seen - then) > NOISE * max(abs(seen), abs(then))
