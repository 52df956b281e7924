"""What is different about the bad rows: the slice of one to three fields that tells them best from the others.

Every value of every field and every pair are scored, the best pairs with a third field. The score is the likelihood
ratio of two rates against one; each further field must raise it by about a tenth. Chance is reckoned over all slices
that there are up to three fields deep, not only over those that were scored: the best of many looks good by luck.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np

from retroburn.stats.intervals import g_statistic
from retroburn.stats.multiple import p_raised
from retroburn.stats.slices import expected_of

Array = np.ndarray[Any, Any]

DEPTH = 3
DEPTH_PENALTY = 0.1
"""Each further field must raise the likelihood by about a tenth to be worth naming."""
FEWEST, FEWEST_BAD = 20, 5
"""A slice with fewer rows, or fewer bad ones, is an anecdote."""
ODDS = 1.5
"""Least odds ratio: half as much again. It is the ratio of rates where bad rows are rare, and can be reached where they
are the rule."""
CHANCE = 0.01
"""Chance from which a slice is told: a log of noise shows none in 99 of 100 runs."""
PAIRS = 30
"""Pairs that are looked at with a third field, the best first."""
WHOLE = 0.9
"""Against a baseline a slice with this part of all rows is the whole under another name: everything got worse."""
SAME = 0.95
"""Slices with this part of their rows in common are one under two names."""


@dataclass(frozen=True)
class Term:
    """One field of a slice: it is a value, or a number from an edge on or under it."""

    field: str
    is_: Literal["=", ">=", "<"]
    content: str | float


@dataclass(frozen=True)
class Column:
    """A field that slices are made of. Rows carry codes, 0 where nothing is known or the value is too rare.

    `contents` are the values of the codes from 1 on or, of a number, the edges between its bins. `tried` is how many
    values there are to choose from; a field that is `alone` is not combined with others.
    """

    name: str
    contents: tuple[str, ...] | tuple[float, ...]
    tried: int
    numeric: bool = False
    alone: bool = False

    @property
    def size(self) -> int:
        """Number of codes."""
        return len(self.contents) + (2 if self.numeric else 1)

    @property
    def terms(self) -> list[Term]:
        """Every slice of this field alone, in the order of `spread`."""
        if not self.numeric:
            return [Term(self.name, "=", content) for content in self.contents]
        return [
            *(Term(self.name, ">=", edge) for edge in self.contents),
            *(Term(self.name, "<", e) for e in self.contents),
        ]

    def spread(self, counts: Array, axis: int) -> Array:
        """Counts by code as counts by term: of a number's bins, the sums above and below each edge."""
        known = np.moveaxis(counts, axis, 0)[1:]
        if self.numeric:
            below = np.cumsum(known, axis=0)
            known = np.concatenate([below[-1] - below[:-1], below[:-1]])
        return np.moveaxis(known, 0, axis)

    def holds(self, codes: Array, term: Term) -> Array:
        """Which rows a term holds."""
        place = self.contents.index(term.content)
        if term.is_ == "=":
            return np.asarray(codes == place + 1)
        return np.asarray(codes > place + 1 if term.is_ == ">=" else (codes > 0) & (codes <= place + 1))


class Counts(NamedTuple):
    """Rows and bad rows of slices, and the same of what they are compared with."""

    n: Any
    bad: Any
    n0: Any
    bad0: Any


@dataclass(frozen=True)
class Table:
    """The rows, in two parts (bad, good) or four (bad and good to compare with): fields × rows of codes each.

    `factors` say how many rows a row of each part stands for.
    """

    columns: tuple[Column, ...]
    parts: tuple[Array, ...]
    factors: tuple[float, ...]

    @property
    def compared(self) -> bool:
        """Whether there are rows to compare with; else a slice is held against the other rows."""
        return len(self.parts) == 4

    @property
    def total(self) -> Counts:
        """All rows."""
        return self._counts([np.float64(part.shape[1]) for part in self.parts])

    def counts(self, *fields: int) -> Counts:
        """Counts of every slice of the fields, one axis each."""
        return self._counts([self._of(part, fields) for part in self.parts])

    def _counts(self, seen: Sequence[Any]) -> Counts:
        bad, good, *rest = [rows * factor for rows, factor in zip(seen, self.factors, strict=True)]
        bad0, good0 = rest or (0.0 * bad, 0.0 * bad)
        return Counts(bad + good, bad, bad0 + good0, bad0)

    def _of(self, part: Array, fields: Sequence[int]) -> Array:
        sizes = [self.columns[i].size for i in fields]
        key = part[fields[0]].astype(np.intp)
        for i, size in zip(fields[1:], sizes[1:], strict=True):
            key = key * size + part[i]
        found: Array = np.bincount(key, minlength=math.prod(sizes)).reshape(sizes)
        for axis, i in enumerate(fields):
            found = self.columns[i].spread(found, axis)
        return found

    def within(self, terms: Sequence[Term]) -> Table:
        """The rows that a slice holds."""
        return replace(self, parts=tuple(part[:, self._held(part, terms)] for part in self.parts))

    def without(self, terms: Sequence[Term]) -> Table:
        """The rows that a slice leaves."""
        return replace(self, parts=tuple(part[:, ~self._held(part, terms)] for part in self.parts))

    def _held(self, part: Array, terms: Sequence[Term]) -> Array:
        held = np.ones(part.shape[1], dtype=bool)
        for term in terms:
            i = self.place(term.field)
            held &= self.columns[i].holds(part[i], term)
        return held

    def place(self, field: str) -> int:
        """Which column a field is."""
        return next(i for i, column in enumerate(self.columns) if column.name == field)


def gain(seen: Counts, total: Counts, compared: bool) -> Any:
    """How much better two rates explain the rows than one, as G; 0 for slices that are not worse, or too small."""
    rest_n, rest_bad = total.n - seen.n, total.bad - seen.bad
    with np.errstate(divide="ignore", invalid="ignore"):
        if compared:
            usual, g = _against_past(seen, total)
        else:
            usual, g = rest_bad / rest_n, g_statistic(seen.bad, seen.n, rest_bad, rest_n)
        rate = seen.bad / seen.n
        worse = rate * (1 - usual) >= ODDS * usual * (1 - rate)
    return np.where(worse & (rate > usual) & (seen.n >= FEWEST) & (seen.bad >= FEWEST_BAD), g, 0.0)


def _against_past(seen: Counts, total: Counts) -> tuple[Any, Any]:
    """The usual rate of slices, raised as that of the other rows was, and G: what got worse alike is not different."""
    rate0 = (total.bad0 + 0.5) / (total.n0 + 1)
    expected, everywhere = expected_of(seen.n, seen.n0, seen.bad0, rate0), total.n * rate0
    rise = np.maximum((total.bad - seen.bad) / np.maximum(everywhere - expected, 1e-9), 1.0)
    own = np.minimum(_apart(seen, total), g_statistic(seen.bad, seen.n, seen.bad0, seen.n0))
    # a slice that was hardly there before has no past of its own: its part of all bad rows must tell
    share = expected * total.bad / everywhere
    part = _term(seen.bad, share) + _term(total.bad - seen.bad, total.bad - share)
    g = np.where(seen.n0 >= FEWEST, own, part)
    return np.minimum(rise * expected / seen.n, 1.0), np.where((seen.n < WHOLE * total.n) & (seen.bad > share), g, 0.0)


def _apart(seen: Counts, total: Counts) -> Any:
    """G of a slice's rate having risen by another factor than the rest's; the common one is Mantel and Haenszel's."""
    rest = Counts(*(whole - part for whole, part in zip(total, seen, strict=True)))
    above = seen.bad * seen.n0 / (seen.n + seen.n0) + rest.bad * rest.n0 / (rest.n + rest.n0)
    below = seen.bad0 * seen.n / (seen.n + seen.n0) + rest.bad0 * rest.n / (rest.n + rest.n0)
    common = (above + 0.5) / (below + 0.5)
    return sum(_split(side, common) for side in (seen, rest))


def _split(side: Counts, factor: Any) -> Any:
    """G of bad rows being split between now and then otherwise than rows times a factor let expect."""
    now = factor * side.n / (factor * side.n + side.n0)
    both = side.bad + side.bad0
    return _term(side.bad, both * now) + _term(side.bad0, both * (1 - now))


def _term(seen: Any, expected: Any) -> Any:
    """One term of G: 2 k ln(k / e)."""
    return np.where(seen > 0, 2 * seen * np.log(np.maximum(seen, 1e-9) / expected), 0.0)


def chance(g: float, depth: int, tried: Sequence[float]) -> float:
    """Probability that the best of all slices of a depth reaches this G by luck; the depths share what is allowed."""
    return p_raised(g, len(tried) * max(tried[depth - 1], 1.0))


def lattice(columns: Sequence[Column]) -> list[float]:
    """How many slices of one, two and three fields there are to choose from."""
    sums = [1.0] + [0.0] * DEPTH
    for column in columns:
        for depth in range(1 if column.alone else DEPTH, 0, -1):
            sums[depth] += column.tried * (1.0 if column.alone else sums[depth - 1])
    return sums[1:]


def best(table: Table) -> tuple[Term, ...]:
    """The slice that tells bad rows best from the others; empty where none stands out at all."""
    total = table.total
    found = [
        (float(g[place]), _terms(table, fields, place)) for fields, g in _shallow(table, total) for place in _largest(g)
    ]
    pairs = sorted((one for one in found if len(one[1]) == 2), key=_order)[:PAIRS]
    found += [deeper for _, terms in pairs for deeper in _third(table, total, terms)]
    return min(found, key=_order)[1] if found else ()


def _order(found: tuple[float, tuple[Term, ...]]) -> tuple[Any, ...]:
    g, terms = found
    return -g * (1 - DEPTH_PENALTY * (len(terms) - 1)), len(terms), [(t.field, t.is_, str(t.content)) for t in terms]


def _shallow(table: Table, total: Counts) -> Iterator[tuple[tuple[int, ...], Array]]:
    joined = [i for i, column in enumerate(table.columns) if not column.alone]
    for fields in [*((i,) for i in range(len(table.columns))), *combinations(joined, 2)]:
        yield fields, gain(table.counts(*fields), total, table.compared)


def _largest(g: Array) -> list[tuple[int, ...]]:
    """The places of the three largest values above 0."""
    flat = np.argsort(-g, axis=None, kind="stable")[:3]
    places = [tuple(int(i) for i in np.unravel_index(one, g.shape)) for one in flat]
    return [place for place in places if g[place] > 0]


def _terms(table: Table, fields: Sequence[int], place: Sequence[int]) -> tuple[Term, ...]:
    return tuple(table.columns[i].terms[at] for i, at in zip(fields, place, strict=True))


def _third(table: Table, total: Counts, terms: tuple[Term, ...]) -> Iterator[tuple[float, tuple[Term, ...]]]:
    inside = table.within(terms)
    for i, column in enumerate(table.columns):
        if column.alone or column.name in {term.field for term in terms}:
            continue
        g = gain(inside.counts(i), total, table.compared)
        for place in _largest(g)[:1]:
            yield float(g[place]), (*terms, *_terms(table, (i,), place))


def aliases(table: Table, terms: tuple[Term, ...]) -> list[tuple[Term, ...]]:
    """Other names of a slice: one of its fields replaced by another that holds nearly the same rows."""
    out = []
    for term in terms:
        others = tuple(t for t in terms if t != term)
        around = table.within(others)
        inside = around.within([term])
        size, named = inside.total.n + inside.total.n0, {t.field for t in terms}
        for i, column in enumerate(table.columns):
            if column.name in named or (column.alone and others):
                continue
            both, whole = (c.n + c.n0 for c in (inside.counts(i), around.counts(i)))
            alike = both / np.maximum(size + whole - both, 1)
            if len(alike) and alike.max() >= SAME:
                out.append((*others, column.terms[int(alike.argmax())]))
    return out
