"""How fast an error budget burns: several windows at once, exact at low traffic (Google's SRE workbook, chapter 5).

The budget of an objective is the part of requests that may go wrong, over its days. A window burns at rate 1 when it
spends the budget evenly over those days. A rule fires when a long window has spent a part of the whole budget, and a
short one shows that it still does. Budgets are counted in requests, not in time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

MINUTE = 60

RULES = ((0.02, 60, 5), (0.05, 6 * 60, 30), (0.10, 3 * 24 * 60, 6 * 60))
"""Part of the budget spent, and the long and the short window in minutes: two to page somebody, one for a ticket. Over
28 days they are burn rates of 13.4, 5.6 and 0.93 (over the 30 days of the workbook 14.4, 6 and 1)."""

FEWEST = 10
"""Bad requests in the long window below which no rule fires: with 20 requests an hour one of them is a burn of 50."""

CHANCE = 1e-3
"""Probability, at the objective itself, below which as many bad ones are no chance."""

OBJECTIVES = (0.999, 0.995, 0.99, 0.98, 0.95, 0.90)
DAYS = 28


@dataclass(frozen=True)
class Fire:
    """A rule that fires in buckets `first`…`last` (end excluded); `rule` is its place in RULES."""

    rule: int
    first: int
    last: int


def threshold(part: float, minutes: float, days: float, target: float) -> float:
    """The burn rate at which a rule fires.

    No window can burn faster than 1 / (1 - target), where all of its requests failed. At a target of 90 % that is 10,
    so the rate is held at half of it.
    """
    return min(part * days * 24 * 60 / minutes, 0.5 / (1 - target))


def fires(n: Array, bad: Array, target: float, days: float = DAYS) -> list[Fire]:
    """Where each rule fires, from requests and bad requests by minute: runs of minutes, in order of rules and time."""
    out = []
    for place, (part, long, short) in enumerate(RULES):
        least = threshold(part, long, days, target)
        n_long, bad_long = trailing(n, long), trailing(bad, long)
        hot = (burn(n_long, bad_long, target) >= least) & (
            burn(trailing(n, short), trailing(bad, short), target) >= least
        )
        hot &= bad_long >= FEWEST
        pairs = {(int(k), int(m)) for k, m in zip(bad_long[hot], n_long[hot], strict=True)}
        sure = {pair: tail(*pair, 1 - target) < CHANCE for pair in pairs}
        hot[hot] = [sure[int(k), int(m)] for k, m in zip(bad_long[hot], n_long[hot], strict=True)]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], hot.astype(int), [0]])))
        out += [Fire(place, int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return out


def burn(n: Array, bad: Array, target: float) -> Array:
    """The rate at which windows of n requests with so many bad ones spend the budget; 0 where there are none."""
    return np.asarray(np.where(n > 0, bad / np.maximum(n, 1), 0.0) / (1 - target))


def trailing(values: Array, size: int) -> Array:
    """Sums over the last `size` entries up to each, fewer at the beginning."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(1, len(total))
    return np.asarray(total[places] - total[np.maximum(places - size, 0)])


def tail(k: int, n: int, p: float) -> float:
    """P(X >= k) of a binomial, exact: terms are summed from k on, each smaller than the one before.

    Below the mean it is what the other tail leaves: there terms grow, and the first is nothing where n is large.
    """
    if k <= 0:
        return 1.0
    if k > n:
        return 0.0
    if k <= n * p:
        return 1 - tail(n - k + 1, n, 1 - p)
    log_term = (
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
    )
    term, total, ratio = math.exp(log_term), 0.0, p / (1 - p)
    for i in range(k, n + 1):
        total += term
        if term <= 1e-12 * total:
            break
        term *= ratio * (n - i) / (i + 1)
    return min(total, 1.0)


def kept(n: Array, bad: Array) -> float | None:
    """The first objective of OBJECTIVES that blocks of time kept with half its budget to spare; None when none was.

    The worse two fifths of the blocks are left out: what is looked for may be among them.
    """
    some = n > 0
    n, bad = n[some], bad[some]
    if not len(n):
        return None
    order = np.argsort(bad / n, kind="stable")[: max(1, math.ceil(0.6 * len(n)))]
    rate = float(bad[order].sum() / n[order].sum())
    return next((target for target in OBJECTIVES if rate <= (1 - target) / 2), None)
