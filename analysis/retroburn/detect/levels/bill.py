"""What drove a change in cost between two sets of requests: reads the bill of each side, hands it to the bridge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from retroburn.detect import cases
from retroburn.engine import Engine
from retroburn.stats import bridge
from retroburn.stats.season import Array

Interval = tuple[datetime, datetime]

SAME_PRICE = 0.01
"""Prices fitted to both sides together hold when they explain each side's cost to the hundredth."""

ENOUGH = 30
"""Calls from which a model's prices are fitted to one side alone."""


def cost_bridge(engine: Engine, before: Interval, after: Interval) -> dict[str, float]:
    """Factor → US dollars between two intervals (naive UTC, ends excluded) of all requests; they sum to the change.

    Calls without a cost count as nothing. Needs the tables of `detect.prepare`.
    """
    prepare(engine)
    engine.run(
        "create or replace temp table sided as select trace_id, id, coalesce(route, name, '') as route, "
        "coalesce(cache_status = 'hit', false) as hit, (start >= $c and start < $d)::integer as side, "
        "1.0::double as weight "
        "from request_facts where (start >= $a and start < $b) or (start >= $c and start < $d)",
        {"a": before[0], "b": before[1], "c": after[0], "d": after[1]},
    )
    return drivers(engine)


def bills(engine: Engine) -> tuple[float, float]:
    """What each side of the table `sided` cost, in US dollars: what `drivers` bridges."""
    calls = engine.rows(cases.cube("bridge_calls"))
    first, last = (sum(row["cost"] or 0.0 for row in calls if row["side"] == side) for side in (0, 1))
    return first, last


def prepare(engine: Engine) -> None:
    """Makes the table `paid_calls`."""
    engine.run(cases.cube("paid_calls"))


def drivers(engine: Engine) -> dict[str, float]:
    """The bridge between the two sides of the table `sided`, in US dollars by factor."""
    engine.run(f"create or replace temp table usual_steps as {cases.cube('bridge_requests').sql}")
    requests = engine.rows("select * from usual_steps order by route")
    calls = engine.rows(cases.cube("bridge_calls"))
    routes = [row["route"] for row in requests]
    models = sorted({row["model"] for row in calls})
    sides = [_side(requests, calls, routes, models, side) for side in (0, 1)]
    if not routes or not models:
        return dict.fromkeys(bridge.FACTORS, 0.0)
    return bridge.bridge(sides[0], sides[1], _prices(calls, models))


def _side(
    requests: Sequence[dict[str, float]],
    calls: Sequence[dict[str, float]],
    routes: Sequence[object],
    models: Sequence[object],
    side: int,
) -> bridge.Side:
    name = ("before", "after")[side]
    shape = (len(routes), len(bridge.CLASSES), len(models))
    found = {key: np.zeros(shape) for key in ("calls", "operations", "fresh", "cached", "output", "cost")}
    for row in calls:
        if row["side"] == side:
            cell = routes.index(row["route"]), int(row["class"]), models.index(row["model"])
            for key, out in found.items():
                out[cell] = row[key] or 0.0
    return bridge.Side(
        requests=np.array([row[f"requests_{name}"] or 0.0 for row in requests], dtype=float),
        hits=np.array([row[f"hits_{name}"] or 0.0 for row in requests], dtype=float),
        operations=found["operations"].sum(axis=(1, 2)),
        calls=found["calls"],
        tokens=np.stack([found["fresh"], found["cached"], found["output"]], axis=-1),
        cost=found["cost"],
    )


def _prices(calls: Sequence[dict[str, float]], models: Sequence[object]) -> tuple[Array, Array]:
    """Dollars a token by model for each side: one price for both where that holds, for noise is no change of price."""
    out = np.zeros((2, len(models), 3))
    for place, model in enumerate(models):
        own = [row for row in calls if row["model"] == model]
        sides = [[row for row in own if row["side"] == side] for side in (0, 1)]
        both = _fitted(own)
        few = any(sum(row["seen"] for row in rows) < ENOUGH for rows in sides)
        if few or all(_explains(both, rows) for rows in sides):
            out[:, place] = both if not few or all(_explains(both, rows) for rows in sides if rows) else _larger(sides)
        else:
            out[0, place], out[1, place] = (_fitted(rows) for rows in sides)
    return out[0], out[1]


def _larger(sides: Sequence[Sequence[dict[str, float]]]) -> Array:
    return _fitted(max(sides, key=lambda rows: sum(row["seen"] for row in rows)))


def _fitted(rows: Sequence[dict[str, float]]) -> Array:
    total = {key: sum(row[key] for row in rows) for key in ("ff", "fc", "fo", "cc", "co", "oo", "fy", "cy", "oy")}
    moments = np.array(
        [
            [total["ff"], total["fc"], total["fo"]],
            [total["fc"], total["cc"], total["co"]],
            [total["fo"], total["co"], total["oo"]],
        ]
    )
    return bridge.prices(moments, np.array([total["fy"], total["cy"], total["oy"]]))


def _explains(price: Array, rows: Sequence[dict[str, float]]) -> bool:
    """Whether prices give the cost of each class of calls to the hundredth."""
    for row in rows:
        told = row["fresh"] * price[0] + row["cached"] * price[1] + row["output"] * price[2]
        if abs(told - row["cost"]) > SAME_PRICE * row["cost"]:
            return False
    return True
