"""The smallest slice that explains an interval: none smaller holds most of the excess, none larger stands out more."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from retroburn.detect import cases
from retroburn.detect.candidate import Where
from retroburn.detect.frame import CALLED, FIELDS, Run
from retroburn.stats.slices import PSEUDO, Cell, Scored, expected, explains, rank, surplus

MOST = 0.7
"""A slice must hold this part of the excess to be named as the place; else the whole is hit."""

WHOLE = 0.9
"""A slice with this part of all cases is the whole under another name (a version that everyone got)."""

SAME = 0.98
"""Part of the cases with a field that are bad, from which the field is but another name for being bad."""

MOST_VALUES = 5
"""Values of one field that are told as one place: more are a list nobody reads."""

NAMING = 3.0
"""What it costs to name a place, and each field of it: what was seen must be twenty times (e^3) as likely with it."""


@dataclass(frozen=True)
class Place:
    """Where it is, with the counts there and how much of the whole excess the slice holds."""

    where: Where
    mixed: float
    """Bad cases that a mere change of mix (more traffic of a slice that is always worse) lets expect in all."""


@dataclass(frozen=True)
class Usual:
    """All cases of an interval, how many bad ones are `expected` of them, and at which usual `rate`."""

    whole: Cell
    expected: float
    rate: float

    def explained(self, scored: Scored) -> float:
        """The part of the excess of bad cases that lies in a slice."""
        return explains(scored, self.whole.bad, self.expected)


def smallest(run: Run, start: datetime, end: datetime) -> Place:
    """The slice that explains what is bad between `start` and `end`; empty when the whole is hit."""
    whole = cases.totals(run, {}, start, end)
    rate0 = usual_rate(whole)
    usual = Usual(whole, whole.n * rate0, rate0)
    singles = cases.cells(run, start, end, [(field,) for field in FIELDS])
    slices = _standing_out(singles, usual, singles)
    slices += _unions(slices, usual, 8 + math.log(max(len(singles), 1)))
    # a slice of several fields holds no more than each of its fields does by itself
    fields = {name for s in slices if usual.explained(s) >= MOST for name in s.cell.where}
    slices += _standing_out(cases.cells(run, start, end, cases.pairs(fields)), usual, singles)
    place = _likeliest(slices, usual, _order(run))
    if len(place) > 1:
        deeper = [(*place, name) for name in sorted(fields - place.keys())]
        slices += _standing_out(cases.cells(run, start, end, deeper), usual, singles)
        place = _likeliest(slices, usual, _order(run))
    return Place({} if _is_every(run, place, start, end) else place, _mixed(singles, whole, rate0))


def _standing_out(cells: list[Cell], usual: Usual, singles: list[Cell]) -> list[Scored]:
    """The slices that rise more than the rest, none of them the whole under another name; the strongest first."""
    called = _called(singles, usual.whole)
    return [
        s for s in rank(cells, usual.whole.bad, usual.expected, usual.rate)
        if s.cell.n < WHOLE * usual.whole.n
        and stands_out(s, usual.whole) and (not CALLED & set(s.cell.where) or stands_out(s, called))
    ]  # fmt: skip


def _called(singles: list[Cell], whole: Cell) -> Cell:
    """The cases that called a model: one model is held against the others, not against what came from the cache too."""
    found = [cell for cell in singles if "model" in cell.where]
    n, bad, n0, bad0 = (sum(getattr(cell, name) for cell in found) for name in ("n", "bad", "n0", "bad0"))
    return Cell({}, n, bad, n0, bad0) if len(found) > 1 else whole


def _is_every(run: Run, place: Where, start: datetime, end: datetime) -> bool:
    """Whether several values of one field are nearly all that have it: both models are every call, not a slice."""
    name, content = next(iter(place.items()), ("", ""))
    if not isinstance(content, list) or len(place) > 1:
        return False
    text, params = cases.condition(place)
    row = run.engine.rows(
        f"select count({name}) as n, count(*) filter (where {text}) as inside "
        'from cases where "at" >= $a and "at" < $b',
        {**params, "a": start, "b": end},
    )[0]
    return bool(row["inside"] >= WHOLE * row["n"])


def usual_rate(cell: Cell) -> float:
    """The usual rate with half a case added, so that "never" is "rarely"; falls back to the cell's own rate.

    A handful of cases says next to nothing of what is usual, and nothing is not a quarter: it counts as twenty.
    """
    return (cell.bad0 + 0.5) / max(cell.n0 + 1, 20) if cell.n0 else cell.bad / max(cell.n, 1)


def usual_of(cell: Cell, rate0: float) -> float:
    """A slice's own usual rate, drawn to the common one while its history is thin."""
    weight = PSEUDO if cell.n0 < PSEUDO else 1.0
    return (cell.bad0 + weight * rate0) / (cell.n0 + weight)


def stands_out(scored: Scored, whole: Cell) -> bool:
    """Whether the slice rises more than what is left of the cases: else it only has its part of a common trouble."""
    rest_n, rest_bad = whole.n - scored.cell.n, whole.bad - scored.cell.bad
    rest_rate0 = (whole.bad0 - scored.cell.bad0 + 0.5) / (whole.n0 - scored.cell.n0 + 1)
    rise = scored.cell.bad / max(scored.cell.n, 1) - scored.expected / max(scored.cell.n, 1)
    rest_rise = rest_bad / rest_n - rest_rate0 if rest_n > 0 else 0.0
    return rise > 2 * max(rest_rise, 0.0)


def _order(run: Run) -> list[str]:
    """FIELDS as they speak for one another: what calls suffer is the provider's, what is said the model's."""
    if run.cause == "dependencies":
        return list(FIELDS)
    swapped = {"provider": "model", "model": "provider"}
    return sorted(FIELDS, key=lambda name: FIELDS.index(swapped.get(name, name)))


def _likeliest(slices: list[Scored], usual: Usual, order: list[str]) -> Where:
    """The slice that, raised beside a rest as usual, makes what was seen likeliest; none where the whole, raised, does.

    An expectation-based scan (Neill 2009): what is asked is not only whether a slice rose more than the rest, but
    whether the rest goes on as usual - so the field that brings in no more than its part of others' trouble is not it.
    """
    holding = [s for s in slices if usual.explained(s) >= MOST]
    best = max(holding, key=_gain, default=None)
    if best is None or _gain(best) < surplus(usual.whole.bad, usual.expected) + NAMING:
        return {}
    return dict(_eldest(best, holding, order).cell.where)


def _gain(scored: Scored) -> float:
    """How much likelier a raised slice makes what was seen, less what it costs to name it."""
    named = sum(len(content) if isinstance(content, list) else 1 for content in scored.cell.where.values())
    return surplus(scored.cell.bad, scored.expected) - NAMING * named


def _eldest(best: Scored, fitting: list[Scored], order: list[str]) -> Scored:
    """Among slices of the same rows the one whose fields come first in `order`, and with the fewest of them."""
    same = [
        s
        for s in fitting
        if abs(s.cell.n - best.cell.n) <= 0.02 * best.cell.n and abs(s.cell.bad - best.cell.bad) <= 0.02 * best.cell.bad
    ]
    return min(same, key=lambda s: (len(s.cell.where), [order.index(name) for name in s.cell.where]))


def _unions(slices: list[Scored], usual: Usual, enough: float) -> list[Scored]:
    """For each field the values of it that each stand out by `enough`, taken together (two tenants of many)."""
    values: dict[str, list[Scored]] = defaultdict(list)
    for scored in slices:
        if scored.llr > enough:
            values[next(iter(scored.cell.where))].append(scored)
    unions = []
    for name, found in values.items():
        contents = sorted(str(s.cell.where[name]) for s in found)
        n, bad, n0, bad0 = (sum(getattr(s.cell, count) for s in found) for count in ("n", "bad", "n0", "bad0"))
        if 1 < len(found) <= MOST_VALUES and n < WHOLE * usual.whole.n:
            unions.append(Scored(Cell({name: contents}, n, bad, n0, bad0), sum(s.expected for s in found), 0.0))
    return unions


def _is_the_outcome(found: list[Cell]) -> bool:
    """Whether whatever has the field is bad, at all times: then it tells how a case went (a model, of a cache miss)."""
    n, bad, n0, bad0 = (sum(getattr(cell, name) for cell in found) for name in ("n", "bad", "n0", "bad0"))
    return bool(bad >= SAME * n and n0 > 0 and bad0 >= SAME * n0)


def _mixed(singles: list[Cell], whole: Cell, rate0: float) -> float:
    """What the fields' own usual rates let expect, for the field for which that is most."""
    per_field: dict[str, list[Cell]] = defaultdict(list)
    for cell in singles:
        per_field[next(iter(cell.where))].append(cell)
    out = whole.n * rate0
    for found in per_field.values():
        if _is_the_outcome(found):
            continue
        named = sum(expected(cell, rate0) for cell in found)
        out = max(out, named + max(whole.n - sum(cell.n for cell in found), 0) * rate0)
    return out


def concentrated(run: Run, start: datetime, end: datetime) -> Where:
    """Where facts without a usual rate lie: the slice that holds nearly all of them, being a part of the cases."""
    whole, fitting = _over_all(run, start, end)
    held = [s for s in fitting if s.cell.bad >= 0.9 * whole.bad]
    return dict(_eldest(held[0], held, _order(run)).cell.where) if held else {}


def raised(run: Run, start: datetime, end: datetime, ratio: float) -> Where:
    """Where facts come `ratio` times as often as in the rest of the cases, though some come everywhere."""
    whole, fitting = _over_all(run, start, end)
    far = [s for s in fitting if s.cell.bad / s.cell.n >= ratio * (whole.bad - s.cell.bad) / (whole.n - s.cell.n)]
    return dict(_eldest(far[0], far, _order(run)).cell.where) if far else {}


def _over_all(run: Run, start: datetime, end: datetime) -> tuple[Cell, list[Scored]]:
    """All cases, and the slices of one field that have more than their part of the bad ones, the clearest first."""
    whole = cases.totals(run, {}, start, end)
    rate0 = whole.bad / max(whole.n, 1)
    singles = [Cell(c.where, c.n, c.bad, 0, 0) for c in cases.cells(run, start, end, [(field,) for field in FIELDS])]
    ranked = rank(singles, whole.bad, whole.bad, rate0)
    enough = 8 + math.log(max(len(singles), 1))
    return whole, [s for s in ranked if s.llr > enough and s.cell.n < WHOLE * whole.n]
