"""More money than time of day and week let expect: since when, where, and by what it was driven.

Two looks at cost per hour, of all and of every slice of one or two fields. One holds it against the usual cost of
these hours; the other against the usual cost of as many requests, which sees a dearer request long before the bill
does. Costs are counted in calls of the size that makes most of the money, so that one giant request weighs as one
event, whatever it cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retroburn.detect import cases, judge
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import FIELDS, Run
from retroburn.detect.levels import bill, episode, hours, places
from retroburn.detect.levels.hours import Hours
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

BESIDE = 0.8
"""Hours of history beside a spike, over its own, from which its hours can be called unusual: a log whose larger part is
dearer has grown, or began quietly."""

BEFORE = 0.4
"""... and for dearer requests, which need no like hours to be told: one day says little about the days of a week."""

PULL = 5.0
"""Requests an hour by which an hour's usual cost per request is drawn to that of all hours."""


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
    if table.clock.rung == "none":
        run.unsure.append((detector.kind, "less than two days of log: time of day cannot be told from a spike"))
        return []
    ledger = _ledger(run, table, params)
    bill.prepare(run.engine)
    plain = float(params["min_ratio"])
    found: list[Candidate] = []
    while len(found) < MOST and (spike := _strongest(run, ledger, params)) is not None:
        candidate = episode.candidate(run, detector, ledger.table, *spike)
        small = spike[0].seen < plain * spike[0].expected
        if small and (candidate.cost_usd or 0.0) < run.config.severity.medium_cost_usd:
            candidate.cap = "low"  # true, and no alarm: neither a bill nor a budget shows it
        found.append(candidate)
        first, last = spike[0].first, spike[0].last
        ledger.usable[:, max(0, first - 1) : last + 1] = False
        ledger.searched[max(0, first - 1) : last + 1] = False
    return found


def _ledger(run: Run, table: Hours, params: Mapping[str, Any]) -> Ledger:
    """The slices of one and two fields that cost what matters, or more: no other can have cost as much too much."""
    total = float(table.cost[0].sum())
    month = total * 30 * 24 / max(float(table.clock.cover.sum()), 24.0)
    least = max(float(params["min_excess_usd"]), float(params["min_share_of_month"]) * month)
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


def by_request(y: Array, n: Array, clock: Clock, usable: Array) -> Model:
    """What as many requests would have cost at the usual cost per request of their hour."""
    cost, count = (season.usual(values, clock, usable, weekdays=False) for values in (y, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = np.nan_to_num(cost.sum(axis=1) / count.sum(axis=1))[:, None]
    mu = n * (cost + PULL * overall) / (count + PULL)
    before, after = season.levels_beside(y, mu, clock, usable)
    return Model(y, mu, before, after, season.day_ratios(y, mu, clock, usable), usable, clock)


def _strongest(run: Run, ledger: Ledger, params: Mapping[str, Any]) -> tuple[Shift, Model, bool] | None:
    """The spike that stands out most and passes, in the slice that holds it, with the model that sees it.

    Beside them whether it is held against as many requests, however many these hours usually have.
    """
    table, clock = ledger.table, ledger.table.clock
    needed = judge.evidence_needed(run.config.gate, 2 * len(table.n), len(clock.slot))
    looks: list[Callable[[Array, Array, Array], Model]] = [
        lambda y, n, usable: shifts.model(y, clock, usable),  # noqa: ARG005 - both looks are asked the same
        lambda y, n, usable: by_request(y, n, clock, usable),
    ]
    suspects = []
    for place, look in enumerate(looks):
        seen = shifts.scan(look(ledger.y, table.n, ledger.usable), ledger.searched, UP)
        seen = [s for s in seen if s.g >= needed and (place == 1 or not ROUTED & set(table.wheres[s.row]))]
        suspects += [(s, look) for s in sorted(seen, key=lambda s: (-s.g, s.row))[:TRIES]]
    suspects = sorted(suspects, key=lambda pair: (-pair[0].g, pair[0].row))
    held = {look: _held(ledger, look, [s for s, its in suspects if its is look]) for look in looks}
    for suspect, look in suspects:
        spike = next(held[look])
        least = float(params["min_ratio" if look is looks[0] else "min_ratio_request"])
        if spike is None or spike.g < needed or not _matters(ledger, spike, least):
            continue
        usable = ledger.usable[suspect.row]
        beside = np.delete(usable, slice(spike.first, spike.last)).sum() / (spike.last - spike.first)
        if beside < (BESIDE if look is looks[0] else BEFORE):
            continue
        if look is looks[0] and (
            weekends.unlike(clock.slot, spike.first, spike.last, usable)
            or not shifts.confirmed(ledger.y[suspect.row], clock, usable, spike, UP)
        ):
            continue
        model = look(ledger.y, table.n, shifts.without(ledger.usable, spike.first, spike.last))
        named = places.smallest(places.Table(table.wheres, model, ledger.unit), spike, UP)
        if named.g >= needed and _matters(ledger, named, least) and _dearer(ledger, named):
            unit = float(ledger.unit[named.row])
            return _in_dollars(named, unit), _model_in_dollars(model, named.row, unit), look is looks[1]
    return None


def _held(
    ledger: Ledger, look: Callable[[Array, Array, Array], Model], suspects: Sequence[Shift]
) -> Iterator[Shift | None]:
    """What one look sees of each suspect beside the history without it."""

    def build(rows: Array, usable: Array) -> Model:
        return look(ledger.y[rows], ledger.table.n[rows], usable)

    return shifts.judged(build, ledger.usable, ledger.searched, suspects, UP)


def _matters(ledger: Ledger, spike: Shift, ratio: float) -> bool:
    excess = (spike.seen - spike.expected) * float(ledger.unit[spike.row])
    return bool(excess >= ledger.least and spike.seen >= ratio * spike.expected)


def _dearer(ledger: Ledger, spike: Shift) -> bool:
    """Whether these hours cost more than usual at all: dearer requests that are fewer may not."""
    row = slice(spike.row, spike.row + 1)
    usable = shifts.without(ledger.usable[row], spike.first, spike.last)
    usual = shifts.expected(shifts.model(ledger.y[row], ledger.table.clock, usable), 0, spike.first, spike.last, UP)
    return bool(np.isnan(usual) or spike.seen >= DEARER * usual)


def _in_dollars(spike: Shift, unit: float) -> Shift:
    return Shift(spike.row, spike.first, spike.last, spike.seen * unit, spike.expected * unit, spike.g, spike.error)


def _model_in_dollars(model: Model, row: int, unit: float) -> Model:
    part = slice(row, row + 1)
    return Model(
        model.y[part] * unit, model.mu[part] * unit, model.before[part], model.after[part], model.ratios[part],
        model.usable[part], model.clock,
    )  # fmt: skip
