"""A spike of cost, told: its edges, its drivers, whose it is, the rows that carry it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from retroburn.detect import cases
from retroburn.detect.candidate import Candidate, Where
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


def candidate(run: Run, detector: Detector, table: Hours, spike: Shift, model: Model, as_many: bool) -> Candidate:
    """The finding of a spike; `spike` and `model` (of its slice alone) are in dollars.

    `as_many`: whether the usual is what as many requests cost. More requests are then no part of the change.
    """
    where = table.wheres[spike.row]
    start, end, earliest = _edges(run, table, where, spike, as_many)
    until = end or run.frame.end
    shares = _drivers(run, table, where, spike, (start, until), as_many)
    first = shares[0].factor if shares else ""
    hurt, count = _carriers(run, where, start, until, first)
    excess, low, high = _excess(spike)
    span = spike.last - spike.first
    new = first == "traffic" and _is_new(table, spike)
    calm = first == "traffic" and (new or _is_spread(run, table, where))
    place = place_words(where)
    usual = model.mu[0] * season.smooth_levels(model.ratios, model.clock)[0]
    return Candidate(
        detector=detector, start=start, end=end, where=dict(where), earliest=earliest,
        measure=Measure(name="cost per hour", unit="usd", baseline=spike.expected / span, observed=spike.seen / span,
                        low=(spike.expected + low) / span, high=(spike.expected + high) / span),
        g=spike.g, n=count, bad=count, hurt=hurt, cost_usd=round(excess, 6), drivers=shares,
        keys=keys_of(run, hurt), cap="low" if calm else None,
        order=AFTER_DRIFT if first == "traffic" and WHO & set(where) else None,
        series=hours.points(run, table, model.y[0], usual, (spike.first, spike.last)),
        title=f"Cost rises{f' in {place}' if place else ''}{': ' + WORDS[first] if first else ''}",
        summary=_summary(spike, (low, high), start, end, shares, _unknown(run, where, start, until),
                         "as many requests" if as_many else "these hours")
        + (_calm_words(new) if calm else ""),
    )  # fmt: skip


def _calm_words(new: bool) -> str:
    if new:
        return " It was never seen before, and is the smaller part of the whole: somebody new came."
    return " The requests come from more users in step, as in a campaign."


def _is_new(table: Hours, spike: Shift) -> bool:
    """Whether a slice first came with the spike, and makes no more than half of what all cost: a new customer."""
    if spike.row == 0:
        return False
    # its own first days are no usual yet
    young = max(48, spike.last - spike.first)
    before, inside = slice(0, max(spike.first - young, 0)), slice(spike.first, spike.last)
    known = table.n[0, before].sum() > 0 and table.n[spike.row, before].sum() == 0
    return bool(known and table.cost[spike.row, inside].sum() <= 0.5 * table.cost[0, inside].sum())


def _excess(spike: Shift) -> tuple[float, float, float]:
    """Dollars above the usual, with the 95 % interval from how sums of this length vary."""
    excess = spike.seen - spike.expected
    half = Z * spike.error * math.sqrt(spike.expected * max(spike.seen, spike.expected))
    return excess, excess - half, excess + half


def _summary(
    spike: Shift,
    interval: tuple[float, float],
    start: datetime,
    end: datetime | None,
    shares: list[Driver],
    unknown: int,
    like: str,
) -> str:
    until = "and it goes on" if end is None else f"until {minute(end)}"
    parts = [f"{WORDS[d.factor]} {amount(d.share, 'share')}" for d in shares[:3] if d.share > 0.05]
    return (
        f"{amount(spike.seen, 'usd')} where {like} usually cost {amount(spike.expected, 'usd')}: "
        f"{amount(spike.seen - spike.expected, 'usd')} more "
        f"({amount(interval[0], 'usd')} to {amount(interval[1], 'usd')}), "
        f"since {minute(start)} {until}. Driven by {', '.join(parts) or 'nothing that the log tells apart'}."
        + (f" {unknown:,} calls of this time have no known cost and are left out." if unknown else "")
    )


def _edges(
    run: Run, table: Hours, where: Mapping[str, str], spike: Shift, as_many: bool
) -> tuple[datetime, datetime | None, datetime]:
    """Start, end (None while it goes on) and earliest start: by how many requests there are, or by what each costs."""
    inside = spike.first, spike.last
    _match(run, table, where, spike, (table.time(run, spike.first), table.time(run, spike.last)), as_many)
    row = run.engine.rows(
        "select sum(weight) filter (where side = 0) as usual, sum(weight) filter (where side = 1) as now from sided"
    )[0]
    ratio = max(spike.seen / spike.expected, 1.05)
    more = (row["now"] or 0.0) / row["usual"] if row["usual"] else 1.0
    if more > ratio**0.5:
        n, usable = table.n[spike.row : spike.row + 1], table.history(run)[:1]
        model = shifts.model(n, table.clock, shifts.without(usable, *inside))
        usual = model.mu * season.smooth_levels(model.ratios, table.clock)
        edges = arrivals.counted(run, where, table, usual[0], inside, more)
    else:
        edges = arrivals.paid(run, where, table, inside, ratio)
    return edges.start, None if spike.last >= len(table.clock.slot) - 1 else edges.end, edges.earliest


def _drivers(
    run: Run,
    table: Hours,
    where: Where | Mapping[str, str],
    spike: Shift,
    inside: tuple[datetime, datetime],
    as_many: bool,
) -> list[Driver]:
    """The bridge from the usual of the same hours to the spike, as shares of the change."""
    _match(run, table, where, spike, inside, as_many)
    parts = bill.drivers(run.engine)
    change = math.fsum(parts.values())
    if abs(change) < 1e-12:
        return []
    shares = {factor: usd / change for factor, usd in parts.items()}
    return [Driver(factor=factor, share=share) for factor, share in sorted(shares.items(), key=lambda item: -item[1])]


def _match(
    run: Run,
    table: Hours,
    where: Mapping[str, Any],
    spike: Shift,
    inside: tuple[datetime, datetime],
    as_many: bool,
) -> None:
    """Fills `sided`: the requests of the spike, and those of the same hours of other days, weighted to as many hours.

    The days nearest count as the usual: the four weeks around. `as_many`: weighted to as many requests.
    """
    clock = table.clock
    begins = int(season.nights(table.n[spike.row : spike.row + 1], clock.slot)[0])
    weekend = (
        season.weekend(clock.slot, begins)
        if clock.rung not in ("hour of the day", "none")
        else np.zeros(len(clock.slot), bool)
    )
    kinds = clock.slot % 24 + 24 * weekend
    bucket = np.arange(len(kinds))
    rest = (
        table.history(run)[0]
        & ((bucket < spike.first - 1) | (bucket > spike.last))
        & (np.abs(bucket - spike.first) <= 28 * 24)
    )
    t0, t1 = (hours.seconds(moment) for moment in inside)
    starts = table.t0 + bucket * hours.HOUR
    covered = np.clip(np.minimum(starts + hours.HOUR, t1) - np.maximum(starts, t0), 0, hours.HOUR) / hours.HOUR
    wanted, there = (np.bincount(kinds, weights, minlength=48) for weights in (covered, rest * clock.cover))
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(rest & (there[kinds] > 0), wanted[kinds] / there[kinds], 0.0)
    text, params = cases.condition(dict(where))
    run.engine.run(
        cases.cube("sided").sql.replace("/*where*/", f"and {text}"),
        {**params, "t0": table.t0, "buckets": bucket[weights > 0].tolist(), "weights": weights[weights > 0].tolist(),
         "a": inside[0], "b": inside[1]},
    )  # fmt: skip
    if as_many:
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
