"""What became of each finding since the week before: new, back, worse, better, the same or gone.

A finding is followed by its key, else by its kind and the requests it speaks of, for the smallest slice that holds a
trouble may be another one next week. Where its measure is known week by week, that decides: a trouble that has become
usual is found no more, and is not gone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from retroburn.ask.by_week import Value
from retroburn.findings import SEVERITIES, Finding, Measure
from retroburn.report.bundle import GRAVE, Change, Comparison
from retroburn.report.history import Week
from retroburn.report.weeks import MOST_WEEKS, WEEK
from retroburn.stats.intervals import Z

Values = Sequence[Value | None]
Inside = Callable[[Mapping[str, Any], Mapping[str, Any]], float]
"""The share of the requests of one slice that are in another."""

LEAST_WEEKS = 3
"""Earlier weeks from which one can tell how far two of them differ."""
TO_SIGMA = 1.4826
"""A median distance as a standard deviation, were it normal."""
NOISE = 0.2
"""Where a measure has no interval, a change under a fifth is the same: weeks differ by as much on their own."""
LITTLE = 0.1
"""A change under a tenth is the same however sure it is: the noise of calm weeks is not that of a week of trouble."""
TROUBLE = 2.0
"""A week that measures twice what the better ones do, or half, does not show how weeks differ when all is well."""
LEFT = 0.25
"""What is left of a trouble: with a fourth of its rise still there it is not gone, and with less nobody sees it."""
MOST_OF = 0.5
"""Two slices that share most of the requests of one are a place."""


def compare(
    now: Sequence[Finding],
    before: Sequence[Finding],
    window: tuple[datetime, datetime],
    values: Mapping[str, Values] | None = None,
    *,
    earlier: Sequence[Week] = (),
    inside: Inside | None = None,
) -> Comparison:
    """Each finding of this week against the week before, which is `window`, and those that are gone.

    `values` are what a finding measures over whole weeks, this one last, by its key; `earlier` are weeks as they were
    told before that one; `inside` says how much of a slice lies in another, by the logs (else by the words alone).
    """
    now, before = ([finding for finding in found if not finding.about] for found in (now, before))
    paired, left = _paired(now, before, inside or _by_words)
    known = _Known(window, values or {}, earlier, inside or _by_words)
    changes = [known.change(finding, paired.get(finding.id)) for finding in now]
    changes += [known.left(finding) for finding in left]
    changes += known.still(lingering([*now, *before], earlier, window[0], inside))
    return Comparison(start=window[0], end=window[1], changes=changes)


def lingering(
    found: Sequence[Finding], earlier: Sequence[Week], until: datetime, inside: Inside | None = None
) -> list[Finding]:
    """What weeks before `until` told, as it was told last, and neither this week nor the last one found."""
    old: list[Finding] = []
    for week in sorted(earlier, key=lambda week: week.end, reverse=True):
        if week.end <= until and until - week.end < MOST_WEEKS * WEEK:
            ones = (one for one in week.findings if not one.about and one.severity in GRAVE)
            old += [one for one in ones if not any(_same(one, other, inside or _by_words) for other in [*found, *old])]
    return old


def _paired(
    now: Sequence[Finding], before: Sequence[Finding], inside: Inside
) -> tuple[dict[str, Finding], list[Finding]]:
    """What each finding of this week was in the one before, by its id, and what is left of that one."""
    by_key = {finding.key: finding for finding in now}
    paired = {by_key[old.key].id: old for old in before if old.key in by_key}
    left = []
    for old in (old for old in before if old.key not in by_key):
        like = [new for new in now if _alike(new, old)]
        free = [new for new in like if new.id not in paired and _then(new, old)]
        if found := next((new for new in free if _one_place(new, old, inside)), None):
            paired[found.id] = old
        elif not any(inside(old.where, new.where) >= MOST_OF for new in like):
            left.append(old)
    return paired, left


def _alike(a: Finding, b: Finding) -> bool:
    """Whether one is of a kind that the other is, or of which its rows are a case too."""
    return a.kind in {b.kind, *(other.kind for other in b.also)} or b.kind in {other.kind for other in a.also}


def _then(now: Finding, before: Finding) -> Measure | None:
    """What a finding's kind measured in an earlier one, alone or beside it; None where that one had none of it."""
    if before.kind == now.kind:
        return before.measure
    return next((other.measure for other in before.also if other.kind == now.kind), None)


def _same(a: Finding, b: Finding, inside: Inside) -> bool:
    return a.key == b.key or (_alike(a, b) and _one_place(a, b, inside))


def _one_place(a: Finding, b: Finding, inside: Inside) -> bool:
    return max(inside(a.where, b.where), inside(b.where, a.where)) >= MOST_OF


def _by_words(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    return float(all(a.get(name) == value for name, value in b.items()))


class _Known:
    """What is known of the weeks before."""

    def __init__(
        self, window: tuple[datetime, datetime], values: Mapping[str, Values], earlier: Sequence[Week], inside: Inside
    ) -> None:
        self._window, self._values, self._inside = window, values, inside
        self._earlier = [week for week in earlier if week.end <= window[0]]

    def change(self, now: Finding, before: Finding | None) -> Change:
        """A finding of this week; `before` is what it was in the last."""
        values = self._values.get(now.key, ())
        then = _then(now, before) if before else None
        there = before is not None or raised(values, -2, _upward(now))
        seen = None if there else self._last_seen(now, values)
        change = Change(
            key=now.key,
            state=state(now, before, values) if there else "back" if seen else "new",
            id=now.id,
            kind=now.kind,
            title=now.title,
            where=now.where,
            unit=now.measure.unit,
            before=then.observed if then else None,
            now=now.measure.observed,
            requests_before=before.impact.requests if before else None,
            requests_now=now.impact.requests,
            last_seen=seen,
            place_before=before.where if before and before.where != now.where else None,
            running=self._running(now, values) if there else None,
        )
        return _over_weeks(change, values, _upward(now))

    def left(self, before: Finding) -> Change:
        """A finding of a week before that this one has not: gone, or grown usual."""
        values = self._values.get(before.key, ())
        there = raised(values, -1, _upward(before), before.measure.baseline)
        change = Change(
            key=before.key,
            state=_by_weeks(values, _upward(before)) if there else "gone",
            kind=before.kind,
            title=before.title,
            where=before.where,
            unit=before.measure.unit,
            before=before.measure.observed,
            requests_before=before.impact.requests,
            running=self._running(before, values) if there else None,
        )
        return _over_weeks(change, values, _upward(before))

    def still(self, old: Sequence[Finding]) -> list[Change]:
        """Of findings older than the last week those that were there then, and still are."""
        there = [one for one in old if raised(self._values.get(one.key, ()), -2, _upward(one), one.measure.baseline)]
        return [change for change in map(self.left, there) if change.state != "gone"]

    def _weeks_back(self, finding: Finding, values: Values) -> Iterator[tuple[datetime, bool]]:
        """Each week before the last, the newest first, and whether the trouble was there."""
        told = [week.start for week in self._earlier if self._told(finding, week)]
        start, place = self._window[0], -2
        while -place < len(values) or any(one < start for one in told):
            start, place = start - WEEK, place - 1
            yield start, any(start <= one < start + WEEK for one in told) or raised(values, place, _upward(finding))

    def _told(self, finding: Finding, week: Week) -> bool:
        """Whether a week told of this kind; that what comes with it was there then does not say that it was."""
        others = [other for other in week.findings if not other.about]
        return any(_then(finding, other) and _same(finding, other, self._inside) for other in others)

    def _last_seen(self, now: Finding, values: Values) -> datetime | None:
        """The start of the newest week before the last in which it was there."""
        return next((start for start, there in self._weeks_back(now, values) if there), None)

    def _running(self, finding: Finding, values: Values) -> datetime:
        """The start of the first week since when it was there without a break."""
        first = self._window[0]
        for start, there in self._weeks_back(finding, values):
            if not there:
                break
            first = start
        return first


def _upward(finding: Finding) -> bool:
    """Whether more is worse."""
    measure = finding.measure
    return measure.baseline is None or (measure.observed or 0.0) >= measure.baseline


def _over_weeks(change: Change, values: Values, upward: bool) -> Change:
    """The change with its weeks, where both this one and the last have a value."""
    if not _comparable(values):
        return change
    plain = [None if week is None else week.value for week in values]
    told = {"weeks": plain, "noise": noise(values[:-1], upward), "before": plain[-2], "now": plain[-1]}
    return change.model_copy(update=told)


def state(now: Finding, before: Finding | None, values: Values = ()) -> str:
    """`worse`, `better` or `same`: over whole weeks where these are known, else by what was measured inside each.

    Same is what lies within the noise: of the sample, and of the finding's own weeks. Where that is not known, a graver
    severity counts as well.
    """
    upward = _upward(now)
    if _comparable(values):
        own = noise(values[:-1], upward)
        told, sure = _moved(values[-1], values[-2], upward, own), own is not None
    else:
        then = _then(now, before) if before else None
        told, sure = _moved(_measured(now.measure), _measured(then) if then else None, upward), False
    if told != "same" or sure or before is None:
        return told
    rank = SEVERITIES.index(now.severity) - SEVERITIES.index(before.severity)
    return "worse" if rank < 0 else "better" if rank > 0 else "same"


def _by_weeks(values: Values, upward: bool) -> str:
    return _moved(values[-1], values[-2], upward, noise(values[:-1], upward)) if len(values) > 1 else "same"


def _moved(seen: Value | None, then: Value | None, upward: bool, own: float | None = None) -> str:
    if seen is None or then is None or not _apart(seen, then):
        return "same"
    if abs(seen.value - then.value) <= max(own or 0.0, LITTLE * abs(then.value)):
        return "same"
    return "worse" if (seen.value > then.value) == upward else "better"


def noise(values: Values, upward: bool = True) -> float | None:
    """How far two weeks may lie apart when nothing is wrong: 95 % of what the calm weeks among some let expect.

    From the median distance to the median, and never less than what the sample of a week leaves open. None where fewer
    than three such weeks are known.
    """
    seen = _calm(values, upward)
    if len(seen) < LEAST_WEEKS:
        return None
    middle = median(week.value for week in seen)
    apart = TO_SIGMA * median(abs(week.value - middle) for week in seen)
    sample = median(0.0 if week.low is None or week.high is None else (week.high - week.low) / 2 / Z for week in seen)
    return Z * math.sqrt(2) * max(apart, sample)


def _calm(values: Values, upward: bool) -> list[Value]:
    """The weeks in which nothing was wrong: all but those far worse than the better ones."""
    good = _good(values, upward)
    return [week for week in values if week and good and not (_far(week, good, upward) and _apart(week, good))]


def _good(values: Values, upward: bool) -> Value | None:
    """The middle of the better half of the weeks."""
    seen = sorted((week for week in values if week), key=lambda week: week.value, reverse=not upward)
    return seen[(len(seen) - 1) // 4] if seen else None


def _far(week: Value, good: Value, upward: bool) -> bool:
    return week.value >= TROUBLE * good.value if upward else week.value <= good.value / TROUBLE


def raised(values: Values, place: int, upward: bool, usual: float | None = None) -> bool:
    """Whether the week at a place (-1 is this one) has the trouble that the worst of them has, or enough of it.

    `usual` is what to hold it against where no other week is better. False where that cannot be told.
    """
    seen = [week for week in values if week]
    week, good = values[place] if len(values) >= -place else None, _good(values, upward)
    if usual is not None and (week is good or len(seen) < LEAST_WEEKS):
        good = Value(usual)
    if week is None or good is None:
        return False
    sign = 1.0 if upward else -1.0
    rise, most = (sign * (one - good.value) for one in (week.value, _worst(seen, upward)))
    return _apart(week, good) and rise > (noise(values, upward) or 0.0) and rise >= LEFT * most


def _worst(seen: Sequence[Value], upward: bool) -> float:
    return (max if upward else min)(week.value for week in seen)


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
