"""Intervals in which a series runs below, or above, what its season and its days let expect.

An epidemic-type scan over sums: every start, window lengths on a grid, the Poisson deviance of what was seen against
what was expected, over the dispersion of sums of that length. An interval is held against the days before it and those
after it, and must stray from both: growth is no spike of its last days, and no drop of its first ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retroburn.stats import season
from retroburn.stats.season import Array, Clock

DOWN, UP = -1, 1

TOGETHER = 8
"""Suspects whose models are made at once: a model of eight series takes hardly longer than one of one."""

TREND_DAYS = 14
"""Days whose trend is carried on into an interval; fewer than six show none."""


@dataclass(frozen=True)
class Model:
    """Series × buckets with what is usual of them. `mu` knows the hours, `before` and `after` the level of the days."""

    y: Array
    mu: Array
    before: Array
    after: Array
    ratios: Array
    usable: Array
    clock: Clock


@dataclass(frozen=True)
class Shift:
    """Buckets `first`…`last` (end excluded) of series `row`: what was seen, what was expected, the evidence G.

    `error` is the share by which such an expectation is off by itself (one standard deviation).
    """

    row: int
    first: int
    last: int
    seen: float
    expected: float
    g: float
    error: float = math.nan


def lengths(buckets: int) -> list[int]:
    """Window lengths to try: 1, 2, 3, 4, 6, 8 … hours up to four fifths of the log."""
    found, size = [], 1.0
    while size <= max(1.0, 0.8 * buckets):
        found.append(round(size))
        size = max(size + 1, size * 1.33)
    return sorted(set(found))


def model(y: Array, clock: Clock, usable: Array) -> Model:
    """What is usual of each series, from the buckets marked usable."""
    mu = season.usual(y, clock, usable)
    before, after = season.levels_beside(y, mu, clock, usable)
    return Model(y, mu, before, after, season.day_ratios(y, mu, clock, usable), usable, clock)


def only(found: Model, row: int) -> Model:
    """The model of one series alone."""
    part = slice(row, row + 1)
    return Model(
        found.y[part], found.mu[part], found.before[part], found.after[part], found.ratios[part], found.usable[part],
        found.clock,
    )  # fmt: skip


def scan(found: Model, searched: Array, sign: int) -> list[Shift]:
    """For each series the interval of searched buckets that strays most, its evidence not yet over its dispersion.

    What was seen and expected there is left open: of most series nobody asks.
    """
    rows, buckets = found.y.shape
    seen, known, apart = _sums(found.y), _sums(found.mu), np.concatenate([[0], np.cumsum(~searched)])
    best = np.zeros(rows)
    first, last = np.zeros(rows, int), np.zeros(rows, int)
    for length in lengths(buckets):
        level = _levels(found, length, sign)
        y = seen[:, length:] - seen[:, :-length]
        m = (known[:, length:] - known[:, :-length]) * level
        strays = (sign * (y - m) > 0) & (m > 0) & (apart[length:] == apart[:-length])[None, :]
        g = np.zeros(y.shape)
        g[strays] = sign * season.deviance(y[strays], m[strays])
        place = g.argmax(axis=1)
        value = g[np.arange(rows), place]
        better = value > best
        best = np.where(better, value, best)
        first, last = np.where(better, place, first), np.where(better, place + length, last)
    strays = np.flatnonzero(best > 0)
    return [Shift(int(r), int(first[r]), int(last[r]), math.nan, math.nan, float(best[r])) for r in strays]


def _sums(values: Array) -> Array:
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _levels(found: Model, length: int, sign: int) -> Array:
    """Level of the days beside each interval of a length: the one that makes it stray less. NaN without days before."""
    day, starts = found.clock.day, np.arange(found.y.shape[1] - length + 1)
    before = found.before[:, day[starts]]
    after = found.after[:, day[starts + length - 1] + 1]
    both = np.minimum(before, after) if sign == DOWN else np.maximum(before, after)
    return np.asarray(np.where(np.isnan(after), before, both))


def expected(found: Model, row: int, first: int, last: int, sign: int) -> float:
    """What was to be expected of one series in one interval; NaN where no day before it is known."""
    start, end = int(found.clock.day[first]), int(found.clock.day[last - 1]) + 1
    before, after = float(found.before[row, start]), float(found.after[row, end])
    before *= carried_on(found.ratios[row], start, (start + end) / 2, sign)
    options = [before] if math.isnan(after) else [before, after]
    level = math.nan if math.isnan(before) else min(options) if sign == DOWN else max(options)
    return float(found.mu[row, first:last].sum()) * level


def carried_on(ratios: Array, day: int, until: float, sign: int) -> float:
    """The factor by which the trend of the days before `day` moves the level; 1 unless it moves as `sign`.

    Theil-Sen slope of the log levels of up to 14 days; it must be the sign of three quarters of the pairs.
    """
    days = np.arange(max(0, day - TREND_DAYS), day)
    days = days[~np.isnan(ratios[days]) & (np.nan_to_num(ratios[days]) > 0)]
    if len(days) < 6:
        return 1.0
    logs = np.log(ratios[days])
    i, j = np.triu_indices(len(days), 1)
    slopes = (logs[j] - logs[i]) / (days[j] - days[i])
    slope = float(np.median(slopes))
    if slope * sign <= 0 or float((slopes * sign > 0).mean()) < 0.75:
        return 1.0
    middle = float(days[-season.DAYS_AROUND :].mean())
    return math.exp(slope * min(until - middle, float(TREND_DAYS)))


def without(usable: Array, first: int, last: int) -> Array:
    """The history without an interval and the buckets at its edges."""
    kept = usable.copy()
    kept[..., max(0, first - 1) : last + 1] = False
    return kept


def judged(
    build: Callable[[Array, Array], Model], usable: Array, searched: Array, suspects: Sequence[Shift], sign: int
) -> Iterator[Shift | None]:
    """Each suspected interval held against the history without it, twice: the first look moves its edges.

    `build` makes the model of the series with these row numbers, each from a history of its own: rows × buckets. What
    nothing is left of gives None. A few suspects are looked at together, when the first of them is asked for.
    """
    for begin in range(0, len(suspects), TOGETHER):
        few = suspects[begin : begin + TOGETHER]
        rows = np.array([shift.row for shift in few])
        for _ in range(2):
            seen = {s.row: s for s in scan(build(rows, _without_own(usable[rows], few)), searched, sign)}
            few = [_nearer(shift, seen.get(at)) for at, shift in enumerate(few)]
        found = build(rows, _without_own(usable[rows], few))
        for at, shift in enumerate(few):
            yield settled(found, at, _to_the_end(found, at, shift, sign), sign)


def _without_own(usable: Array, few: Sequence[Shift]) -> Array:
    """The history of each suspect without its own interval."""
    return np.array([without(row, shift.first, shift.last) for row, shift in zip(usable, few, strict=True)])


def _nearer(shift: Shift, seen: Shift | None) -> Shift:
    """The interval that strays most now, if it is a part of the suspected one or meets it."""
    near = seen is not None and seen.first < shift.last and seen.last > shift.first
    return Shift(shift.row, seen.first, seen.last, 0, 0, 0) if seen and near else shift


def confirmed(y: Array, clock: Clock, usable: Array, shift: Shift, sign: int) -> bool:
    """Whether the past alone lets expect that much: else an odd time later on makes a usual one look odd.

    Hours of which the past shows no like (the first weekend) say nothing; with less than two days of past nothing does.
    """
    past = usable[None, :] & (np.arange(len(usable)) < shift.first - 1)[None, :]
    days = float((past[0] * clock.cover).sum()) / 24
    if days < 2:
        return True
    begins = int(season.nights(np.where(past, y[None, :], 0.0), clock.slot)[0])
    kinds = season.classes(clock.slot, begins, "hour of the day and weekend")
    known = np.isin(kinds, kinds[past[0]])
    inside = np.zeros(len(known), bool)
    inside[shift.first : shift.last] = True
    found = model(y[None, :], replace(clock, rung="hour of the day and weekend"), past)
    start = int(clock.day[shift.first])
    level = float(found.before[0, start]) * carried_on(found.ratios[0], start, (shift.first + shift.last) / 48, sign)
    want = float(found.mu[0, inside & known].sum()) * level
    if math.isnan(want) or (inside & known).sum() < 0.5 * inside.sum() or want <= 0:
        return False
    seen = float(y[inside & known].sum())
    return sign * (seen / want - 1) >= 0.5 * sign * (shift.seen / shift.expected - 1)


def _to_the_end(found: Model, row: int, shift: Shift, sign: int) -> Shift:
    """The interval drawn on to the end of the series, where what is left of it is as far off, or too little to tell."""
    buckets = found.y.shape[1]
    left = buckets - shift.last
    if left <= 0 or left > shift.last - shift.first:
        return shift
    want = expected(found, row, shift.first, shift.last, sign)
    want_left = expected(found, row, shift.last, buckets, sign)
    seen, seen_left = float(found.y[row, shift.first : shift.last].sum()), float(found.y[row, shift.last :].sum())
    if math.isnan(want_left) or want <= 0:
        return shift
    far = math.sqrt(seen / want) * want_left
    goes_on = sign * (seen_left - far) >= 0 or abs(seen / want - 1) * want_left < 3
    return replace(shift, last=buckets) if goes_on else shift


def settled(found: Model, row: int, shift: Shift, sign: int) -> Shift | None:
    """The interval with its evidence over the dispersion of sums as long as it is; None where it does not stray."""
    plain = held(found, row, shift, sign)
    if plain is None:
        return None
    phi = dispersion(found, row, shift.last - shift.first)
    return replace(plain, row=shift.row, g=plain.g / phi, error=math.sqrt(phi / plain.expected))


def held(found: Model, row: int, shift: Shift, sign: int) -> Shift | None:
    """The same interval in one series, its evidence not yet over its dispersion; None where it does not stray."""
    want = expected(found, row, shift.first, shift.last, sign)
    seen = float(found.y[row, shift.first : shift.last].sum())
    if math.isnan(want) or want <= 0 or (seen - want) * sign <= 0:
        return None
    # what few events let expect is not known to less than one event: four in a row after none are chance
    known = want + 1.0 if sign == UP else want
    g = float(season.deviance(seen, known)) * sign
    return Shift(row, shift.first, shift.last, seen, want, max(g, 0.0))


def unsure(found: Model, row: int, first: int, last: int) -> float:
    """How much more evidence an interval takes because its hours are known from few others like them; at least 1.

    What was expected is the mean of the hours of one class in the history, a count as well: of one weekend the only
    other one says what is usual, with an error as great as its own. That is the variance of the expectation over that
    of the count, hours of one class being off together; of all requests (the first row) also what the weeks before
    say of the weekday. A slice has a small part of their evidence: asked for as much, slices that stopped were
    missed.
    """
    usable, clock = found.usable[row] & (found.clock.cover > 0.5), found.clock
    begins = int(season.nights(np.where(usable, found.y[row], 0.0)[None, :], clock.slot)[0])
    kinds = season.classes(clock.slot, begins, clock.rung)
    known, inside = np.bincount(kinds[usable], minlength=season.WEEK), np.bincount(kinds[first:last])
    here = kinds[first:last]
    mu = np.maximum(found.mu[row, first:last], 1e-9)
    own = float(np.average(inside[here] / np.maximum(known[here], 1), weights=mu))
    if row > 0 or "weekend" not in clock.rung:
        return 1.0 + own
    weeks = np.bincount(clock.slot[usable], minlength=season.WEEK)[clock.slot[first:last]]
    return 1.0 + own + float(np.average(season.weekday_error(clock.slot[first:last], weeks), weights=mu))


def dispersion(found: Model, row: int, length: int) -> float:
    """How much sums of a length vary beyond a Poisson count in one series, by blocks, and by the error of its level.

    The level of an interval comes from at most seven days: its own error is added as long as the interval is.
    """
    y, mu = found.y[row : row + 1], found.mu[row : row + 1]
    near = season.smooth_levels(found.ratios[row : row + 1], found.clock)
    grid = [size for size in lengths(y.shape[1]) if size <= length] or [1]
    grid = sorted({*grid, length})
    by_length = season.dispersion(y, mu * near, found.usable[row : row + 1], grid)
    return float(by_length[0, -1]) * (1 + length / (24.0 * season.DAYS_AROUND))
