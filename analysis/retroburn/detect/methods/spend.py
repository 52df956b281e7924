"""More money than time of day and week let expect: since when, where, and by what it was driven.

Two looks at cost per hour, of all and of every slice of one or two fields. One holds it against the usual cost of
these hours; the other against the usual cost of as many requests, which sees a dearer request long before the bill
does. Costs are counted in calls of the size that makes most of the money, so that one giant request weighs as one
event, whatever it cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retroburn.detect import cases, judge
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import FIELDS, Run
from retroburn.detect.levels import bill, hours, places, spikes
from retroburn.detect.levels.hours import Hours
from retroburn.detect.levels.spikes import Spike
from retroburn.stats import season, shifts, weekends
from retroburn.stats.season import Array, Clock
from retroburn.stats.shifts import UP, Model, Shift

MOST = 5
"""Spikes told of one log."""

TRIES = 30
"""Intervals that each look looks at in detail; slices that share a spike come first. Each has its own: growth, which is
excused, stands out in every slice and would leave none for a price that rose."""

RELEASES = {"prompt_version", "app_version", "index_version", "arm"}
"""Fields that confine no spike: a release replaces the one before; what it costs shows in the slices that took it."""

ROUTED = {"model", "provider"}
"""Fields by which requests are led: more requests with one of their values are no more requests."""

DEARER = 1.05
"""Cost over the usual of the same hours from which dearer requests are a dearer bill."""

OF_ALL = 0.05
"""Part of all that a log cost that always matters: a log of a day or two cannot show a hundredth of a month."""

THIN = 0.05
"""Part of a spike of days over which its requests must be dear, one by one."""

PULL = 5.0
"""Requests an hour by which an hour's usual cost per request is drawn to that of all hours."""


@dataclass(frozen=True)
class Look:
    """One way to hold cost against the usual."""

    model: Callable[[Array, Array, Clock, Array], Model]
    """From cost, requests, the clock and which hours are history to what is usual."""
    ratio: str
    """The parameter with the least ratio to the usual that matters."""
    beside: float
    """Hours of history beside a spike, over its own, from which its hours can be called unusual."""
    as_many: bool
    """Held against what as many requests cost, however many these hours usually have."""


def by_hour(y: Array, n: Array, clock: Clock, usable: Array) -> Model:  # noqa: ARG001 - every look is asked the same
    """What the same hours usually cost."""
    return shifts.model(y, clock, usable)


def by_request(y: Array, n: Array, clock: Clock, usable: Array) -> Model:
    """What as many requests would have cost at the usual cost per request of their hour."""
    cost, count = (season.usual(values, clock, usable, weekdays=False) for values in (y, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = np.nan_to_num(cost.sum(axis=1) / count.sum(axis=1))[:, None]
    mu = n * (cost + PULL * overall) / (count + PULL)
    before, after = season.levels_beside(y, mu, clock, usable)
    return Model(y, mu, before, after, season.day_ratios(y, mu, clock, usable), usable, clock)


LOOKS = (
    # a log whose larger part is dearer has grown, or began quietly
    Look(by_hour, "min_ratio", beside=0.8, as_many=False),
    # dearer requests need no like hours to be told: one day says little about the days of a week
    Look(by_request, "min_ratio_request", beside=0.4, as_many=True),
)


@dataclass(frozen=True)
class Ledger:
    """What was spent, by slice and hour, in calls of the usual size; `unit` is the cost of one such call in dollars."""

    table: Hours
    y: Array
    unit: Array
    usable: Array
    searched: Array
    least: float
    """Dollars of excess that matter."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every spike of cost, the strongest first."""
    table = hours.load(run, ())
    if table.clock.rung != "none":
        return _spikes(run, detector, table, params, LOOKS)
    # a price does not know the time of day: one day of log is enough to see it change
    whole_day = float(table.clock.cover.sum()) >= 24
    looks = [look for look in LOOKS if look.as_many]
    found = _spikes(run, detector, table, params, looks) if whole_day else []
    prices = [candidate for candidate in found if candidate.drivers and candidate.drivers[0].factor == "price"]
    if not prices:
        run.unsure.append((detector.kind, "less than two days of log: time of day cannot be told from a spike"))
    return prices


def _spikes(
    run: Run, detector: Detector, table: Hours, params: Mapping[str, Any], looks: Sequence[Look]
) -> list[Candidate]:
    ledger = _ledger(run, table, params)
    bill.prepare(run.engine)
    plain = float(params["min_ratio"])
    found: list[Candidate] = []
    while len(found) < MOST and (spike := _strongest(run, ledger, looks, params, weak=not found)) is not None:
        candidate = spikes.candidate(run, detector, ledger.table, spike)
        small = spike.shift.seen < plain * spike.shift.expected
        if small and (candidate.cost_usd or 0.0) < run.config.severity.medium_cost_usd:
            candidate.cap = "low"  # true, and no alarm: neither a bill nor a budget shows it
        if not _is_thin(run, spike, candidate):
            found.append(candidate)
        first, last = max(0, spike.shift.first - 1), spike.shift.last + 1
        ledger.usable[:, first:last] = False
        ledger.searched[first:last] = False
    return found


def _is_thin(run: Run, spike: Spike, candidate: Candidate) -> bool:
    """Whether days that cost more hold hardly a stretch of requests that did: then nothing lasted for those days."""
    hours = spike.shift.last - spike.shift.first
    held = ((candidate.end or run.frame.end) - candidate.start).total_seconds() / 3600
    return hours >= 24 and held < THIN * hours


def _ledger(run: Run, table: Hours, params: Mapping[str, Any]) -> Ledger:
    """The slices of one and two fields that cost what matters, or more: no other can have cost as much too much."""
    total = float(table.cost[0].sum())
    month = total * 30 * 24 / max(float(table.clock.cover.sum()), 24.0)
    share = min(float(params["min_share_of_month"]) * month, OF_ALL * total)
    least = max(float(params["min_excess_usd"]), share)
    fields = [name for name in FIELDS if name not in RELEASES]
    table = hours.load(run, [*((name,) for name in fields), *cases.pairs(fields)], min(least, total))
    cost = table.cost.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = np.where(cost > 0, table.square.sum(axis=1) / cost, np.nan)
    kept = np.flatnonzero(np.nan_to_num(unit) > 0)
    if not len(kept) or kept[0] != 0:
        kept = np.array([0])
    table, unit = hours.only(table, kept.tolist()), np.nan_to_num(unit[kept], nan=1.0)
    return Ledger(table, table.cost / unit[:, None], unit, table.history(run), table.searched(run), least)


def _strongest(
    run: Run, ledger: Ledger, looks: Sequence[Look], params: Mapping[str, Any], *, weak: bool
) -> Spike | None:
    """The spike that stands out most and passes, in the slice that holds it, by the look that sees it.

    With `weak` also one that may be chance, where none is sure.
    """
    tried = len(looks) * len(ledger.y), ledger.y.shape[1]
    bars = [judge.bar(run.config.gate, *tried, whole=row == 0) for row in range(len(ledger.y))]
    if not weak:
        bars = [judge.Bar(bar.sure, bar.sure) for bar in bars]
    suspects = [(shift, look) for look in looks for shift in _suspects(ledger, look, bars)]
    suspects = sorted(suspects, key=lambda pair: (-pair[0].g, pair[0].row))
    held = {look: _held(ledger, look, [shift for shift, its in suspects if its is look]) for look in looks}
    hint: Spike | None = None
    for _, look in suspects:
        shift = next(held[look])
        ratio = float(params[look.ratio])
        if shift is None or shift.g < bars[shift.row].least or not _is_unusual(ledger, look, shift):
            continue
        bar = bars[shift.row]
        if _matters(ledger, shift, ratio):
            spike = _placed(ledger, look, shift)
        elif shift.g >= bar.sure:
            # a single look at one interval, which something in it made suspect
            spike = _around(ledger, look, shift)
            bar = judge.Bar(run.config.gate.min_evidence, run.config.gate.min_evidence)
        else:
            continue
        if spike.shift.g >= bar.least and _matters(ledger, spike.shift, ratio) and _dearer(ledger, spike.shift):
            told = _in_dollars(spike, float(ledger.unit[spike.shift.row]))
            if min(shift.g, spike.shift.g) >= bar.sure:
                return told
            hint = hint or replace(told, weak=True)
    return hint


def _suspects(ledger: Ledger, look: Look, bars: Sequence[judge.Bar]) -> list[Shift]:
    """What one look sees in every slice, the likeliest first."""
    model = look.model(ledger.y, ledger.table.n, ledger.table.clock, ledger.usable)
    seen = [shift for shift in shifts.scan(model, ledger.searched, UP) if shift.g >= bars[shift.row].least]
    if not look.as_many:
        seen = [shift for shift in seen if not ROUTED & set(ledger.table.wheres[shift.row])]
    return sorted(seen, key=lambda shift: (-shift.g, shift.row))[:TRIES]


def _held(ledger: Ledger, look: Look, suspects: Sequence[Shift]) -> Iterator[Shift | None]:
    """What one look sees of each suspect beside the history without it."""

    def build(rows: Array, usable: Array) -> Model:
        return look.model(ledger.y[rows], ledger.table.n[rows], ledger.table.clock, usable)

    return shifts.judged(build, ledger.usable, ledger.searched, suspects, UP)


def _is_unusual(ledger: Ledger, look: Look, shift: Shift) -> bool:
    """Whether the history beside an interval is long enough to call it unusual, and the past alone says so too."""
    clock, usable = ledger.table.clock, ledger.usable[shift.row]
    beside = np.delete(usable, slice(shift.first, shift.last)).sum() / (shift.last - shift.first)
    if beside < look.beside or look.as_many:
        return bool(beside >= look.beside)
    strange = weekends.unlike(clock.slot, shift.first, shift.last, usable)
    return not strange and shifts.confirmed(ledger.y[shift.row], clock, usable, shift, UP)


def _placed(ledger: Ledger, look: Look, shift: Shift) -> Spike:
    """The shift in the smallest slice that holds it; still in calls of the usual size."""
    table = ledger.table
    model = look.model(ledger.y, table.n, table.clock, shifts.without(ledger.usable, shift.first, shift.last))
    named = places.smallest(places.Table(table.wheres, model, ledger.unit), shift, UP)
    return Spike(table.wheres[named.row], named, shifts.only(model, named.row), look.as_many)


def _matters(ledger: Ledger, spike: Shift, ratio: float) -> bool:
    return bool(_dollars(ledger, spike) >= ledger.least and spike.seen >= ratio * spike.expected)


def _dearer(ledger: Ledger, spike: Shift) -> bool:
    """Whether these hours cost more than usual at all: dearer requests that are fewer may not."""
    row = slice(spike.row, spike.row + 1)
    usable = shifts.without(ledger.usable[row], spike.first, spike.last)
    usual = shifts.expected(shifts.model(ledger.y[row], ledger.table.clock, usable), 0, spike.first, spike.last, UP)
    return bool(np.isnan(usual) or spike.seen >= DEARER * usual)


def _around(ledger: Ledger, look: Look, shift: Shift) -> Spike:
    """The same hours of the wider slice with the largest excess: what is surely dearer may be too cheap by itself."""
    table, inside = ledger.table, ledger.table.wheres[shift.row]
    rows = [row for row, where in enumerate(table.wheres) if row and where.items() <= inside.items()] or [shift.row]
    history = shifts.without(ledger.usable[rows], shift.first, shift.last)
    model = look.model(ledger.y[rows], table.n[rows], table.clock, history)
    held = [shifts.settled(model, at, places.at(shift, row), UP) for at, row in enumerate(rows)]
    best = max(range(len(rows)), key=lambda at: _dollars(ledger, held[at]))
    return Spike(table.wheres[rows[best]], held[best] or shift, shifts.only(model, best), look.as_many)


def _dollars(ledger: Ledger, shift: Shift | None) -> float:
    """Dollars of excess; none where it does not stray."""
    return 0.0 if shift is None else (shift.seen - shift.expected) * float(ledger.unit[shift.row])


def _in_dollars(spike: Spike, unit: float) -> Spike:
    shift, model = spike.shift, spike.model
    return replace(
        spike,
        shift=replace(shift, seen=shift.seen * unit, expected=shift.expected * unit),
        model=replace(model, y=model.y * unit, mu=model.mu * unit),
    )
