"""Which days a weekly report judges, and what changed against the week before."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from retroburn.ask.by_week import Value
from retroburn.errors import UsageError
from retroburn.findings import SEVERITIES, Finding, Measure
from retroburn.report.bundle import Change, Comparison, Period, naive
from retroburn.stats.intervals import Z

Values = Sequence[Value | None]

WEEK = timedelta(days=7)
MOST_WEEKS = 8
"""Weeks looked back (contract, section 1): the season and the product change over more."""
LEAST_WEEKS = 3
"""Earlier weeks from which one can tell how far two of them differ."""
TO_SIGMA = 1.4826
"""A median distance as a standard deviation, were it normal."""
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


def before(judged: Period, first: datetime, most: int = MOST_WEEKS) -> list[tuple[datetime, datetime]]:
    """The whole weeks before the one judged that the log holds, the oldest first, and the judged one last."""
    if judged.start is None or judged.end is None:
        return []
    found = [(judged.start, judged.end)]
    while len(found) <= most and found[0][0] - WEEK >= first - NEARLY:
        found.insert(0, (found[0][0] - WEEK, found[0][0]))
    return found


def compare(
    now: Sequence[Finding],
    before: Sequence[Finding],
    window: tuple[datetime, datetime],
    values: Mapping[str, Values] | None = None,
) -> Comparison:
    """Each finding of this week by its key against the week before, and those that are gone.

    `values` are what a finding measures over whole weeks, this one last, by its key.
    """
    known = values or {}
    now, before = ([finding for finding in found if not finding.about] for found in (now, before))
    old: Mapping[str, Finding] = {finding.key: finding for finding in before}
    changes = [_change(finding, old.get(finding.key), known.get(finding.key, ())) for finding in now]
    keys = {finding.key for finding in now}
    changes += [_gone(finding, known.get(finding.key, ())) for finding in before if finding.key not in keys]
    return Comparison(start=window[0], end=window[1], changes=changes)


def _change(now: Finding, before: Finding | None, values: Values) -> Change:
    change = Change(
        key=now.key,
        state=state(now, before, values) if before else "new",
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
    return _over_weeks(change, values)


def _gone(before: Finding, values: Values) -> Change:
    change = Change(
        key=before.key,
        state="gone",
        kind=before.kind,
        title=before.title,
        where=before.where,
        unit=before.measure.unit,
        before=before.measure.observed,
        requests_before=before.impact.requests,
    )
    return _over_weeks(change, values)


def _over_weeks(change: Change, values: Values) -> Change:
    """The change with its weeks, where both this one and the last have a value."""
    if not _comparable(values):
        return change
    plain = [None if week is None else week.value for week in values]
    told = {"weeks": plain, "noise": noise(values[:-1]), "before": plain[-2], "now": plain[-1]}
    return change.model_copy(update=told)


def noise(values: Values) -> float | None:
    """How far two weeks may lie apart when nothing is wrong: 95 % of what the earlier weeks let expect.

    From the median distance to the median, so that a week or two of trouble among them do not count. None where fewer
    than three weeks are known.
    """
    seen = [week.value for week in values if week is not None]
    if len(seen) < LEAST_WEEKS:
        return None
    middle = median(seen)
    return Z * math.sqrt(2) * TO_SIGMA * median(abs(value - middle) for value in seen)


def state(now: Finding, before: Finding, values: Values = ()) -> str:
    """`worse`, `better` or `same`: over whole weeks where these are known, else by what was measured inside each.

    Same is what lies within the noise: of the sample, and of the finding's own weeks. Where that is not known, a graver
    severity counts as well.
    """
    over = values[-2:] if _comparable(values) else ()
    seen, then = (over[1], over[0]) if over else (_measured(now.measure), _measured(before.measure))
    own = noise(values[:-1]) if over else None
    if seen and then and _apart(seen, then) and (own is None or abs(seen.value - then.value) > own):
        upward = now.measure.baseline is None or (now.measure.observed or 0.0) >= now.measure.baseline
        return "worse" if (seen.value > then.value) == upward else "better"
    if own is not None:
        return "same"
    rank = SEVERITIES.index(now.severity) - SEVERITIES.index(before.severity)
    return "worse" if rank < 0 else "better" if rank > 0 else "same"


def _measured(measure: Measure) -> Value | None:
    """What was measured inside a finding."""
    return None if measure.observed is None else Value(measure.observed, measure.low, measure.high)


def _comparable(values: Values) -> bool:
    return len(values) >= 2 and values[-1] is not None and values[-2] is not None


def _apart(a: Value, b: Value) -> bool:
    """Whether the two values differ by more than the noise of their samples."""
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        return a.low > b.high or a.high < b.low
    return abs(a.value - b.value) > NOISE * max(abs(a.value), abs(b.value))
