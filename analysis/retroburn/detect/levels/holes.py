"""Times without a record of any kind that the log's own rhythm makes impossible.

The wait for the next request, counted in requests to be expected rather than in minutes, is exponential with mean one
if requests come by themselves; how much longer waits are in this log is read from its own longest ones (mean excess
over a high threshold). A wait is a hole when no log of this length shows the like once in about eight thousand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retroburn.detect import cases
from retroburn.detect.frame import Run
from retroburn.detect.levels.hours import HOUR, Hours
from retroburn.stats import shifts
from retroburn.stats.season import WEEK, Array

SURE = 9.0
"""ln of 8000: one quiet log in so many may show such a wait."""

LONGEST = 200
"""The longest waits show how they are spread; a twentieth of a small log's."""

FEWEST = 20
"""Records a hole must have cost."""

SHORT = 4 * HOUR
"""With less than two days of history a longer wait may be a night."""

DAYS = 7
"""Days before and after a wait whose same minutes are looked at."""

FEW_DAYS = 4
"""Days below which they say nothing."""

BESIDE = 6
"""Hours before and after a wait that show its level: a pilot's last days say little of the launch, and it of them."""

ALIKE = 0.9
"""Part of the hours that must be of weekdays or of weekends as the wait's are: a Friday's night runs into Saturday."""

AS_LITTLE = 0.2
"""Of the other days with the same hours, the one with so many below it is asked: a single odd one is no habit ..."""

HALF = 0.5
"""... and where it has less than this of what was expected, the wait is as others are."""

WHOLE_DAYS = 24 * HOUR
"""A wait so long may be one of days off, of which a short log shows few."""

WEEKEND = 48
"""Hours of one."""

ODD = 5.0
"""Standard deviations by which a pause must be longer than a log's other ones: once in some thousand logs of two weeks,
by Student's distribution."""

SHOWN = 10.0
"""Requests to be expected there, below which they show none."""


@dataclass(frozen=True)
class Hole:
    """Seconds since 1970 of the last record before and the first one after, and the requests to be expected between.

    `spread`: how much longer the log's longest waits are than chance makes them. `calm`: whole days of a log that is
    quiet at night, as on a holiday.
    """

    start: float
    end: float
    missing: float
    spread: float
    calm: bool


def find(run: Run, hours: Hours) -> list[Hole]:
    """The holes between the start and the end of the window, in order of time."""
    found = run.engine.arrays(cases.cube("waits"), {"end": run.frame.end, "most": 5 * LONGEST})
    if not len(found["last"]):
        return []
    begins, ends, total = found["last"], found["next"], float(hours.n[0].sum())
    start = max(hours.t0, (run.frame.start - run.frame.time(0)).total_seconds())
    usable = hours.history(run)[:1]
    holes = _impossible(hours, usable, begins, ends, total)
    if holes:
        holes = _impossible(hours, usable & mask(hours, holes), begins, ends, total)
    return [
        hole
        for hole in holes
        if hole.start >= start and not _of_the_hour(run, hole) and not _of_the_days(run, hours, hole)
    ]


def _of_the_hour(run: Run, hole: Hole) -> bool:
    """Whether the same minutes of other days bring less than half as much: what an hour has comes in a part of it.

    A job that runs at two leaves the rest of its hour as quiet as the night, which levels by the hour cannot say.
    """
    if hole.end - hole.start >= SHORT:
        return False
    found = list(_same_minutes(run, hole.start, hole.end, DAYS).values())
    return len(found) >= FEW_DAYS and float(np.median(found)) < HALF * hole.missing


def _of_the_days(run: Run, hours: Hours, hole: Hole) -> bool:
    """Whether the same hours of other days often bring next to nothing too, which their mean cannot say.

    A nightly run that takes one hour or three leaves the third as quiet as the day on some nights, and on others not.
    Of days off few are alike: then other weeks tell, be there one.
    """
    if hole.end - hole.start < SHORT:
        return False
    found = _alike(run, hours, hole.start, hole.end)
    if len(found) >= FEW_DAYS:
        return float(np.quantile(list(found.values()), AS_LITTLE)) < HALF * hole.missing
    if hole.end - hole.start < WHOLE_DAYS:
        return False
    weeks = [n for day, n in found.items() if day % 7 == 0]
    return bool(weeks and min(weeks) < HALF * hole.missing) or _of_its_edges(run, hours, hole)


def _of_its_edges(run: Run, hours: Hours, hole: Hole) -> bool:
    """The same of a wait of days, by its first and its last half day, and by other weeks for what lies between."""
    first, last = hole.start + WHOLE_DAYS / 2, hole.end - WHOLE_DAYS / 2
    edges = [_alike(run, hours, *part) for part in ((hole.start, first), (last, hole.end))]
    weeks = [n for day, n in _same_minutes(run, first, last, hours.clock.days).items() if day % 7 == 0]
    if not weeks or min(len(days) for days in edges) < FEW_DAYS:
        return False
    usual = min(weeks) + sum(float(np.quantile(list(days.values()), AS_LITTLE)) for days in edges)
    return usual < HALF * hole.missing


def _alike(run: Run, hours: Hours, start: float, end: float) -> dict[int, float]:
    """Requests in the same minutes of other days of weekdays or weekends, as these are, by day.

    Days with less than half as much just before and after are a pilot's, and none of these.
    """
    first, last = (math.floor((at - hours.t0) / HOUR) for at in (start, end))
    week = hours.clock.slot[first] + np.arange(last - first + 1)
    weekend, beside = week % WEEK // 24 >= 5, _beside(hours, first, last)
    return {
        day: n
        for day, n in _same_minutes(run, start, end, hours.clock.days).items()
        if _beside(hours, first + 24 * day, last + 24 * day) >= HALF * beside
        and float((((week + 24 * day) % WEEK // 24 >= 5) == weekend).mean()) >= ALIKE
    }


def _beside(hours: Hours, first: int, last: int) -> float:
    """Requests in the hours just before and after some buckets, those of its edges with them."""
    y = hours.n[0]
    return float(y[max(0, first - BESIDE) : first + 1].sum() + y[last : last + BESIDE + 1].sum())


def _same_minutes(run: Run, start: float, end: float, days: int) -> dict[int, float]:
    """Day, counted from these minutes' own → requests in the same minutes; days that touch these left out."""
    found = run.engine.arrays(
        cases.cube("same_minutes"), {"a": run.frame.time(start), "b": run.frame.time(end), "days": days}
    )
    apart = (end - start) / (24 * HOUR)
    return {int(d): float(n) for d, n in zip(found["day"], found["n"], strict=True) if abs(d) >= apart}


def mask(hours: Hours, holes: Sequence[Hole]) -> Array:
    """The buckets that no hole touches."""
    free = np.ones(len(hours.clock.slot), bool)
    for hole in holes:
        free[_buckets(hours, hole.start, hole.end)] = False
    return free


def _buckets(hours: Hours, start: float, end: float) -> slice:
    return slice(int((start - hours.t0) // HOUR), math.ceil((end - hours.t0) / HOUR))


def _impossible(hours: Hours, usable: Array, begins: Array, ends: Array, total: float) -> list[Hole]:
    model = shifts.model(hours.n[:1], hours.clock, usable)
    waits = _expected(model, hours, begins, ends)
    ordered = np.sort(waits)[::-1]
    k = min(LONGEST, max(int(total // 20), 1), len(ordered))
    # the longest five may be the holes that are looked for
    spread = max(1.0, float(ordered[min(5, k - 1) : k].mean() - ordered[k - 1]))
    limit = max(ordered[k - 1] + spread * (math.log(k) + SURE), FEWEST)
    begins, ends, noise = _beyond_habit(hours, begins, ends, waits)
    waits = _expected(model, hours, begins, ends)
    places = [i for i in np.flatnonzero(waits > limit) if _told(hours, float(begins[i]), float(ends[i]))]
    return sorted(
        (
            Hole(float(begins[i]), float(ends[i]), float(waits[i]), max(spread, float(noise[i] ** 2 / waits[i])),
                 _calm(model, hours, begins[i], ends[i]))
            for i in places
        ),
        key=lambda hole: hole.start,
    )  # fmt: skip


def _beyond_habit(hours: Hours, begins: Array, ends: Array, waits: Array) -> tuple[Array, Array, Array]:
    """Begins and ends of waits, each pause as what no other pause explains of it, and the noise of what is missing.

    A job that runs at night has one pause a day. By how much its nights differ says nothing of chance among the waits
    within them, so a pause is held against the others: it is odd as a whole where more is missing, else in the time by
    which it began earlier or ended later in the day, and in the days between without a night's work. Pauses on fewer
    than half of the days are no habit.
    """
    pauses = np.flatnonzero(ends - begins >= SHORT)
    noise = np.zeros(len(begins))
    if len(pauses) <= max(FEW_DAYS, HALF * hours.clock.days):
        return begins, ends, noise
    parts, usual = [], []
    for i in pauses:
        others = pauses[pauses != i]
        more, noise[i] = _odd(waits[i] - waits[others])
        if more:
            continue
        usual.append(i)
        later = _of_day(ends[i] - ends[others])
        early, late = _odd(_of_day(begins[others] - begins[i]))[0], _odd(later)[0]
        due = ends[i] - (late or max(later.max(), 0.0))
        days = max((due - begins[i]) // WHOLE_DAYS, 0)
        parts += [(begins[i], begins[i] + early), (due - days * WHOLE_DAYS, due), (ends[i] - late, ends[i])]
    begins, ends = (
        np.concatenate([np.delete(edge, usual), [part[at] for part in parts]]) for at, edge in enumerate((begins, ends))
    )
    return begins, ends, np.concatenate([np.delete(noise, usual), np.zeros(len(parts))])


def _odd(beyond: Array) -> tuple[float, float]:
    """By how much something is beyond others, 0 where they differ as much among themselves; and how much they do."""
    noise = float(beyond.std(ddof=1) * math.sqrt(1 + 1 / len(beyond)))
    mean = float(beyond.mean())
    return (mean if mean > ODD * noise else 0.0), noise


def _of_day(seconds: Array) -> Array:
    """Differences of time as those of the time of day: half a day at most, either way."""
    return (seconds + WHOLE_DAYS / 2) % WHOLE_DAYS - WHOLE_DAYS / 2


def _expected(model: shifts.Model, hours: Hours, begins: Array, ends: Array) -> Array:
    """Requests to be expected in each wait: the hours' usual level, at the lower of the levels beside.

    Those are of the hours beside where they tell on both sides, else of the days.
    """
    per_hour = model.mu[0] / np.maximum(hours.clock.cover, 1e-9)
    total = np.concatenate([[0.0], np.cumsum(per_hour)])
    grid = np.arange(len(total), dtype=float)
    a, b = (begins - hours.t0) / HOUR, (ends - hours.t0) / HOUR
    between = np.interp(b, grid, total) - np.interp(a, grid, total)
    first, last = (np.clip(x.astype(int), 0, len(per_hour) - 1) for x in (a, b))
    days = model.clock.day
    near = np.stack([_level(model, hours, first - BESIDE, first), _level(model, hours, last + 1, last + 1 + BESIDE)])
    far = np.stack([model.before[0, days[first]], model.after[0, days[last]]])
    levels = np.where(np.isnan(near).any(axis=0), far, near)
    levels = np.where(np.isnan(levels).all(axis=0), 1.0, levels)
    return np.asarray(between * np.minimum(np.nanmin(levels, axis=0), 1.5))


def _level(model: shifts.Model, hours: Hours, begins: Array, ends: Array) -> Array:
    """Requests in some hours over what these hours usually have; NaN where that is too little to say."""
    size = len(hours.clock.slot)
    begins, ends = np.clip(begins, 0, size), np.clip(ends, 0, size)
    seen, usual = (np.concatenate([[0.0], np.cumsum(y)]) for y in (hours.n[0], model.mu[0]))
    want = usual[ends] - usual[begins]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(want >= SHOWN, (seen[ends] - seen[begins]) / want, np.nan)


def _told(hours: Hours, start: float, end: float) -> bool:
    """Whether the history is long enough to say that this wait is none that time of day or week explains."""
    clock = hours.clock
    if clock.rung == "none":
        return end - start < SHORT
    if start - hours.t0 < min(end - start, 7 * 24 * HOUR):
        return False  # what came before is shorter than the wait: a demo, then the launch
    weekend = clock.slot // 24 >= 5
    inside = weekend[_buckets(hours, start, end)]
    if end - start >= WHOLE_DAYS and inside.any() and weekend.sum() - inside.sum() < WEEKEND / 2:
        return False  # the log's only weekend lies in the wait: nothing says what it brings
    if clock.rung == "hour of the day":
        return float(inside.mean()) < 0.3 or end - start < 6 * HOUR
    return True


def _calm(model: shifts.Model, hours: Hours, start: float, end: float) -> bool:
    """Whether a wait of a day or more begins and ends in hours that are always quiet."""
    if end - start < 18 * HOUR:
        return False
    quiet = model.mu[0] < 0.05 * model.mu[0].mean()
    a, b = int((start - hours.t0) // HOUR), int((end - hours.t0) // HOUR)
    return bool(quiet[a : a + 2].any() and quiet[max(b - 1, 0) : b + 1].any())


def chance(hole: Hole) -> float:
    """Evidence of a hole on the scale of G: twice the log of how unlikely it is."""
    return 2 * hole.missing / hole.spread
