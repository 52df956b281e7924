"""A spike of cost, told: its edges, its drivers, whose it is, the rows that carry it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from retroburn.detect import cases
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.fold import keys_of
from retroburn.detect.frame import Run
from retroburn.detect.levels import arrivals, bill, hours
from retroburn.detect.levels.hours import Hours
from retroburn.detect.tell import amount, minute, place_words
from retroburn.findings import Driver, Measure
from retroburn.stats import season, shifts
from retroburn.stats.intervals import Z
from retroburn.stats.shifts import Model, Shift

SPREAD = 1.3
"""Requests per user and hour, over the usual, from which growth is the doing of few and not of many."""

ONE = 0.3
"""Part of the added requests from which a single user is what grew."""

LEADS = 1.5
"""... and times its usual part of all requests."""

WHO = {"client", "locale", "region"}
"""Fields by which inputs drift: where more requests of one of their values are what costs, who came speaks first."""

AFTER_DRIFT = (12, 9)
"""The place of such a cost among the kinds: it is the kind where money is what stands out, or no other holds."""

WORDS = {
    "traffic": "more requests",
    "input_tokens": "longer inputs",
    "output_tokens": "longer outputs",
    "price": "dearer tokens",
    "model_mix": "dearer models",
    "retries": "paid retries",
    "cache": "less from the cache",
    "fallback": "dearer fallbacks",
    "loops": "more steps a request",
}

_CARRIES = {
    "retries": "c.attempt > 1",
    "fallback": "c.fell_back",
    "loops": "c.step > (select u.usual_steps from usual_steps as u where u.route = f.route_or_name)",
}
"""Which calls carry the excess, where a driver says it; else all that cost something do."""


@dataclass(frozen=True)
class Spike:
    """More money than is usual in one slice: the buckets, in dollars, and the model of that slice alone."""

    where: dict[str, str]
    shift: Shift
    model: Model
    as_many: bool
    """Whether the usual is what as many requests cost: more requests are then no part of the change."""
    weak: bool = False
    """Whether it may be chance."""


def candidate(run: Run, detector: Detector, table: Hours, spike: Spike) -> Candidate:
    """The finding of a spike."""
    shift, model = spike.shift, spike.model
    start, end, earliest = _edges(run, table, spike)
    until = end or run.frame.end
    shares = _drivers(run, table, spike, (start, until))
    first = shares[0].factor if shares else ""
    hurt, count = _carriers(run, spike.where, start, until, first)
    interval = _excess(shift)
    span = shift.last - shift.first
    new = first == "traffic" and _is_new(table, shift)
    calm = first == "traffic" and (new or _is_spread(run, table, spike.where))
    place = place_words(spike.where)
    usual = model.mu[0] * season.smooth_levels(model.ratios, model.clock)[0]
    return Candidate(
        detector=detector, start=start, end=end, where=dict(spike.where), earliest=earliest,
        measure=Measure(name="cost per hour", unit="usd", baseline=shift.expected / span, observed=shift.seen / span,
                        low=(shift.expected + interval[0]) / span, high=(shift.expected + interval[1]) / span),
        g=shift.g, n=count, bad=count, hurt=hurt, cost_usd=round(shift.seen - shift.expected, 6), drivers=shares,
        keys=keys_of(run, hurt), cap="low" if calm else None, weak=spike.weak,
        order=AFTER_DRIFT if first == "traffic" and WHO & set(spike.where) else None,
        series=hours.points(run, table, model.y[0], usual, (shift.first, shift.last)),
        title=f"Cost rises{f' in {place}' if place else ''}{': ' + WORDS[first] if first else ''}",
        summary=_summary(spike, interval, start, end, shares, _unknown(run, spike.where, start, until))
        + (_calm_words(new) if calm else ""),
    )  # fmt: skip


def _calm_words(new: bool) -> str:
    if new:
        return " It was never seen before, and is the smaller part of the whole: somebody new came."
    return " The requests come from more users in step, as in a campaign."


def _is_new(table: Hours, shift: Shift) -> bool:
    """Whether a slice first came with the spike, and makes no more than half of what all cost: a new customer."""
    if shift.row == 0:
        return False
    # its own first days are no usual yet
    young = max(48, shift.last - shift.first)
    before, inside = slice(0, max(shift.first - young, 0)), slice(shift.first, shift.last)
    known = table.n[0, before].sum() > 0 and table.n[shift.row, before].sum() == 0
    return bool(known and table.cost[shift.row, inside].sum() <= 0.5 * table.cost[0, inside].sum())


def _excess(shift: Shift) -> tuple[float, float]:
    """The 95 % interval of the dollars above the usual, from how sums of this length vary."""
    excess = shift.seen - shift.expected
    half = Z * shift.error * math.sqrt(shift.expected * max(shift.seen, shift.expected))
    return excess - half, excess + half


def _summary(
    spike: Spike,
    interval: tuple[float, float],
    start: datetime,
    end: datetime | None,
    shares: list[Driver],
    unknown: int,
) -> str:
    shift, like = spike.shift, "as many requests" if spike.as_many else "these hours"
    until = "and it goes on" if end is None else f"until {minute(end)}"
    parts = [f"{WORDS[d.factor]} {amount(d.share, 'share')}" for d in shares[:3] if d.share > 0.05]
    return (
        f"{amount(shift.seen, 'usd')} where {like} usually cost {amount(shift.expected, 'usd')}: "
        f"{amount(shift.seen - shift.expected, 'usd')} more "
        f"({amount(interval[0], 'usd')} to {amount(interval[1], 'usd')}), "
        f"since {minute(start)} {until}. Driven by {', '.join(parts) or 'nothing that the log tells apart'}."
        + (f" {unknown:,} calls of this time have no known cost and are left out." if unknown else "")
    )


def _edges(run: Run, table: Hours, spike: Spike) -> tuple[datetime, datetime | None, datetime]:
    """Start, end (None while it goes on) and earliest start: by how many requests there are, or by what each costs."""
    shift = spike.shift
    inside = shift.first, shift.last
    _match(run, table, spike, (table.time(run, shift.first), table.time(run, shift.last)))
    row = run.engine.rows(
        "select sum(weight) filter (where side = 0) as usual, sum(weight) filter (where side = 1) as now from sided"
    )[0]
    ratio = max(shift.seen / shift.expected, 1.05)
    more = (row["now"] or 0.0) / row["usual"] if row["usual"] else 1.0
    if more > ratio**0.5:
        n, usable = table.n[shift.row : shift.row + 1], table.history(run)[:1]
        model = shifts.model(n, table.clock, shifts.without(usable, *inside))
        usual = model.mu * season.smooth_levels(model.ratios, table.clock)
        edges = arrivals.counted(run, spike.where, table, usual[0], inside, more)
    else:
        edges = arrivals.paid(run, spike.where, table, inside, ratio)
    return edges.start, None if shift.last >= len(table.clock.slot) - 1 else edges.end, edges.earliest


def _drivers(run: Run, table: Hours, spike: Spike, inside: tuple[datetime, datetime]) -> list[Driver]:
    """The bridge from the usual of the same hours to the spike, as shares of the change."""
    _match(run, table, spike, inside)
    parts = bill.drivers(run.engine)
    change = math.fsum(parts.values())
    if abs(change) < 1e-12:
        return []
    shares = {factor: usd / change for factor, usd in parts.items()}
    return [Driver(factor=factor, share=share) for factor, share in sorted(shares.items(), key=lambda item: -item[1])]


def _match(run: Run, table: Hours, spike: Spike, inside: tuple[datetime, datetime]) -> None:
    """Fills `sided`: the requests of the spike, and those of the same hours of other days, weighted to as many hours.

    The days nearest count as the usual: the four weeks around. Where it is held against as many requests, they are
    weighted to as many.
    """
    clock, shift = table.clock, spike.shift
    begins = int(season.nights(table.n[shift.row : shift.row + 1], clock.slot)[0])
    weekend = (
        season.weekend(clock.slot, begins)
        if clock.rung not in ("hour of the day", "none")
        else np.zeros(len(clock.slot), bool)
    )
    kinds = clock.slot % 24 + 24 * weekend
    bucket = np.arange(len(kinds))
    rest = (
        table.history(run)[0]
        & ((bucket < shift.first - 1) | (bucket > shift.last))
        & (np.abs(bucket - shift.first) <= 28 * 24)
    )
    t0, t1 = (hours.seconds(moment) for moment in inside)
    starts = table.t0 + bucket * hours.HOUR
    covered = np.clip(np.minimum(starts + hours.HOUR, t1) - np.maximum(starts, t0), 0, hours.HOUR) / hours.HOUR
    wanted, there = (np.bincount(kinds, weights, minlength=48) for weights in (covered, rest * clock.cover))
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(rest & (there[kinds] > 0), wanted[kinds] / there[kinds], 0.0)
    text, params = cases.condition(dict(spike.where))
    run.engine.run(
        cases.cube("sided").sql.replace("/*where*/", f"and {text}"),
        {**params, "t0": table.t0, "buckets": bucket[weights > 0].tolist(), "weights": weights[weights > 0].tolist(),
         "a": inside[0], "b": inside[1]},
    )  # fmt: skip
    if spike.as_many:
        run.engine.run(
            "update sided set weight = weight * coalesce((select sum(weight) filter (where side = 1) "
            "/ nullif(sum(weight) filter (where side = 0), 0) from sided), 1) where side = 0"
        )


def _carriers(run: Run, where: Mapping[str, Any], start: datetime, end: datetime, driver: str) -> tuple[int, int]:
    """Notes the requests that carry the excess in `hurt`; returns the number of the set and how many they are."""
    run.hurt += 1
    text, params = cases.condition(dict(where))
    given = {**params, "a": start, "b": end, "hurt": run.hurt}
    for calls in dict.fromkeys((_CARRIES.get(driver, "true"), "true")):
        query = cases.cube("carriers").sql.replace("/*where*/", f"and {text}").replace("/*calls*/", f"and {calls}")
        run.engine.run(query, given)
        count = int(run.engine.one("select count(*) from hurt where candidate = $hurt", given))
        if count:
            return run.hurt, count
    return run.hurt, 0


def _unknown(run: Run, where: Mapping[str, Any], start: datetime, end: datetime) -> int:
    """Calls with tokens whose cost nobody knows."""
    text, params = cases.condition(dict(where))
    query = cases.cube("unpriced_calls").sql.replace("/*where*/", f"and {text}")
    return int(run.engine.one(query, {**params, "a": start, "b": end}))


def _is_spread(run: Run, table: Hours, where: Mapping[str, Any]) -> bool:
    """Whether growth is many users' and not the doing of a few: requests per user are as usual, and no one leads.

    Looks at the table `sided`. Where the log names neither users nor sessions, growth of all is taken for users',
    growth of one tenant or client for its own doing.
    """
    found = run.engine.rows(cases.cube("actors"), {"t0": table.t0})
    now, usual = (next((row for row in found if row["side"] == side), None) for side in (1, 0))
    if now is None or usual is None or not usual["each"]:
        return not {"tenant", "client"} & set(where)
    added = now["requests"] - usual["requests"]
    # who always makes the most adds the most where all grow in step
    most = max(ONE, LEADS * usual["largest"] / usual["requests"]) if usual["requests"] else ONE
    led = added > 0 and (now["largest"] - usual["largest"]) / added >= most
    return bool(now["each"] / usual["each"] < SPREAD and not led)
