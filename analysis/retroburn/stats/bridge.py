"""A change in cost, shared out to what drove it, exactly and without an order.

The cost of a time is written as a product of factors over cells (route × class of call × model):

    requests × (1 - served from the cache) × (calls × their kinds + extra steps) × model shares × tokens × prices

A factor's part is its Shapley value (Shapley 1953): what it adds to the cost when it turns from before to after,
averaged over all orders in which the factors may turn. The parts sum to the change by construction, swap their signs
when time is turned round, and no factor is favoured by coming first. Whatever exists on one side only (a new model,
the first retry)
takes what cannot be known of the other side from where it exists, so that its appearance, and nothing else, carries it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

FACTORS = ("traffic", "input_tokens", "output_tokens", "price", "model_mix", "retries", "cache", "fallback", "loops")
CLASSES = ("normal", "retry", "fallback", "loop")
"""Classes of calls: the first paid one of an operation, further ones of it, one that another model answered in its
place, and steps beyond what the route usually makes."""

_FRESH, _CACHED, _OUT = range(3)


@dataclass(frozen=True)
class Side:
    """One time: `requests`, `hits`, `operations` by route; `calls`, `tokens` and `cost` by route × class × model.

    `tokens` has a last axis of fresh, cached, out. `operations` counts the first paid calls, steps too many left out.
    """

    requests: Array
    hits: Array
    operations: Array
    calls: Array
    tokens: Array
    cost: Array


@dataclass(frozen=True)
class _Parts:
    """A side as factors; what the side cannot say is taken from the other."""

    requests: Array
    served: Array
    steps: Array
    extra: Array
    normal: Array
    retries: Array
    fallback: Array
    shares: Array
    inputs: Array
    cached: Array
    outputs: Array
    prices: Array
    rest: Array


def bridge(before: Side, after: Side, prices: tuple[Array, Array]) -> dict[str, float]:
    """US dollars by factor; they sum to the cost after less the cost before.

    `prices`: for each side, model × (fresh, cached, out), dollars a token. What they leave of a cell's cost is told as
    price.
    """
    sides = _parts(before, after, prices[0]), _parts(after, before, prices[1])

    def value(turned: int) -> float:
        pick = {name: sides[turned >> place & 1] for place, name in enumerate(FACTORS)}
        return _cost(pick)

    return dict(zip(FACTORS, shapley(value, len(FACTORS)), strict=True))


def shapley(value: Callable[[int], float], factors: int) -> list[float]:
    """Shapley values of a game; `value` takes the players' set as bits. They sum to value(all) - value(none)."""
    worth = [value(members) for members in range(1 << factors)]
    out = []
    for player in range(factors):
        bit = 1 << player
        gains = [
            (members.bit_count(), worth[members | bit] - worth[members])
            for members in range(1 << factors)
            if not members & bit
        ]
        out.append(sum(_weight(size, factors) * gain for size, gain in gains))
    return out


@cache
def _weight(size: int, factors: int) -> float:
    return factorial(size) * factorial(factors - size - 1) / factorial(factors)


def _cost(pick: dict[str, _Parts]) -> float:
    """The cost of a mixture of both sides."""
    tokens, price = pick["input_tokens"].inputs, pick["price"].prices
    cached = pick["cache"].cached
    paid = tokens * (1 - cached) * price[:, _FRESH] + tokens * cached * price[:, _CACHED]
    paid = paid + pick["output_tokens"].outputs * price[:, _OUT] + pick["price"].rest
    # which model a retry, a fallback or a step too many goes to is part of what makes it dear
    owners = ("model_mix", "retries", "fallback", "loops")
    normal, retry, fallback, loop = (
        (pick[owner].shares[:, place] * paid[:, place]).sum(axis=1) for place, owner in enumerate(owners)
    )
    an_operation = (
        pick["fallback"].normal * normal + pick["fallback"].fallback * fallback + pick["retries"].retries * retry
    )
    a_request = pick["loops"].steps * an_operation + pick["loops"].extra * loop
    return float((pick["traffic"].requests * (1 - pick["cache"].served) * a_request).sum())


def _parts(side: Side, other: Side, prices: Array) -> _Parts:
    calls = side.calls.sum(axis=2)
    hits, hits_other = _hits(side), _hits(other)
    unserved, unserved_other = side.requests - hits, other.requests - hits_other
    steps = _ratio(side.operations, unserved, other.operations, unserved_other)
    by_class = [
        _ratio(calls[:, place], side.operations, other.calls[:, place].sum(axis=1), other.operations)
        for place in range(3)
    ]
    extra = _ratio(calls[:, 3], unserved, other.calls[:, 3].sum(axis=1), unserved_other)
    served = _ratio(hits, side.requests, hits_other, other.requests)
    shares = _ratio(side.calls, calls[:, :, None], other.calls, other.calls.sum(axis=2)[:, :, None])
    a_call = _ratio(side.tokens, side.calls[..., None], other.tokens, other.calls[..., None])
    inputs = a_call[..., _FRESH] + a_call[..., _CACHED]
    cached = _ratio(a_call[..., _CACHED], inputs, a_call[..., _CACHED] * 0, np.ones_like(inputs))
    paid = _ratio(side.cost, side.calls, other.cost, other.calls)
    rest = paid - (a_call * prices).sum(axis=-1)
    return _Parts(
        side.requests, served, steps, extra, by_class[0], by_class[1], by_class[2], shares, inputs, cached,
        a_call[..., _OUT], prices, rest,
    )  # fmt: skip


def _hits(side: Side) -> Array:
    """Requests served from the cache; none on a route where calls were paid for though every request was a hit."""
    return np.where((side.requests <= side.hits) & (side.calls.sum(axis=(1, 2)) > 0), 0.0, side.hits)


def _ratio(a: Array, b: Array, a_other: Array, b_other: Array) -> Array:
    """Quotients a / b; where b is 0 the other side's, and 0 where neither is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(b > 0, a / b, np.where(b_other > 0, a_other / b_other, 0.0)), dtype=float)


def prices(moments: Array, right: Array) -> Array:
    """Dollars a token by least squares of cost on (fresh, cached, out) tokens, from sums of products.

    `moments` is 3 × 3 (or models × 3 × 3), `right` the products with cost. Negative prices are set to 0 and the others
    fitted again: a kind of token that never varies by itself cannot be told from the others.
    """
    if moments.ndim == 3:
        return np.array([prices(m, r) for m, r in zip(moments, right, strict=True)]).reshape(len(moments), 3)
    out = np.zeros(3)
    used = [place for place in range(3) if moments[place, place] > 0]
    while used:
        scale = np.sqrt(moments[used, used])
        part = moments[np.ix_(used, used)] / np.outer(scale, scale)
        fitted = np.linalg.lstsq(part, right[used] / scale, rcond=1e-10)[0] / scale
        if (fitted >= -1e-15).all():
            out[used] = np.maximum(fitted, 0.0)
            break
        used = [place for place, value in zip(used, fitted, strict=True) if value >= -1e-15]
    return out
