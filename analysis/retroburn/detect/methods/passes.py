"""What passes in one place and is stopped elsewhere: a rise, or a place in which it passed from the first day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retroburn.detect import cases, judge, where
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import FIELDS, Run
from retroburn.detect.methods import rate

KNOWN = 0.5
"""A field that is known of half as many of the stopped as of those that passed is one that comes with passing."""

FAR = 3.0
"""Times as often as elsewhere that risky checks pass in a place with a gap, where a few pass everywhere."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """The raised intervals, of all or of one category; else the place in which most of such cases pass all the time."""
    _forget_what_comes_later(run)
    found = rate.find(run, detector, params) or _of_a_category(run, detector, params)
    return found or _always(run, detector, float(params["always"]))


def _of_a_category(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Raised intervals of one category, which the others drown where they waver; it takes evidence for each look."""
    run.engine.run("create or replace temp table every_check as select * from cases")
    categories = [row["value"] for row in run.engine.rows("select distinct value from every_check order by value")]
    found: list[Candidate] = []
    for category in categories if len(categories) > 1 else []:
        only = "create or replace temp table cases as select * from every_check where value = $category"
        run.engine.run(only, {"category": category})
        looks = len(categories) * len(cases.grid(run).n)
        needed = judge.evidence_needed(run.config.gate, looks, run.frame.buckets)
        found += [candidate for candidate in rate.find(run, detector, params) if candidate.g >= needed]
    run.engine.run("create or replace temp table cases as select * from every_check")
    return found


def _forget_what_comes_later(run: Run) -> None:
    """Empties the fields that only what passed has: what is stopped reaches no model, and has no model's name."""
    counts = ", ".join(
        f"count({name}) filter (where bad) as bad_{name}, count({name}) as all_{name}" for name in FIELDS
    )
    row = run.engine.rows(f"select count(*) as n, count(*) filter (where bad) as bad, {counts} from cases")[0]
    stopped = row["n"] - row["bad"]
    for name in FIELDS:
        passed, known = row[f"bad_{name}"] / max(row["bad"], 1), row[f"all_{name}"] - row[f"bad_{name}"]
        if stopped and known / stopped < KNOWN * passed:
            run.engine.run(f"update cases set {name} = null")


def _always(run: Run, detector: Detector, most: float) -> list[Candidate]:
    frame = run.frame
    place = where.concentrated(run, frame.start, frame.end) or where.raised(run, frame.start, frame.end, FAR)
    counts = cases.totals(run, place, frame.start, frame.end)
    if not place or counts.bad < max(detector.head.min_bad or 1, most * counts.n):
        return []
    seconds, bad = cases.sequence(run, place, frame.start, frame.end)
    hit = np.flatnonzero(bad)
    first, last = frame.time(float(seconds[hit[0]])), frame.time(float(seconds[hit[-1]]) + 1e-6)
    follows = len(bad) - 1 - int(hit[-1])
    span = rate.Span(first, last, first, follows * counts.bad / counts.n < 3)
    whole = cases.totals(run, {}, frame.start, frame.end)
    usual = (whole.bad - counts.bad + 0.5) / (whole.n - counts.n + 1)
    return [rate.candidate_of(run, detector, place, span, counts, usual, float(counts.bad))]
