"""Small slices of two or three fields that fail far more than the average tells.

Every pair of fields is cut, alone and over time; a slice must be worse than its own past and worse than what is left of
each of its fields in the same hours, so that a bad tenant or a bad hour is not told as a slice. All slices tried are
judged together (Benjamini-Hochberg), rates are drawn to what the fields let expect, slices of the same rows are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import numpy as np

from retroburn.detect import cases, series
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import FIELDS, Run
from retroburn.detect.methods import rate
from retroburn.stats import scan
from retroburn.stats.intervals import g_expected
from retroburn.stats.multiple import false_discovery, p_raised

Array = np.ndarray[Any, Any]

SLOTS = 24
"""Parts of the time in which slices are scanned: small slices have few cases, and an hour of them says nothing."""
MOST = 3
"""Slices told in one log."""
DISCOVERY = 0.01
"""False discovery rate over all slices tried; a hundredth, for all of them are searched over time as well."""
SURE = 1e-4
"""Chance from which a change in time is taken as seen."""
LEAST = 30
"""Requests below which a slice is not looked at."""
FEWEST = 8
"""Bad requests below which a slice is an anecdote, however small it is."""
PSEUDO = 30.0
"""Weight of what the fields let expect in a slice's own rate, in requests."""
RATIO, RISE = 2.0, 0.05
"""A slice is harmed when it fails twice as often as its fields let expect, and one in twenty more."""


@dataclass
class Cut:
    """Counts by slot of every slice of one or two fields; `n0`, `bad0` what it is compared with from outside."""

    wheres: list[dict[str, str]]
    n: Array
    bad: Array
    n0: Array
    bad0: Array
    place: dict[tuple[tuple[str, str], ...], int]


@dataclass(frozen=True)
class Found:
    """A slice that may be harmed between two slots."""

    where: dict[str, str]
    first: int
    last: int
    g: float
    p: float
    expected: float = 0.0
    whole_time: bool = False
    """Whether it is harmed in all the time that it is there, not in a part of it."""
    sure: float = 1.0
    """The chance below which it stands among all that were tried."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Harmed slices, the clearest first; none that only one sort of failure makes."""
    out: list[Candidate] = []
    for _ in range(MOST):
        options = _options(run, float(params["largest"]))
        chosen = next((c for o in options if (c := _candidate(run, detector, o, params)) is not None), None)
        if chosen is None:
            break
        chosen.series = series.points(run, chosen)
        out.append(chosen)
        cases.remove(run, chosen.where, run.frame.first, run.frame.end)
    return out


def _options(run: Run, largest: float) -> list[Found]:
    cut = _cut(run)
    if not cut.wheres:
        return []
    whole = float(cut.n[0].sum())
    tried = [
        i for i, where in enumerate(cut.wheres)
        if len(where) == 2 and LEAST <= cut.n[i].sum() <= largest * whole and cut.bad[i].sum() >= FEWEST
    ]  # fmt: skip
    if not tried:
        return []
    rows = np.array(tried)
    searched = np.ones(cut.n.shape[1], dtype=bool)
    outside = run.frame.outside_is_reference
    intervals = scan.best_interval(cut.n[rows], cut.bad[rows], cut.n0[rows], cut.bad0[rows], searched, outside)
    found = []
    for row, interval in zip(tried, intervals, strict=True):
        # a version is held against what else there was while it was live, not against all of the past
        live = np.flatnonzero(cut.n[row])
        whole_time = _tested(cut, row, int(live[0]), int(live[-1]) + 1, None)
        part = _tested(cut, row, interval.first, interval.last, interval.g) if interval.g > 0 else whole_time
        # where its own past can tell since when, that says more than that it is bad in all
        since = part.p <= max(SURE, whole_time.p) and (outside or not _bad_beside(cut, row, part, whole_time))
        found.append(part if since else whole_time)
    stands = false_discovery(np.array([option.p for option in found]), DISCOVERY)
    # one that has lost what others explain must stand as the last of these did
    sure = DISCOVERY * max(1, int(stands.sum())) / len(found)
    standing = [replace(o, sure=sure) for o, yes in zip(found, stands, strict=True) if yes]
    return sorted(standing, key=lambda o: (-o.g, sorted(o.where.items())))[:20]


def _tested(cut: Cut, row: int, first: int, last: int, own: float | None) -> Found:
    """One slice in one interval against its fields and, where `own` is its G against its own past, that too."""
    where = cut.wheres[row]
    n, bad = float(cut.n[row, first:last].sum()), float(cut.bad[row, first:last].sum())
    expected = _expected(cut, row, first, last)
    if expected is None or not _harmed(n, bad, expected):
        return Found(where, first, last, 0.0, 1.0)
    g = g_expected(bad, n * expected)
    p = p_raised(g)
    if own is not None:
        g, p = min(g, own), max(p, p_raised(own, 4.0 * cut.n.shape[1]))
    return Found(where, first, last, g, p, expected, own is None)


def _bad_beside(cut: Cut, row: int, part: Found, whole: Found) -> bool:
    """Whether a slice is harmed outside an interval too: beside a baseline alone, its worst days stand out most."""
    n, bad = (float(a[row].sum() - a[row, part.first : part.last].sum()) for a in (cut.n, cut.bad))
    return _harmed(n, bad, whole.expected) and p_raised(g_expected(bad, n * whole.expected)) <= SURE


def _harmed(n: float, bad: float, expected: float) -> bool:
    drawn = (bad + PSEUDO * expected) / (n + PSEUDO)
    return bad >= FEWEST and drawn >= RATIO * expected and drawn >= expected + RISE


def _expected(cut: Cut, row: int, first: int, last: int) -> float | None:
    """The rate that the rest of its fields, and of all, have in the same time; None where a field has no rest."""
    n, bad = cut.n[row, first:last].sum(), cut.bad[row, first:last].sum()
    rates = []
    for parent in [0, *(cut.place[((name, value),)] for name, value in cut.wheres[row].items())]:
        rest_n, rest_bad = cut.n[parent, first:last].sum() - n, cut.bad[parent, first:last].sum() - bad
        if rest_n < max(20.0, 0.3 * n):
            return None
        rates.append((rest_bad + 0.5) / (rest_n + 1))
    return float(max(rates))


def _cut(run: Run) -> Cut:
    """Counts of every slice of no field, one and two."""
    frame, engine = run.frame, run.engine
    columns = ", ".join(FIELDS)
    width = max((frame.end - frame.start).total_seconds(), 1.0) / SLOTS
    engine.run(
        f"create or replace temp table pieces as select {columns}, case when era = 1 then "
        "least(floor(date_diff('second', $start, \"at\") / $width), $last)::integer else -1 end as slot, "
        "count(*) as n, count(*) filter (where bad) as bad from cases group by all",
        {"start": frame.start, "width": width, "last": SLOTS - 1},
    )
    used = [f for f in FIELDS if engine.one(f"select count(distinct {f}) from pieces") > 1]
    sets = [(), *((f,) for f in used), *combinations(used, 2)]
    listed = ", ".join(f"({', '.join(('slot', *group))})" for group in sets)
    flags = "".join(f", grouping({f}) as g_{f}" for f in used)
    one = f"{' + '.join(('0', *(f'g_{f}' for f in used)))} >= {len(used) - 1}"
    named = "".join(f"{f}, g_{f}, " for f in used)
    rows = engine.rows(
        f"select {named}list(slot) as slots, list(n::double) as n, list(bad::double) as bad from ("
        f"select slot, sum(n) as n, sum(bad) as bad{''.join(f', {f}' for f in used)}{flags} from pieces "
        f"group by grouping sets ({listed})) group by all having {one} or "
        "(sum(n) filter (where slot >= 0) >= $least and sum(bad) filter (where slot >= 0) >= $fewest)",
        {"least": LEAST, "fewest": FEWEST},
    )
    return _filled(rows, used)


def _filled(rows: list[dict[str, Any]], used: list[str]) -> Cut:
    cut = [(cases.slice_of(row, used), row) for row in rows if row["slots"]]
    keyed = sorted(((key, row) for key, row in cut if key is not None), key=lambda pair: (len(pair[0]), pair[0]))
    # one slot more, the last, for what is compared with from outside: -1
    n, bad = np.zeros((2, len(keyed), SLOTS + 1))
    for at, (_, row) in enumerate(keyed):
        n[at, row["slots"]], bad[at, row["slots"]] = row["n"], row["bad"]
    place = {key: at for at, (key, _) in enumerate(keyed)}
    return Cut([dict(key) for key in place], n[:, :-1], bad[:, :-1], n[:, -1], bad[:, -1], place)


def _candidate(run: Run, detector: Detector, found: Found, params: Mapping[str, Any]) -> Candidate | None:
    frame = run.frame
    width = (frame.end - frame.start) / SLOTS
    start, end = frame.start + found.first * width, frame.start + found.last * width
    place: Where = dict(found.where)
    all_the_time = found.whole_time
    span = _all_of_it(run, place) if all_the_time else rate.exact(run, place, start, end)
    if span is None or _one_sort(run, place, span, float(params["one_sort"])):
        return None
    place = _narrowed(run, place, span)
    counts = cases.totals(run, place, span.start, span.end)
    usual = None if all_the_time and counts.n0 < PSEUDO else (counts.bad0 + 0.5) / (counts.n0 + 1)
    if all_the_time:
        rest = cases.totals(run, {}, span.start, span.end)
        usual = (rest.bad - counts.bad + 0.5) / (rest.n - counts.n + 1)
    candidate = rate.candidate_of(run, detector, place, span, counts, usual, found.g)
    candidate.least = _least(counts.n, counts.bad, found)
    return candidate


def _least(n: float, bad: float, found: Found) -> int:
    """The fewest bad requests with which a slice would still be seen: what it needs of its own."""
    want = n * found.expected
    enough = (
        b for b in range(int(bad)) if _harmed(n, b, found.expected) and p_raised(g_expected(b, want)) <= found.sure
    )
    return next(enough, int(bad))


def _all_of_it(run: Run, place: Where) -> rate.Span | None:
    """All the time that a slice is there, from its first request on; open where it goes on to about the end."""
    text, params = cases.condition(place)
    row = run.engine.rows(
        f'select min("at") as first, max("at") as last, count(*) as n from cases where era = 1 and {text}', params
    )[0]
    if not row["n"]:
        return None
    start, last = row["first"], row["last"]
    gone = (run.frame.end - last) > 10 * (last - start) / row["n"]
    return rate.Span(start, last + timedelta(microseconds=1) if gone else run.frame.end, start, not gone)


def _one_sort(run: Run, place: Where, span: rate.Span, most: float) -> bool:
    """Whether one sort of failure, scores aside, makes nearly all of the harm."""
    text, params = cases.condition(place)
    rows = run.engine.rows(
        f"select value, value = (hash('scores') % 1000003)::double as scores, count(*) as n from cases "
        f'where bad and era = 1 and {text} and "at" >= $a and "at" < $b group by value',
        {**params, "a": span.start, "b": span.end},
    )
    total = sum(row["n"] for row in rows)
    return any(not row["scores"] and row["n"] >= most * total for row in rows)


def _narrowed(run: Run, place: Where, span: rate.Span) -> Where:
    """A third field that holds nearly all of the harm in clearly fewer requests; or other names of the same rows."""
    whole = cases.totals(run, place, span.start, span.end)
    rest = [f for f in FIELDS if f not in place]
    triples = [tuple(f for f in FIELDS if f in place or f == extra) for extra in rest]
    inside = [
        c for c in cases.cells(run, span.start, span.end, triples)
        if all(c.where[name] == value for name, value in place.items())
    ]  # fmt: skip
    narrow = [c for c in inside if c.bad >= 0.9 * whole.bad and c.n <= 0.7 * whole.n]
    return dict(min(narrow, key=lambda c: (c.n, sorted(c.where.items()))).where) if narrow else place
