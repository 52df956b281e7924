"""What time of day and week let expect of a series of counts or sums, and how far it strays from that by itself.

The expected level of a bucket is the usual level of its hour, times the level of the days around. How finely hours are
told apart depends on the history: by hour of the week from four weeks on, by hour of the day on weekdays and weekends
from one week on, by hour of the day from two days on, not at all below that. Usual levels are means of what is left
when outliers are drawn in to three robust deviations of the median (Huber 1964), so that an incident hardly moves them;
the suspected interval is left out besides, and the whole is done twice.

A weekend begins at the local midnight of the people who make the traffic, which no log tells. Each series gives it
away: the six quietest hours of its day are its night, and its day begins with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np

Array = np.ndarray[Any, Any]
Rung = Literal["hour of the week", "hour of the day and weekend", "hour of the day", "none"]

WEEK = 168
NIGHT = 6
"""Hours of a night."""

SILENT = 0.001
"""Part of a day's traffic by which six hours may differ and be as quiet."""

DAYS_AROUND = 7
"""Days whose median is the level: a week has each weekday once."""

FEW = 20.0
"""Expected counts a day below which the level is taken from the sum of the days: their median would be too coarse."""

PRIOR = 3.0
"""Counts by which the ratio of five hours is drawn to one."""


@dataclass(frozen=True)
class Clock:
    """The buckets of a series, one an hour.

    `slot` is the hour of the local week (Monday 0:00 is 0), `day` counts days from the first on, `cover` is the part of
    the bucket that lies inside the log.
    """

    slot: Array
    day: Array
    cover: Array
    rung: Rung

    @property
    def days(self) -> int:
        """Number of days."""
        return int(self.day[-1]) + 1 if len(self.day) else 0


def clock(t0: float, buckets: int, first: float, end: float, zone: str = "UTC") -> Clock:
    """The clock of `buckets` hours from `t0` on; the log lasts from `first` to `end`. All are seconds since 1970."""
    starts = t0 + 3600.0 * np.arange(buckets)
    cover = np.clip(np.minimum(starts + 3600, end) - np.maximum(starts, first), 0, 3600) / 3600
    return Clock(_slots(starts, zone), np.arange(buckets) // 24, cover, rung(float(cover.sum()) / 24))


def _slots(starts: Array, zone: str) -> Array:
    hours = np.floor(starts / 3600).astype(int)
    if zone != "UTC":
        local = ZoneInfo(zone)
        offsets = [datetime.fromtimestamp(float(s), UTC).astimezone(local).utcoffset() for s in starts]
        hours = hours + np.array([0 if o is None else round(o.total_seconds() / 3600) for o in offsets], dtype=int)
    return (hours + 72) % WEEK  # 1970 began on a Thursday


def rung(days: float) -> Rung:
    """How finely hours can be told apart after so many days of history."""
    if days >= 28:
        return "hour of the week"
    if days >= 7:
        return "hour of the day and weekend"
    return "hour of the day" if days >= 2 else "none"


def nights(y: Array, slot: Array) -> Array:
    """For each series the hour at which its day begins, -12 to 12 in the clock's zone: where its six quietest hours do.

    To three hours: a finer guess would be no surer. Where more than one six hours are as quiet (a job that runs at two
    is done by four), the last ones that begin before the clock's midnight count: what runs at two is of the new day.
    """
    by_hour = summed(y, slot % 24, 24)
    wrapped = np.concatenate([by_hour, by_hour[:, : NIGHT - 1]], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(wrapped, NIGHT, axis=1).sum(axis=2)
    as_quiet = windows <= windows.min(axis=1, keepdims=True) + SILENT * by_hour.sum(axis=1, keepdims=True)
    from_midnight = -np.arange(24) % 24
    begins = 3 * np.round(np.where(as_quiet, from_midnight, 24).argmin(axis=1) / 3).astype(int)
    return np.asarray(np.where(begins > 12, begins - 24, begins))


def calm(y: Array, slot: Array) -> Array:
    """For each series the level of its six quietest hours of the day, over the level of all."""
    by_hour = summed(y, slot % 24, 24)
    wrapped = np.concatenate([by_hour, by_hour[:, : NIGHT - 1]], axis=1)
    quietest = np.lib.stride_tricks.sliding_window_view(wrapped, NIGHT, axis=1).sum(axis=2).min(axis=1) / NIGHT
    return np.asarray(quietest / np.maximum(by_hour.mean(axis=1), 1e-12))


def weekend(slot: Array, begins: int) -> Array:
    """Whether an hour of the week lies in the weekend of people whose day begins at the hour `begins`."""
    return np.asarray(((slot - begins) % WEEK) // 24 >= 5)


def usual(y: Array, clock: Clock, usable: Array, weekdays: bool = True) -> Array:
    """The usual level of every bucket, before the level of its days.

    Shapes: series × buckets; `usable` marks the history. Days are brought to one level first, so that growth does not
    blur the hours. `weekdays`: whether each weekday may differ from the others, as traffic does and the cost of a
    request does not.
    """
    begins = nights(np.where(usable, y, 0.0), clock.slot)
    out = np.zeros(y.shape)
    scale = np.ones(y.shape)
    for _ in range(2):
        for begin in np.unique(begins):
            rows = np.flatnonzero(begins == begin)
            level = np.where(usable[rows], y[rows] / scale[rows], np.nan)
            out[rows] = _expected(level, clock, int(begin), weekdays)
        scale = np.maximum(smooth_levels(day_ratios(y, out, clock, usable), clock), 0.05)
    return out


def _expected(y: Array, clock: Clock, begins: int, weekdays: bool) -> Array:
    """Usual levels of series whose day begins at the same hour; NaN in `y` where a bucket is no history."""
    mu = _by_class(y, classes(clock.slot, begins, clock.rung), clock.cover)
    return mu * _by_weekday(y, mu, clock) if weekdays and "weekend" in clock.rung else mu


def classes(slot: Array, begins: int, how: Rung) -> Array:
    """The class of each hour: hours of one class are taken to be alike."""
    if how == "hour of the week":
        return np.asarray(slot)
    if how == "none":
        return np.zeros(len(slot), dtype=int)
    return np.asarray(slot % 24 if how == "hour of the day" else slot % 24 + 24 * weekend(slot, begins))


def _by_weekday(y: Array, mu: Array, clock: Clock) -> Array:
    """How the hours of one weekday differ from those of their class, over five neighbouring hours.

    Where one series holds people of several zones, their weekends begin at different hours, which two classes cannot
    say. The median of the weeks and of no difference: a single odd week does not count. One week alone is drawn to no
    difference, by a quarter only where the zones of the world change between week and weekend.
    """
    weeks = clock.day // 7
    shape = (len(y), int(weeks[-1]) + 1, WEEK)
    seen, want = np.zeros((2, *shape))
    known = ~np.isnan(y)
    for out, values in ((seen, np.where(known, y, 0.0)), (want, np.where(known, mu, 0.0))):
        out[:, weeks, clock.slot] = values
    seen, want = _five(seen), _five(want)
    ratio = np.where(want > 0, (seen + PRIOR) / (want + PRIOR), np.nan)
    count = (~np.isnan(ratio)).sum(axis=1)
    with_none = np.concatenate([ratio, np.ones((len(y), 1, WEEK))], axis=1)
    middle = median_known(np.swapaxes(with_none, 1, 2))
    weight = _no_difference(np.arange(WEEK))[None, :]
    single = (np.nansum(ratio, axis=1) + weight) / (1 + weight)
    return np.asarray(np.where(count == 1, single, middle)[:, clock.slot])


def _no_difference(slot: Array) -> Array:
    """The weight of no difference beside one week: less where the weekends of the world's zones begin and end."""
    # Friday noon to Saturday noon, Sunday noon to Monday noon
    turning = ((slot >= 108) & (slot < 132)) | (slot >= 156) | (slot < 12)
    return np.where(turning, 0.25, 1.0)


def weekday_error(slot: Array, weeks: Array) -> Array:
    """The variance that the difference of a weekday adds, over that of a count, where so many weeks show it.

    One week has the weight that is left of no difference. The median of two and of no difference varies by
    (1 - 2 / pi) / 2 of either: half of the time they lie on both sides of none, else the nearer counts.
    """
    one = 1 / (1 + _no_difference(slot)) ** 2
    return np.asarray(np.select([weeks == 0, weeks == 1], [0.0, one], (1 - 2 / math.pi) / 2))


def _five(values: Array) -> Array:
    wrapped = np.concatenate([values[..., -2:], values, values[..., :2]], axis=-1)
    size = values.shape[-1]
    return np.asarray(sum(wrapped[..., at : at + size] for at in range(5)))


def _by_class(y: Array, kinds: Array, cover: Array) -> Array:
    """Each bucket's usual level from the buckets of its class."""
    order = np.argsort(kinds, kind="stable")
    _, firsts, sizes = np.unique(kinds[order], return_index=True, return_counts=True)
    places = np.full((len(sizes), sizes.max()), len(kinds))
    for row, (first, size) in enumerate(zip(firsts, sizes, strict=True)):
        places[row, :size] = order[first : first + size]
    whole = np.where(cover > 0.5, y / np.maximum(cover, 0.5), np.nan)
    padded = np.concatenate([whole, np.full((len(y), 1), np.nan)], axis=1)[:, places]
    level = drawn_in(padded.reshape(-1, padded.shape[2])).reshape(len(y), len(sizes))
    which = np.unique(kinds, return_inverse=True)[1]
    return np.asarray(level[:, which] * cover)


def drawn_in(values: Array) -> Array:
    """Means of rows whose outliers are drawn in to three robust deviations of the median; 0 where nothing is known."""
    known = ~np.isnan(values)
    some = known.any(axis=1)
    out = np.zeros(len(values))
    if not some.any():
        return out
    kept = values[some]
    middle = median_known(kept)[:, None]
    spread = 1.4826 * median_known(np.abs(kept - middle))[:, None]
    # a count varies by its root at least, and single events are no outliers
    reach = 3 * np.maximum(spread, np.maximum(np.sqrt(middle), 1.0))
    out[some] = np.nanmean(np.clip(kept, middle - reach, middle + reach), axis=1)
    return out


def day_ratios(y: Array, mu: Array, clock: Clock, usable: Array) -> Array:
    """Seen over usual, by series and day; NaN where less than half of the day is known."""
    parts = np.where(usable, y, 0.0), np.where(usable, mu, 0.0), usable * np.minimum(clock.cover, 1.0)
    seen, known, all_ = (summed(part, clock.day, clock.days) for part in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((all_ >= 12) & (known > 0), seen / known, np.nan)


def summed(values: Array, place: Array, size: int) -> Array:
    """The sums of the columns that have the same place, 0 to `size`, for each row. Many times as fast as `add.at`."""
    cells = size * np.arange(len(values))[:, None] + place[None, :]
    sums = np.bincount(cells.ravel(), weights=values.ravel(), minlength=size * len(values))
    return np.asarray(sums.reshape(len(values), size))


def smooth_levels(ratios: Array, clock: Clock) -> Array:
    """The level of every bucket: the median of the days around its own."""
    days = ratios.shape[1]
    firsts = np.maximum(0, np.minimum(np.arange(days) - DAYS_AROUND // 2, days - DAYS_AROUND))
    level = median_known(_weeks(ratios)[:, firsts + DAYS_AROUND])
    return np.asarray(np.where(np.isnan(level), 1.0, level)[:, clock.day])


def _weeks(ratios: Array) -> Array:
    """The seven days before each day: series × days + 8 × 7, NaN where there is none. Entry d ends before day d."""
    none = np.full((len(ratios), DAYS_AROUND), np.nan)
    padded = np.concatenate([none, ratios, none], axis=1)
    return np.lib.stride_tricks.sliding_window_view(padded, DAYS_AROUND, axis=1)


def levels_beside(y: Array, mu: Array, clock: Clock, usable: Array) -> tuple[Array, Array]:
    """The level of the seven days before, and after, each day: series × days + 1, NaN where no day is known.

    Entry d of the first speaks of the days before day d, of the second of day d and those after it.
    """
    ratios = day_ratios(y, mu, clock, usable)
    small = np.where(usable, mu, 0.0).sum(axis=1) / max(clock.days, 1) < FEW
    weeks = _weeks(ratios)
    level = np.where(small[:, None], _mean(weeks), median_known(weeks))
    return level[:, : clock.days + 1], level[:, DAYS_AROUND:]


def median_known(values: Array) -> Array:
    """The median along the last axis of what is not NaN; NaN where nothing is known.

    What NumPy's nanmedian gives, which takes many times as long for rows of a few values.
    """
    ordered = np.sort(values, axis=-1)  # NaN last
    n = (~np.isnan(ordered)).sum(axis=-1, keepdims=True)
    low, high = (np.take_along_axis(ordered, np.maximum(place, 0), axis=-1) for place in ((n - 1) // 2, n // 2))
    return np.asarray((low + high) / 2)[..., 0]


def _mean(values: Array) -> Array:
    known = ~np.isnan(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1))


def deviance(seen: Any, expected: Any) -> Any:
    """Poisson deviance 2(y ln(y/m) - y + m), with the sign of y - m. Takes arrays; 0 where nothing was expected."""
    y, m = np.asarray(seen, dtype=float), np.asarray(expected, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(y > 0, y * np.log(y / m), 0.0)
    return np.where(m > 0, np.sign(y - m) * np.maximum(2 * (inside - y + m), 0.0), 0.0)


def dispersion(y: Array, mu: Array, usable: Array, lengths: list[int]) -> Array:
    """How much sums over blocks of each length vary beyond a Poisson count, at least 1: series × lengths.

    Sums keep what neighbours have in common (days that are good or bad as a whole), which single buckets hide. A block
    counts if it lies in the history wholly; the twentieth that strays most is left out. Longer blocks are never taken
    for calmer than shorter ones, and where fewer than eight blocks fit, the share of the deviation is kept of what goes
    beyond a Poisson count: that part is what neighbours have in common, and the rest is chance at any length.
    """
    out = np.ones((len(y), len(lengths)))
    residual, known = np.where(usable, y - mu, 0.0), np.where(usable, mu, 0.0)
    sums = [
        np.concatenate([np.zeros((len(y), 1)), np.cumsum(a, axis=1)], axis=1) for a in (residual, known, usable * 1.0)
    ]
    last = 0
    for place, length in enumerate(lengths):
        if usable.shape[1] < 8 * length and place:
            out[:, place] = 1.0 + (out[:, last] - 1.0) * max(1.0, length / lengths[last])
            continue
        step = max(1, length // 2)
        off, expected, whole = (s[:, length::step] - s[:, :-length:step] for s in sums)
        out[:, place] = np.maximum(_robust_ratio(off, expected, whole >= length), out[:, max(place - 1, 0)])
        last = place
    return out


def _robust_ratio(off: Array, expected: Array, whole: Array) -> Array:
    """Mean of off² / expected over the blocks that are whole, its largest twentieth left out; at least 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chi = np.where(whole & (expected > 0), off**2 / np.maximum(expected, 0.25), np.nan)
    ordered = np.sort(chi, axis=1)  # NaN last
    n = (~np.isnan(ordered)).sum(axis=1)
    keep = np.ceil(n * 0.95)
    kept = np.where(np.arange(ordered.shape[1])[None, :] < keep[:, None], ordered, 0.0)
    # 0.79 is the mean of a chi² of one degree of freedom below its 95 % point: pure noise stays at 1
    return np.where(n >= 6, np.maximum(1.0, np.nansum(kept, axis=1) / np.maximum(keep, 1) / 0.79), 1.0)
