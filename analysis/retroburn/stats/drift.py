"""How far what comes in lies from what usually comes in: effect sizes, not p-values, with what mere chance would show.

A rise is judged against the share that the same hours of day and days of week have otherwise. Distances of whole
distributions are total variation and the square root of Jensen-Shannon divergence (base 2), less what sampling alone
adds to it ((B-1)(1/n+1/m)/(8 ln 2), checked by simulation); intervals by a delete-a-group jackknife over users or
sessions, for requests of one user are no independent draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retroburn.stats import season
from retroburn.stats.intervals import Z
from retroburn.stats.scan import lengths

Array = np.ndarray[Any, Any]

DRAWN, THIN = 60.0, 20.0
"""Weights, in requests: of the same hours of any day in the share of a kind of day, and of all hours in that."""

KIND = 8
"""Classes of hours in a kind of day; class % KIND is the time of day alone."""

LOUD = 20.0
"""G from which a rise is looked at a second time for its edges."""

REST = 0.25
"""What lies beside an interval must hold at least this many requests for each of its own, to be the usual of the two. A
reference that was named, the demo before a launch, may be as small as it is: its error is counted."""


@dataclass(frozen=True)
class Rise:
    """Slots `first`…`last` of a row in which a share rose: by `effect`, G over its dispersion, the noise floor."""

    row: int
    first: int
    last: int
    g: float
    effect: float
    expected: float
    observed: float
    floor: float


def usual_share(n: Array, k: Array, classes: Array, reference: Array) -> Array:
    """The share to expect in each slot (rows × slots), from the reference slots of the same class of hours.

    `classes`: time of day plus KIND times the kind of day. A class that the reference never saw gets the highest share
    of any class: time of day may explain that much.
    """
    kinds, which = np.unique(classes, return_inverse=True)
    hours, alike = np.unique(kinds % KIND, return_inverse=True)
    seen, hit = (season.summed(np.where(reference, a, 0.0), which, len(kinds)) for a in (n, k))
    total = (hit.sum(axis=1, keepdims=True) + 0.5) / (seen.sum(axis=1, keepdims=True) + 1)
    # the same hours of all days stand in where those of this kind of day are few
    seen_then, hit_then = (season.summed(a, alike, len(hours)) for a in (seen, hit))
    like = _drawn(seen_then, hit_then, total, THIN)[:, alike]
    share = _drawn(seen, hit, like, DRAWN)
    highest = np.maximum(np.where(seen > 0, share, 0.0).max(axis=1, keepdims=True), total)
    return np.asarray(np.where(seen > 0, share, highest)[:, which])


def _drawn(n: Array, k: Array, prior: Array, weight: float) -> Array:
    """The share of k in n, drawn to a prior share with a weight in requests."""
    return np.asarray((k + weight * prior) / (n + weight))


def raised(k: Array, n: Array, e: Array) -> Array:
    """G of k out of n where e were expected, as a binomial deviance; 0 where there are not more than expected."""
    with np.errstate(divide="ignore", invalid="ignore"):
        g = 2 * (np.where(k > 0, k * np.log(k / e), 0.0) + np.where(n > k, (n - k) * np.log((n - k) / (n - e)), 0.0))
    return np.where((k > e) & (e > 0), np.nan_to_num(g), 0.0)


def dispersion(k: Array, n: Array, e: Array, outside: Array) -> Array:
    """How much rows of slots vary beyond binomial noise around what is expected (at least 1), trimmed by a tenth."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chi = np.where((n > 0) & outside, (k - e) ** 2 / np.maximum(e * (1 - e / np.maximum(n, 1)), 1e-9), np.nan)
    out = np.ones(len(k))
    for row in range(len(k)):
        seen = np.sort(chi[row][~np.isnan(chi[row])])
        kept = seen[: max(1, math.floor(0.9 * len(seen)))]
        out[row] = max(1.0, float(kept.mean()) / 0.62) if len(kept) >= 8 else 1.0
    return out


def rises(n: Array, k: Array, classes: Array, searched: Array, reference: Array, shortest: int) -> list[Rise]:
    """For each row the interval in which its share rose most beyond what its hours let expect."""
    always = np.ones(n.shape[1], dtype=bool)
    share = usual_share(n, k, classes, reference)
    first, last, _ = _best(n, k, n * share, searched, dispersion(k, n, n * share, always), shortest)
    out, least = [], REST if (reference & searched).any() else 0.0
    for row in range(len(n)):
        one = slice(row, row + 1)
        rise = _again(n[one], k[one], classes, reference, (int(first[row]), int(last[row])), row, least)
        if rise.g >= LOUD:
            rise = _widened(rise, n[one], k[one], classes, searched, reference)
        out.append(rise)
    return out


def _widened(rise: Rise, n: Array, k: Array, classes: Array, searched: Array, reference: Array) -> Rise:
    """The rise with each edge moved out to where it stands out most by time of day alone.

    What lay outside its first edges told what is usual, and a part of it may have been there: all of the only Monday.
    """
    rest = reference & ~_inside(n.shape[1], rise.first, rise.last)
    e = n * usual_share(n, k, classes % KIND, rest)
    sums = [np.concatenate([[0.0], np.cumsum(a[0])]) for a in (k, n, e)]
    apart = np.concatenate([[0], np.cumsum(~searched)])

    def best(first: Array, last: Array) -> int:
        g = raised(*(total[last] - total[first] for total in sums))
        return int(np.where(apart[last] == apart[first], g, -1.0).argmax())

    first = best(np.arange(rise.first + 1), np.full(rise.first + 1, rise.last))
    ends = np.arange(rise.last, n.shape[1] + 1)
    return replace(rise, first=first, last=int(ends[best(np.full(len(ends), first), ends)]))


def usual_count(rise: Rise, k: Array, classes: Array, reference: Array) -> float:
    """How many would have come in a rise's slots if as many came as in the same hours outside it; NaN: not known."""
    inside = _inside(len(k), rise.first, rise.last)
    rest = reference & ~inside
    if not rest.any():
        return math.nan
    hours = classes % KIND
    here = {value: classes == value for value in np.unique(classes[inside])}
    total = 0.0
    for value, same in here.items():
        like = rest & same if (rest & same).any() else rest & (hours == value % KIND)
        total += float(k[like if like.any() else rest].mean()) * int((inside & same).sum())
    return total


def _inside(slots: int, first: int, last: int) -> Array:
    inside = np.zeros(slots, dtype=bool)
    inside[first:last] = True
    return inside


def _again(
    n: Array, k: Array, classes: Array, reference: Array, edges: tuple[int, int], row: int, least: float
) -> Rise:
    """The interval judged anew by what lies outside it: it must not have raised its own expectation."""
    first, last = edges
    inside = _inside(n.shape[1], first, last)
    rest = reference & ~inside
    e = n * usual_share(n, k, classes, rest)
    # where a reference was named, what lies beside the interval may be a part of the same rise
    phi = dispersion(k, n, e, rest)
    sums = [float(a[0, inside].sum()) for a in (n, k, e)]
    known = float((n[0] * rest).sum()) >= max(100.0, least * sums[0])
    g = float(raised(np.array(sums[1]), np.array(sums[0]), np.array(sums[2])) / phi[0]) if known else 0.0
    g /= 1 + _error(n[0], classes, rest, inside)
    total = max(sums[0], 1.0)
    floor = noise_floor(n[0], k[0], e[0], rest, last - first)
    return Rise(row, first, last, g, (sums[1] - sums[2]) / total, sums[2] / total, sums[1] / total, floor)


def _error(n: Array, classes: Array, rest: Array, inside: Array) -> float:
    """The variance of what is expected over that of what is seen: in a log of a week the usual is known from a day."""
    top = int(classes.max()) + 1
    here, there = (np.bincount(classes, weights=n * part, minlength=top) for part in (inside, rest))
    return float((here**2 / (there + DRAWN)).sum() / max(here.sum(), 1.0))


def noise_floor(n: Array, k: Array, e: Array, quiet: Array, size: int) -> float:
    """The largest effect among quiet stretches of the same length: what this log does anyway. NaN without any."""
    starts = np.arange(0, len(n) - size + 1, max(1, size // 2))
    sums = [np.concatenate([[0.0], np.cumsum(a)]) for a in (n, k, e, ~quiet)]
    all_, seen, usual, loud = (a[starts + size] - a[starts] for a in sums)
    fit = (loud == 0) & (all_ >= 20)
    return float((np.abs(seen - usual)[fit] / all_[fit]).max()) if fit.any() else math.nan


def _best(n: Array, k: Array, e: Array, searched: Array, phi: Array, shortest: int) -> tuple[Array, Array, Array]:
    rows, slots = n.shape
    cums = [np.concatenate([np.zeros((rows, 1)), np.cumsum(a, axis=1)], axis=1) for a in (n, k, e)]
    blocked = np.concatenate([[0], np.cumsum(~searched)])
    best, first, last = np.full(rows, -1.0), np.zeros(rows, int), np.full(rows, slots)
    sizes = {*lengths(slots), int(searched.sum())}
    for size in sorted(size for size in sizes if size >= min(shortest, slots)):
        sn, sk, se = (c[:, size:] - c[:, :-size] for c in cums)
        g = np.where((blocked[size:] == blocked[:-size])[None, :], raised(sk, sn, se) / phi[:, None], -1.0)
        place = g.argmax(axis=1)
        value = g[np.arange(rows), place]
        better = value > best
        best = np.where(better, value, best)
        first, last = np.where(better, place, first), np.where(better, place + size, last)
    return first, last, best


def total_variation(a: Array, b: Array) -> float:
    """Half the sum of differences of two distributions given as counts: the share that would have to change."""
    if a.sum() == 0 or b.sum() == 0:
        return math.nan
    return float(0.5 * np.abs(a / a.sum() - b / b.sum()).sum())


def divergence(a: Array, b: Array) -> float:
    """The Jensen-Shannon divergence (base 2) of two distributions given as counts, less sampling: may be below 0."""
    n, m = float(a.sum()), float(b.sum())
    if n == 0 or m == 0:
        return math.nan
    p, q = a / n, b / m
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(x > 0, x * np.log2(x / middle), 0.0).sum() for x in (p, q)]
    bins = int(((a + b) > 0).sum())
    chance = (bins - 1) * (1 / n + 1 / m) / (8 * math.log(2))
    return float(sum(parts)) / 2 - chance


def root(value: float) -> float:
    """The distance of a divergence; none where sampling alone explains it. NaN stays NaN."""
    return math.sqrt(max(0.0, value)) if not math.isnan(value) else value


def jensen_shannon(a: Array, b: Array) -> float:
    """Square root of the Jensen-Shannon divergence (base 2) of two distributions given as counts, less sampling."""
    return root(divergence(a, b))


def jackknife(effect: Callable[[Array, Array], float], a: Array, b: Array) -> tuple[float, float, float]:
    """An effect of two sets of counts (groups × values), each group left out once, as (effect, low, high)."""
    whole = effect(a.sum(axis=0), b.sum(axis=0))
    groups = len(a)
    left_out = np.array([effect(a.sum(axis=0) - a[i], b.sum(axis=0) - b[i]) for i in range(groups)])
    left_out = left_out[~np.isnan(left_out)]
    if math.isnan(whole) or len(left_out) < 2:
        return whole, math.nan, math.nan
    count = len(left_out)
    half = Z * math.sqrt((count - 1) / count * float(((left_out - left_out.mean()) ** 2).sum()))
    return whole, max(0.0, whole - half), whole + half
