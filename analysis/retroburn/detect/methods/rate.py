"""A share of cases that rises: where, since when, until when.

Scan all slices over coarse buckets for the interval that stands out most; find the smallest slice that explains it; set
the edges case by case; judge against the slice's own usual rate, what its hours let expect, and what the mix lets
expect; take it out and look again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from retroburn.detect import cases, joined, judge, where
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.measure import measured
from retroburn.stats import scan
from retroburn.stats.intervals import g_expected, g_statistic, wilson
from retroburn.stats.slices import PSEUDO, Cell

MOST_A_KIND = 5
"""Findings of one kind in one log; more of a kind is a log that is broken throughout, which its first ones say."""

TRIES = 6
"""Intervals looked at in detail before a round is given up: the strongest may be explained by hours or mix."""

UNKNOWN = 1 / 3
"""In a young log, of which nobody knows a habit, a third of what is too many by itself in a log of weeks is so."""

LEAST_ALONE = 0.05
"""But never less than this, unless the kind itself says so: one in twenty is no accident of a first day."""

FAR = 3.0
"""Times as often as elsewhere that it happens in a slice that was never better."""

BEFORE = 0.2
"""Cases before a long interval, over its own, from which it can have risen: with fewer, what came after it fell."""


@dataclass(frozen=True)
class Span:
    """An interval with its exact edges."""

    start: datetime
    end: datetime
    earliest: datetime
    open_end: bool


def find(run: Run, detector: Detector, _params: Mapping[str, Any]) -> list[Candidate]:
    """Every interval of every slice in which the share of bad cases is raised, the strongest first."""
    found: list[Candidate] = []
    margin = timedelta(seconds=run.frame.width)
    while len(found) < MOST_A_KIND:
        candidate = strongest(run, detector, weak=not found)
        if candidate is None:
            break
        if not found:
            cases.keep(run)
        found.append(candidate)
        cases.remove(run, candidate.where, candidate.start - margin, (candidate.end or run.frame.end) + margin)
    return one_each(run, detector, found) or _alone(run, detector)


def one_each(run: Run, detector: Detector, found: list[Candidate]) -> list[Candidate]:
    """The same with those made one that are one trouble: it wavers, or its strongest part was taken out first."""
    if len(found) < 2:
        return found
    cases.restore(run)
    needed = judge.evidence_needed(run.config.gate, len(cases.grid(run).n), run.frame.buckets)
    for parts, place, start, end in joined.options(run, found, needed):
        span = Span(start, end or run.frame.end, min(c.earliest or c.start for c in parts), end is None)
        whole = _judged(run, detector, place, span, 0.0, judge.Bar(needed, needed))
        if whole is not None:
            rest = [c for c in found if c not in parts]
            return one_each(run, detector, sorted([whole, *rest], key=lambda c: -c.g))
    return found


def strongest(run: Run, detector: Detector, *, weak: bool = False) -> Candidate | None:
    """The interval that stands out most and passes the gate; with `weak` also one that may be chance."""
    if not cases.any_bad(run):
        return None
    grid, frame = cases.grid(run), run.frame
    searched = np.arange(grid.n.shape[1]) < frame.buckets
    intervals = scan.best_interval(grid.n, grid.bad, grid.n0, grid.bad0, searched, frame.outside_is_reference)
    bars = [judge.bar(run.config.gate, len(grid.n), frame.buckets, whole=not place) for place in grid.wheres]
    if not weak:
        bars = [judge.Bar(bar.sure, bar.sure) for bar in bars]
    strong = sorted((i for i in intervals if i.g >= bars[i.row].least), key=lambda i: (-i.g, i.row))
    seen: set[tuple[int, int]] = set()
    hint: Candidate | None = None
    for interval in strong[:TRIES]:
        if (interval.first, interval.last) in seen:
            continue
        seen.add((interval.first, interval.last))
        candidate = _refined(run, detector, grid.wheres, intervals, interval, bars[interval.row])
        if candidate is not None and not candidate.weak:
            return candidate
        hint = hint or candidate
    return hint


def _refined(
    run: Run,
    detector: Detector,
    wheres: list[dict[str, str]],
    intervals: list[scan.Interval],
    interval: scan.Interval,
    bar: judge.Bar,
) -> Candidate | None:
    row: Where = {**wheres[interval.row]}
    start, end = _times(run, interval)
    place = where.smallest(run, start, end)
    options: list[tuple[Where, datetime, datetime]] = [(row, start, end)]
    own = _own(wheres, intervals, interval, place.where)
    if own is not None:
        start, end = _times(run, own)
        place = where.smallest(run, start, end)
    if place.where != row:
        options.insert(0, (place.where, start, end))
    for option, first, last in options:
        span = exact(run, option, first, last)
        if span is None:
            continue
        mixed = where.smallest(run, span.start, span.end).mixed if not option else 0.0
        candidate = _judged(run, detector, option, span, mixed, bar)
        if candidate is not None:
            longer = risen(run, option, span)
            return (longer and _judged(run, detector, option, longer, mixed, bar)) or candidate
    return None


def risen(run: Run, place: Where, span: Span) -> Span | None:
    """The span from where a slow rise began, if that is what it is: a step is seen only where half of it is reached."""
    counts = cases.totals(run, place, span.start, span.end)
    rate0 = where.usual_of(counts, where.usual_rate(cases.totals(run, {}, span.start, span.end)))
    seconds, bad = cases.sequence(run, place, span.start - 1.5 * (span.end - span.start), span.end)
    began = scan.ramp(seconds, bad, rate0, run.frame.seconds(span.start))
    if began is None:
        return None
    first = run.frame.time(float(seconds[(seconds >= began) & (bad > 0)][0]))
    return Span(first, span.end, min(first, span.earliest), span.open_end) if first < span.start else None


def _times(run: Run, interval: scan.Interval) -> tuple[datetime, datetime]:
    frame = run.frame
    return frame.time(frame.t0 + interval.first * frame.width), frame.time(frame.t0 + interval.last * frame.width)


def _own(
    wheres: list[dict[str, str]], intervals: list[scan.Interval], found: scan.Interval, place: Where
) -> scan.Interval | None:
    """The interval of the place that was named, where another row's was looked at and this one holds it and is longer.

    A field may see only a part of a trouble (a version that went live, and out, in the midst of it): what lies outside
    that part is then taken for usual.
    """
    if wheres[found.row] == place or place not in wheres:
        return None
    own = intervals[wheres.index(place)]  # type: ignore[arg-type]  # a list of values is no row
    holds = own.first <= found.first and own.last >= found.last and own.last - own.first > found.last - found.first
    return own if holds else None


def exact(
    run: Run, place: Where, start: datetime, end: datetime, beside: float | None = None, reach: timedelta | None = None
) -> Span | None:
    """The interval's edges, case by case, looked for up to `reach` around the coarse ones: two buckets.

    `beside`: the rate of what it is compared with at the same time, in place of the usual one.
    """
    frame, width = run.frame, timedelta(seconds=run.frame.width)
    reach = 2 * width if reach is None else reach
    counts = cases.totals(run, place, start, end)
    if counts.bad == 0 or counts.n == 0:
        return None
    seconds, bad = cases.sequence(run, place, start - reach, end + reach)
    rate0 = where.usual_of(counts, where.usual_rate(cases.totals(run, {}, start, end))) if beside is None else beside
    rate1 = counts.bad / counts.n
    if rate1 <= rate0:
        return None
    first, last, earliest = scan.edges(bad, rate0, rate1)
    # it goes on when so few cases follow, or so little time, that an end could not be seen
    quiet = frame.end - frame.time(float(seconds[last - 1]))
    open_end = end + reach >= frame.end and ((len(bad) - last) * rate1 < 3 or quiet < width)
    until = frame.time(float(seconds[last - 1]) + 1e-6)
    # cases may be rarer than buckets: then the coarse end says little
    if open_end or cases.totals(run, place, until, frame.end).n * rate1 < 3:
        open_end, until = True, frame.end
    return Span(frame.time(float(seconds[first])), until, frame.time(float(seconds[earliest])), open_end)


def _judged(run: Run, detector: Detector, place: Where, span: Span, mixed: float, bar: judge.Bar) -> Candidate | None:
    counts, whole = cases.totals(run, place, span.start, span.end), cases.totals(run, {}, span.start, span.end)
    if counts.n == 0 or (counts.n0 == 0 and whole.n0 == 0) or _fell_afterwards(run, place, span, counts.n):
        return None
    rate0 = where.usual_of(counts, where.usual_rate(whole))
    # what only came later is no past: then a slice must be worse than the others were before
    others = _rate_before(run, span) if place and _came_with_it(run, place, span, counts.n) else 0.0
    rate0 = max(rate0, others)
    n0 = max(counts.n0, min(whole.n0, PSEUDO))
    expected = max(_by_hour(run, place, span, rate0), mixed if not place else 0.0)
    phi = _dispersion(run, place, span)
    g = float(g_statistic(counts.bad, counts.n, rate0 * n0, n0)) / phi
    season = g_expected(counts.bad, expected) / phi
    evidence = min(g, 2 * season)
    if evidence < bar.least or not _matters(run, detector, counts, max(rate0, expected / counts.n)):
        return None
    bar = bar.times(_sittings(run, place, span))
    if evidence < bar.least:
        return None
    # with nothing before it, it did not rise: a log's first hours lack what came before them
    if evidence < bar.sure and run.frame.outside_is_reference and _came_with_it(run, place, span, counts.n):
        return None
    seen0 = max(counts.bad0 / counts.n0, others) if counts.n0 >= PSEUDO else rate0
    candidate = candidate_of(run, detector, place, span, counts, seen0, g)
    candidate.weak = evidence < bar.sure
    return candidate


def _matters(run: Run, detector: Detector, counts: Cell, usual_share: float) -> bool:
    """Whether the rise is an effect that matters, by the gate; or the fall, where a kind is about the good ones."""
    gate, head, bad = run.config.gate, detector.head, int(counts.bad)
    share = counts.bad / counts.n
    if head.falls is not None:
        return judge.fell(gate, share, usual_share, bad, head.falls, head.min_bad)
    return share >= 1.3 * usual_share and judge.matters(gate, share, usual_share, bad, head.min_bad)


def candidate_of(
    run: Run, detector: Detector, place: Where, span: Span, counts: Cell, rate0: float | None, g: float
) -> Candidate:
    """The candidate with its measure; its rows are noted."""
    measure = measured(run, detector, place, span.start, span.end, counts, rate0)
    return Candidate(
        detector=detector, start=span.start, end=None if span.open_end else span.end, where=place, measure=measure,
        g=g, n=int(counts.n), bad=int(counts.bad), earliest=span.earliest,
        hurt=cases.keep_hurt(run, place, span.start, span.end),
    )  # fmt: skip


def _fell_afterwards(run: Run, place: Where, span: Span, n: float) -> bool:
    """Whether a long interval has next to nothing before it: then that was the usual, and what followed was better.

    Where nothing followed, what came before is all there is to compare with, be it a pilot a tenth of the launch.
    """
    frame = run.frame
    long = span.end - span.start >= (frame.end - frame.first) / 4
    return frame.outside_is_reference and long and not span.open_end and _came_with_it(run, place, span, n)


def _came_with_it(run: Run, place: Where, span: Span, n: float) -> bool:
    """Whether next to nothing of a slice lies before an interval of `n` cases: a version that went live with it."""
    text, params = cases.condition(place)
    before = run.engine.one(f'select count(*) from cases where {text} and "at" < $a', {**params, "a": span.start})
    return bool(before < max(20, BEFORE * n))


def _rate_before(run: Run, span: Span) -> float:
    """The share of bad cases of all, before an interval; 0 where none is known."""
    found = run.engine.one(
        'select avg(bad::integer) from cases where era = 0 or ($outside and "at" < $a)',
        {"a": span.start, "outside": run.frame.outside_is_reference},
    )
    return float(found or 0.0)


def _by_hour(run: Run, place: Where, span: Span, rate0: float) -> float:
    """Bad cases that the usual rates of the interval's own hours let expect.

    An hour of weekdays or of weekends is drawn to that hour of all days, and that to the usual rate: each counts by
    itself from about 20 cases on.
    """
    text, params = cases.condition(place)
    inside = 'era = 1 and "at" >= $a and "at" < $b'
    rows = run.engine.rows(
        'select extract(hour from "at") as hour, count(*) filter (where ins) as n, '
        "count(*) filter (where not ins) as n0, "
        f"count(*) filter (where bad and not ins) as bad0 from (select *, {inside} as ins from cases where {text}) "
        'where ins or era = 0 or $outside group by hour, extract(isodow from "at") > 5',
        {**params, "a": span.start, "b": span.end, "outside": run.frame.outside_is_reference},
    )
    hours: dict[int, tuple[float, float]] = {}
    for row in rows:
        n0, bad0 = hours.get(row["hour"], (0.0, 0.0))
        hours[row["hour"]] = (n0 + row["n0"], bad0 + row["bad0"])
    own = {hour: (bad0 + 20 * rate0) / (n0 + 20) for hour, (n0, bad0) in hours.items()}
    return float(sum(r["n"] * (r["bad0"] + 20 * own[r["hour"]]) / (r["n0"] + 20) for r in rows))


def _sittings(run: Run, place: Where, span: Span) -> float:
    """How many times more evidence it takes because people ask in sittings; at least 1.

    The design effect of a sample in clusters (Kish 1965), a person's day being one, less twice its own error. Where the
    bad cases of the interval are of many people, no more than one person's day holds of them.
    """
    text, params = cases.condition(place)
    query = cases.cube("sittings").sql.replace("/*where*/", f"and {text}")
    outside = run.frame.outside_is_reference
    row = run.engine.rows(query, {**params, "a": span.start, "b": span.end, "outside": outside})[0]
    if row["effect"] is None or row["of_one"] is None:
        return 1.0
    return max(1.0, min(float(row["effect"] - 2 * row["noise"]), float(row["of_one"])))


def _dispersion(run: Run, place: Where, span: Span) -> float:
    text, params = cases.condition(place)
    found = run.engine.arrays(
        "select count(*) as n, count(*) filter (where bad) as bad, any_value(inside)::integer as inside "
        'from (select *, "at" >= $a and "at" < $b as inside from cases) '
        f'where era = 1 and {text} group by floor(epoch("at") / $width), inside',
        {**params, "width": run.frame.width, "a": span.start, "b": span.end},
    )
    n, bad, inside = (np.asarray(found[name], float)[None, :] for name in ("n", "bad", "inside"))
    return float(scan.dispersion(n, bad, inside > 0)[0]) if n.size else 1.0


def _alone(run: Run, detector: Detector) -> list[Candidate]:
    """With nothing to compare with: a share that is too many by itself, from the first record on, in all or a slice."""
    frame, head = run.frame, detector.head
    if head.alone is None:
        return []
    cases.only_by_themselves(run)
    whole = cases.totals(run, {}, frame.start, frame.end)
    young = frame.young and whole.n0 < PSEUDO
    least = min(head.alone, max(LEAST_ALONE, UNKNOWN * head.alone)) if young else head.alone
    if _too_many(run, detector, whole, least):
        place = where.concentrated(run, frame.start, frame.end)
        return [_throughout(run, detector, place)]
    place = where.raised(run, frame.start, frame.end, FAR) if young else {}
    if place and _too_many(run, detector, cases.totals(run, place, frame.start, frame.end), least):
        return [_throughout(run, detector, place)]
    return []


def _too_many(run: Run, detector: Detector, counts: Cell, least: float) -> bool:
    """Whether a share is surely over `least`, and no habit of the past that was named."""
    enough = counts.n > 0 and counts.bad >= (detector.head.min_bad or run.config.gate.min_bad)
    if not enough or wilson(counts.bad, counts.n)[0] < least:
        return False
    return counts.n0 < PSEUDO or _matters(run, detector, counts, counts.bad0 / counts.n0)


def _throughout(run: Run, detector: Detector, place: Where) -> Candidate:
    """What was so in a place from the first case to the last, beside nothing."""
    frame = run.frame
    counts = cases.totals(run, place, frame.start, frame.end)
    seconds, bad = cases.sequence(run, place, frame.start, frame.end)
    hit = np.flatnonzero(bad)
    first, last = frame.time(float(seconds[hit[0]])), frame.time(float(seconds[hit[-1]]) + 1e-6)
    follows = len(bad) - 1 - int(hit[-1])
    span = Span(first, last, first, follows * counts.bad / max(counts.n, 1) < 3)
    return candidate_of(run, detector, place, span, counts, None, float(counts.bad))
