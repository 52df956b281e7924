"""Weekends, weeks and days beside: what hours are like that a short log shows once, or twice."""

from __future__ import annotations

import numpy as np

from retroburn.stats.season import WEEK, Array

SATURDAY = 120
"""Hour of the week at which the weekend begins in the clock's zone."""

ZONES = 14
"""Hours by which the weekend of the people may begin and end beside the clock's: no zone is farther."""

LONGEST = 96
"""Hours up to which an interval is held against other weeks: a longer one may be its own next week."""

MOST = 0.6
"""Part of a weekend that an interval covers where it is as long as the weekend, its edges being found by counts."""

FEWEST = 12
"""Hours of other weekends from which weekends are known."""


def only_one(slot: Array, first: int, last: int, history: Array) -> bool:
    """Whether an interval is a weekend, and the only one that `history` holds: nothing says what weekends are like.

    `slot` is the hour of the week of each bucket; the interval is `first` to `last`, end excluded.
    """
    core = slot >= SATURDAY
    near = (slot >= SATURDAY - ZONES) | (slot < ZONES)
    around = slice(max(0, first - 36), last + 36)
    covered = int(core[first:last].sum())
    elsewhere = core & history
    elsewhere[around] = False
    return bool(
        near[first:last].mean() >= 0.95
        and covered >= max(FEWEST, MOST * int(core[around].sum()))
        and elsewhere.sum() < FEWEST
    )


def unlike(slot: Array, first: int, last: int, history: Array) -> bool:
    """Whether `history` beside an interval holds next to nothing like it: of weekdays only weekends, or the reverse."""
    core = (slot >= SATURDAY) == bool((slot[first:last] >= SATURDAY).mean() > 0.5)
    elsewhere = core & history
    elsewhere[max(0, first - 1) : last + 1] = False
    return bool(elsewhere.sum() < FEWEST)


def beside(y: Array, whole: Array, first: int, last: int) -> list[float]:
    """What the same hours of the week before and of the week after saw, where the log holds all of them."""
    if last - first > LONGEST:
        return []
    spans = [(first + by, last + by) for by in (-WEEK, WEEK)]
    return [float(y[a:b].sum()) for a, b in spans if a >= 0 and b <= len(y) and bool(np.all(whole[a:b]))]


def like_days(y: Array, whole: Array, slot: Array, first: int, last: int) -> list[float]:
    """What the same hours of other days saw, of weekdays or weekends as the interval's day is; up to a day long."""
    if last - first > 24:
        return []
    weekend, size = bool((slot[first:last] >= SATURDAY).mean() > 0.5), len(y)
    days = [24 * by for by in range(-(size // 24), size // 24 + 1) if by]
    spans = [(first + by, last + by) for by in days if first + by >= 0 and last + by <= size]
    return [
        float(y[a:b].sum())
        for a, b in spans
        if bool(np.all(whole[a:b])) and bool((slot[a:b] >= SATURDAY).mean() > 0.5) == weekend
    ]
