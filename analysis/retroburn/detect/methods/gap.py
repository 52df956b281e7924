"""What is wrong with the log itself: holes, repeated records, clocks apart, fields that stopped being logged.

Holes are looked for in the waits between records. The others are shares of requests whose records are damaged, and are
looked for as any rate is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from retroburn.detect import cases, series
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.fold import keys_of
from retroburn.detect.frame import Run
from retroburn.detect.levels import holes, hours, lost
from retroburn.detect.levels.hours import Hours
from retroburn.detect.methods import rate
from retroburn.detect.tell import amount, lasting, minute, place_words
from retroburn.findings import Measure
from retroburn.stats import season, shifts
from retroburn.stats.intervals import Z

STEADY = 0.25
"""A lag that varies by more than this part of itself is work put off, not a clock."""

DOUBLED = 0.2
"""Share of repeated records that is too many even where the whole log is so."""


@dataclass(frozen=True)
class Facet:
    """One way in which records are damaged: its query, and how it is told."""

    query: str
    title: str
    measure: str
    column: str = ""
    alone: float | None = None


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Everything that is wrong with the log, each as a finding of its own."""
    found = _holes(run, detector)
    repeated = Facet(
        "gap_repeated", "Records are repeated under other ids", "share of requests recorded again", alone=DOUBLED
    )
    apart = Facet(
        "gap_apart", "Clocks are apart", "share of requests with a part outside its caller's time", alone=DOUBLED
    )
    found += _damaged(run, detector, repeated, params)
    found += [c for c in _damaged(run, detector, apart, params) if _lagging(run, c)]
    return found + _lost(run, detector, params)


def _holes(run: Run, detector: Detector) -> list[Candidate]:
    table = hours.load(run, ())
    return [_hole(run, detector, table, hole) for hole in holes.find(run, table)]


def _hole(run: Run, detector: Detector, table: Hours, hole: holes.Hole) -> Candidate:
    start, end = run.frame.time(hole.start) + timedelta(microseconds=1), run.frame.time(hole.end)
    missing = round(hole.missing)
    spread = Z * (hole.spread * hole.missing) ** 0.5
    first, last = int((hole.start - table.t0) // hours.HOUR), int((hole.end - table.t0) // hours.HOUR) + 1
    free = table.history(run) & holes.mask(table, [hole])
    model = shifts.model(table.n, table.clock, free)
    usual = model.mu * season.smooth_levels(model.ratios, table.clock)
    return Candidate(
        detector=detector, start=start, end=end, where={},
        measure=Measure(name="records of requests missing", unit="requests", baseline=0.0, observed=float(missing),
                        low=max(0.0, hole.missing - spread), high=hole.missing + spread),
        g=holes.chance(hole), n=missing, bad=missing, hurt=-1, requests=missing, share=1.0, examples=[],
        keys=np.zeros(0, dtype=np.uint64), cap="low" if hole.calm else None,
        series=hours.points(run, table, table.n[0], usual[0], (first, last)),
        title=f"No record of any kind for {lasting(end - start)}" + (", as on a holiday" if hole.calm else ""),
        summary=(
            f"Nothing was recorded from {minute(start)} to {minute(end)}, where these hours usually bring "
            f"{missing:,} requests ({round(max(0.0, hole.missing - spread)):,} to {round(hole.missing + spread):,})."
        ),
    )  # fmt: skip


def _damaged(run: Run, detector: Detector, facet: Facet, params: Mapping[str, Any]) -> list[Candidate]:
    """Intervals in which more records than usual are damaged in one way."""
    query = cases.cube(facet.query)
    text = query.sql.replace("/*column*/", facet.column)
    head = detector.head.model_copy(
        update={"alone": facet.alone, "measure": detector.head.measure.model_copy(update={"name": facet.measure})}
    )
    own = replace(detector, query=replace(query, sql=text), head=head)
    cases.collect(run, own, params, run.frame.how == "source")
    found = [c for c in rate.find(run, own, params) if facet.alone or not _from_the_first(run, c)]
    if found:
        cases.collect(run, own, params, run.frame.how == "source")
    for candidate in found:
        candidate.series = series.points(run, candidate)
        candidate.detector, candidate.cap, candidate.title = detector, "medium", _titled(facet, candidate)
        candidate.keys = keys_of(run, candidate.hurt)
        candidate.facet, candidate.cost_usd = facet.query, 0.0
    return found


def _titled(facet: Facet, candidate: Candidate) -> str:
    place = place_words(candidate.where)
    return f"{facet.title}{f' in {place}' if place else ''}"


def _from_the_first(run: Run, candidate: Candidate) -> bool:
    """Whether it was so from the beginning of the log: a field that came later was not lost."""
    return candidate.start <= run.frame.first + timedelta(seconds=2 * run.frame.width)


def _lagging(run: Run, candidate: Candidate) -> bool:
    """Whether the times apart are a clock's: before the caller, or always as much after it. Says how much."""
    found = run.engine.arrays("select value from hurt where candidate = $hurt", {"hurt": candidate.hurt})
    values = np.asarray(found["value"], dtype=float)
    middle = float(np.median(values))
    if middle > 0 and float(np.median(np.abs(values - middle))) > STEADY * middle:
        return False
    side = "after" if middle > 0 else "before"
    candidate.title = f"{candidate.title}: parts begin {amount(abs(middle), 's')} {side} what caused them"
    return True


def _lost(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Lost fields; fields lost together on the same records are one finding."""
    found: list[tuple[list[str], Candidate]] = []
    for column, sorts in lost.suspects(run, params).items():
        facet = Facet("gap_lost", f"{column} is not recorded", f"share of requests without {column}", column)
        for candidate in _damaged(run, detector, facet, {**params, "sorts": sorts}):
            same = next((columns for columns, other in found if _same(candidate, other)), None)
            if same is None:
                found.append(([column], candidate))
            elif column not in same:
                same.append(column)
    for columns, candidate in found:
        lost_now = "no longer recorded" if candidate.end is None else "not recorded for a time"
        facet = Facet("gap_lost", f"{_listed(columns)} {lost_now}", "", columns[0])
        candidate.title = _titled(facet, candidate)
    return [candidate for _, candidate in found]


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two losses hit the same records."""
    if one.keys is None or other.keys is None:
        return False
    return len(np.intersect1d(one.keys, other.keys)) >= 0.5 * min(len(one.keys), len(other.keys))


def _listed(columns: list[str]) -> str:
    if len(columns) == 1:
        return f"{columns[0]} is"
    return f"{', '.join(columns[:-1])} and {columns[-1]} are"
