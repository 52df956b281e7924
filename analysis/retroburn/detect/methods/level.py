"""Less traffic than time of day and week let expect, while the log goes on: in all, or in one slice.

Requests per hour of the whole and of every slice are held against what is usual of these hours. What explains a drop
harmlessly is asked first: the log was cut, the value was renamed, everybody had a day off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from retroburn.detect import judge
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import CALLED, FIELDS, Run
from retroburn.detect.levels import arrivals, holes, hours, places
from retroburn.detect.levels.hours import Hours
from retroburn.detect.tell import amount, minute, place_words
from retroburn.findings import Measure
from retroburn.stats import season, shifts, weekends
from retroburn.stats.intervals import Z
from retroburn.stats.season import Array
from retroburn.stats.shifts import DOWN, Model, Shift

MOST = 5
"""Drops told of one log."""

TRIES = 40
"""Intervals looked at in detail: in a real drop the slices that share it come first."""

MOVED = 0.5
"""A slice's traffic has moved when other values of its field took over this part of it."""

BEFORE = 0.3
"""Hours of history before a drop of more than a day, over its own, from which traffic can be said to have fallen."""

USUAL_SHOWN = 48
"""Hours on one side of a drop of more than a day that show what days are usual."""

NIGHTLY = 0.6
"""Traffic of the quietest hours over the usual from which a slice has no night."""

UNSEEN = 0.1
"""Part of a day's usual traffic by which the edge of a drop may lie beside the day's: few requests show no edge."""

DAY = 24
"""Hours of a day."""

FEW = 20.0
"""Requests that the rest lets expect of a slice below which it tells nothing of it."""

NEAR = 0.8
"""Part of what is missing that another day misses too where it is like this one."""

FEW_DAYS = 3
"""Other days below which they do not say what is usual."""

ZONES = 14
"""Hours by which zones lie apart, at most: where they are mixed, the last hours of a log hold only what is ahead."""

VERSIONS = {"prompt_version", "app_version", "index_version"}
"""Fields whose values are made to vanish: each release ends one."""


_MIXED = (
    "the last hours: times with and without a zone are mixed, so that a part of the traffic may only seem to be missing"
)


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every drop of the log, the strongest first."""
    fields = tuple((name,) for name in FIELDS if name not in VERSIONS)
    table = hours.load(run, fields)
    if table.clock.rung == "none":
        run.unsure.append((detector.kind, "less than two days of log: time of day cannot be told from a drop"))
        return []
    free = holes.mask(table, holes.find(run, table))
    usable, searched = table.history(run) & free, table.searched(run) & free
    found: list[Candidate] = []
    while len(found) < MOST and (drop := _strongest(run, table, usable, searched, params)) is not None:
        searched = searched & ~_span(searched, drop)
        usable = usable & ~_span(searched, drop)
        if run.mixed and drop.first >= len(searched) - ZONES:
            run.unsure.append((detector.kind, _MIXED))
        elif not _dark(table, drop):
            found.append(_candidate(run, detector, _narrowed(run, table, usable, drop, params), usable))
    return found


def _span(like: Array, drop: Shift) -> Array:
    inside = np.zeros(len(like), bool)
    inside[max(0, drop.first - 1) : drop.last + 1] = True
    return inside


def _strongest(run: Run, table: Hours, usable: Array, searched: Array, params: Mapping[str, Any]) -> Shift | None:
    """The drop that explains most, of the smallest slice that does."""
    needed = judge.evidence_needed(run.config.gate, len(table.n), len(searched))
    strays = [s for s in shifts.scan(shifts.model(table.n, table.clock, usable), searched, DOWN) if s.g >= needed]
    suspects = sorted(strays, key=lambda s: (-s.g, s.row))[:TRIES]

    def build(rows: Array, history: Array) -> Model:
        return shifts.model(table.n[rows], table.clock, history)

    for suspect, drop in zip(suspects, shifts.judged(build, usable, searched, suspects, DOWN), strict=True):
        if drop is None or not _matters(drop, params) or drop.g < needed or _grew_later(usable[suspect.row], drop):
            continue
        if not shifts.confirmed(table.n[suspect.row], table.clock, usable[suspect.row], drop, DOWN):
            continue
        model, named = _place(table, usable, drop)
        unsure = shifts.unsure(model, named.row, named.first, named.last)
        if named.g < needed * unsure or not _matters(named, params):
            continue
        excused = _came_once(table, named) or _moved(table, model, named) or _as_usual(table, named, params)
        if not excused and _beside_the_rest(table, usable, named):
            return named
    return None


def _grew_later(usable: Array, drop: Shift) -> bool:
    """Whether next to nothing lies before a long drop: then that was the usual, and what followed was more.

    Nor can one be told beside a single day: it shows no other, and the rush of a launch's first day is no usual.
    """
    length, before, after = drop.last - drop.first, usable[: drop.first].sum(), usable[drop.last :].sum()
    return bool(length > 24 and (before < BEFORE * length or max(before, after) < USUAL_SHOWN))


def _came_once(table: Hours, drop: Shift) -> bool:
    """Whether a slice came within one day alone, and not at the log's beginning: a visit has no usual to fall from."""
    seen = np.flatnonzero(table.n[drop.row])
    seen = seen[(seen < drop.first) | (seen >= drop.last)]
    return drop.row > 0 and len(seen) > 0 and bool(seen[0] >= DAY and seen[-1] - seen[0] < DAY)


def _dark(table: Hours, drop: Shift) -> bool:
    """Whether nothing at all was recorded: a hole or none, which `logging_gap` judges by the log's own rhythm."""
    return not table.n[0, drop.first : drop.last].any()


def _matters(drop: Shift, params: Mapping[str, Any]) -> bool:
    missing = drop.expected - drop.seen
    return bool(missing >= params["min_missing"] and missing >= params["min_share"] * drop.expected)


def _place(table: Hours, usable: Array, drop: Shift) -> tuple[Model, Shift]:
    """The slice that holds the drop, and what is usual without it."""
    model = shifts.model(table.n, table.clock, shifts.without(usable, drop.first, drop.last))
    return model, places.smallest(places.Table(table.wheres, model, np.ones(len(table.n))), drop, DOWN)


def _moved(table: Hours, model: Model, drop: Shift) -> bool:
    """Whether other values of the slice's field took its place: a rename, a deploy, a switch of models."""
    if drop.row == 0:
        return False
    name = next(iter(table.wheres[drop.row]))
    gained = 0.0
    for row in range(1, len(table.n)):
        if row != drop.row and set(table.wheres[row]) == {name}:
            gained += _gain(model, row, drop)
    missing = drop.expected - drop.seen
    if name in CALLED:
        # what the cache served called no model: where as many requests came in all, none stayed away
        want = shifts.expected(model, 0, drop.first, drop.last, DOWN)
        lost = want - float(model.y[0, drop.first : drop.last].sum())
        return gained >= MOVED * missing or (not math.isnan(want) and lost < (1 - MOVED) * missing)
    return gained >= MOVED * missing


def _gain(model: Model, row: int, drop: Shift) -> float:
    """Requests that a value has more than usual, where that is no chance; a new one has all."""
    seen = float(model.y[row, drop.first : drop.last].sum())
    want = shifts.expected(model, row, drop.first, drop.last, DOWN)
    want = 0.0 if math.isnan(want) else want
    return seen - want if season.deviance(seen, max(want, 0.5)) >= 9 else 0.0


def _beside_the_rest(table: Hours, usable: Array, drop: Shift) -> bool:
    """Whether a slice has fallen against the rest of the requests too, by what part it had of each hour before.

    Where a slice has more than usual later on (another model's requests, while that is down), what it had before looks
    like a drop. Its part of the past tells; with less than two days of past, or too few requests, nothing does.
    """
    past = np.asarray(usable[drop.row]) & (np.arange(usable.shape[1]) < drop.first - 1)
    if drop.row == 0 or past.sum() < 48:
        return True
    own, rest = table.n[drop.row], table.n[0] - table.n[drop.row]
    hour = table.clock.slot % 24
    counts = [np.bincount(hour[past], values[past], 24) for values in (own, rest)]
    part = (counts[0] + 0.5) / (counts[1] + 1)
    inside = slice(drop.first, drop.last)
    want = float((rest[inside] * part[hour[inside]]).sum())
    return want < FEW or 1 - drop.seen / want >= 0.5 * (1 - drop.seen / drop.expected)


def _as_usual(table: Hours, drop: Shift, params: Mapping[str, Any]) -> bool:
    """Whether the same hours of other days saw as little: then that is what these hours are like.

    A week before or after it is enough; else a third of the days. A back-fill on two weekend days of four makes their
    mean, and what the other two have is no drop.
    """
    y, whole = table.n[drop.row], table.clock.cover > 0.99
    weeks = weekends.beside(y, whole, drop.first, drop.last)
    days = weekends.like_days(y, whole, table.clock.slot, drop.first, drop.last)
    as_little = [drop.expected - other >= NEAR * (drop.expected - drop.seen) for other in days]
    often = len(days) >= FEW_DAYS and sum(as_little) >= len(days) / 3
    return often or any(other - drop.seen < params["min_share"] * other for other in weeks)


def _narrowed(run: Run, table: Hours, usable: Array, drop: Shift, params: Mapping[str, Any]) -> tuple[Hours, Shift]:
    """The drop in the pair of fields that holds it, where one does; else as it is."""
    where = table.wheres[drop.row]
    others = [f for f in FIELDS if f not in where and f not in VERSIONS and any(f in w for w in table.wheres)]
    pairs = [tuple(sorted((*where, other), key=FIELDS.index)) for other in others] if where else []
    if not pairs:
        return table, drop
    finer = hours.load(run, [tuple(where), *pairs])
    kept = [i for i, w in enumerate(finer.wheres) if where.items() <= w.items()]
    finer = hours.only(finer, kept)
    free = np.broadcast_to(usable.all(axis=0), finer.n.shape)
    _, named = _place(finer, free, places.at(drop, 0))
    better = named.row > 0 and named.g >= 0.8 * drop.g and _matters(named, params)
    return (finer, named) if better else (table, drop)


def _candidate(run: Run, detector: Detector, named: tuple[Hours, Shift], usable: Array) -> Candidate:
    table, drop = named
    where = table.wheres[drop.row]
    usual = _usual(table, drop, usable)
    ratio = max(drop.seen, 0.5) / drop.expected
    edges = arrivals.counted(run, where, table, usual, (drop.first, drop.last), ratio)
    start, end = edges.start, None if drop.last >= len(table.clock.slot) - 1 else edges.end
    missing = round(drop.expected - drop.seen)
    holiday = _holiday(table, drop, usual)
    weekend = weekends.only_one(table.clock.slot, drop.first, drop.last, np.asarray(usable.all(axis=0)))
    calm = holiday or weekend
    span = drop.last - drop.first
    low, high = (
        max(0.0, drop.seen + k * Z * drop.error * math.sqrt(drop.seen * drop.expected)) / span for k in (-1, 1)
    )
    until = "and it goes on" if end is None else f"until {minute(end)}"
    place = place_words(where)
    what = "Traffic fell" if drop.seen >= 0.02 * drop.expected else "Traffic stopped"
    return Candidate(
        detector=detector, start=start, end=end, where=dict(where), earliest=edges.earliest,
        measure=Measure(name="requests per hour", unit="requests per hour", baseline=drop.expected / span,
                        observed=drop.seen / span, low=low, high=high),
        g=drop.g, n=round(drop.expected), bad=missing, hurt=-1, requests=missing,
        share=min(missing / drop.expected, 1.0), cap="low" if calm else None, examples=[],
        keys=np.zeros(0, dtype=np.uint64),
        series=hours.points(run, table, table.n[drop.row], usual, (drop.first, drop.last)),
        title=f"{what}{f' in {place}' if place else ''}{_like(holiday, weekend)}",
        summary=(
            f"{missing:,} of about {round(drop.expected):,} requests that usually come at such hours are missing "
            f"({amount(missing / drop.expected, 'share')}), since {minute(start)} {until}."
            + (" It lasted whole days from night to night, with part of the traffic left." if holiday else "")
            + (" It is the only weekend that the log shows: its weekends may be like that." if weekend else "")
        ),
    )  # fmt: skip


def _like(holiday: bool, weekend: bool) -> str:
    return ", as on a holiday" if holiday else ", as on weekends" if weekend else ""


def _holiday(table: Hours, drop: Shift, usual: Array) -> bool:
    """Whether a drop is a day off: whole days from one night to another, and some of the traffic left.

    Nobody tells which zone the people of a slice live in: their night is the quietest six hours of their own day. A
    fault that begins and ends at night, days apart, is taken for a day off too; it is told, but as no alarm.
    """
    y = table.n[drop.row][None, :]
    if drop.seen < 0.1 * drop.expected:
        return False
    begins = int(season.nights(y, table.clock.slot)[0])
    if _by_traffic(table, drop, begins, usual):
        return True
    days = (drop.last - drop.first) / 24
    if abs(days - round(days)) > 0.3 or not 1 <= round(days) <= 5:
        return False
    if season.calm(y, table.clock.slot)[0] > NIGHTLY:
        # no night to tell where a day begins: then it is the clock's own day, and everybody's
        return _everybodys(table, drop) and _at_midnight(table, drop)
    # where the night lies half a day beside the clock's, days off may be the clock's all the same, whose edges show
    return _from_night_to_night(table, drop, begins) or _at_midnight(table, drop)


def _by_traffic(table: Hours, drop: Shift, begins: int, usual: Array) -> bool:
    """Whether a drop holds the usual traffic of whole days, but for hours in which too few ask to show an edge.

    In a long quiet night, or one before a late morning, the hours of a day off tell little; where the log has enough
    traffic for them to tell, they must not be as usual.
    """
    past = np.concatenate([[0.0], np.cumsum(usual)])
    hours = np.flatnonzero((table.clock.slot - begins) % 24 == 0)
    starts, ends = hours[hours < drop.last], np.append(hours[hours > drop.first], len(usual))
    if not len(starts) or not len(ends):
        return False
    first = int(starts[np.abs(past[starts] - past[drop.first]).argmin()])
    last = int(ends[np.abs(past[ends] - past[drop.last]).argmin()])
    days = round((last - first) / 24)
    if not 1 <= days <= 5:
        return False
    beside = [(min(first, drop.first), max(first, drop.first)), (min(last, drop.last), max(last, drop.last))]
    day = (past[last] - past[first]) / days
    if any(past[b] - past[a] > UNSEEN * day for a, b in beside):
        return False
    left = [(first, drop.first), (drop.last, last)]
    want = sum(float(past[b] - past[a]) for a, b in left if b > a)
    seen = sum(float(table.n[drop.row, a:b].sum()) for a, b in left)
    return seen <= want * (1 + drop.seen / drop.expected) / 2 + Z * math.sqrt(want)


def _everybodys(table: Hours, drop: Shift) -> bool:
    """Whether the drop is that of all, or all fell too, against the same hours of the week before or after."""
    if table.wheres[0]:
        return False
    seen = float(table.n[0, drop.first : drop.last].sum())
    others = weekends.beside(table.n[0], table.clock.cover > 0.99, drop.first, drop.last)
    return drop.row == 0 or any(seen <= 0.7 * other for other in others)


def _at_midnight(table: Hours, drop: Shift) -> bool:
    """Whether a drop begins and ends within two hours of the clock's midnight."""
    last = len(table.clock.slot) - 1
    return all((int(table.clock.slot[min(p, last)]) + 2) % 24 <= 4 or p > last for p in (drop.first, drop.last))


def _from_night_to_night(table: Hours, drop: Shift, begins: int) -> bool:
    """Whether a drop begins and ends about where a day does that begins at the hour `begins`."""
    last = len(table.clock.slot) - 1
    hour = [(int(table.clock.slot[min(place, last)]) - begins) % 24 for place in (drop.first, drop.last)]
    near = [(h + 4) % 24 <= 4 + season.NIGHT for h in hour]
    return near[0] and (near[1] or drop.last >= last)


def _usual(table: Hours, drop: Shift, usable: Array) -> Array:
    """What each hour of the slice lets expect, the drop itself left out."""
    free = np.broadcast_to(usable.all(axis=0), table.n.shape)[drop.row : drop.row + 1]
    model = shifts.model(table.n[drop.row : drop.row + 1], table.clock, shifts.without(free, drop.first, drop.last))
    return np.asarray((model.mu * season.smooth_levels(model.ratios, table.clock))[0])
