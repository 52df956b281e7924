"""Facts of which one is too many: another tenant's answer, one key for two questions.

A rise is told as any rate, but from its first fact on, for there is no usual share of them; where there is no rise, the
facts themselves are the finding, from the first to the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retroburn.detect import cases, where
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate

LULL = 10
"""Mean gaps between the facts of an episode from which what came before is another: chance makes one in e¹⁰ as long."""

NIGHT = 86400.0
"""Seconds that part nothing in any case: what begins slowly skips a night."""


def find(run: Run, detector: Detector, _params: Mapping[str, Any]) -> list[Candidate]:
    """The raised intervals, else all facts as one finding."""
    found: list[Candidate] = []
    while len(found) < rate.MOST_A_KIND:
        candidate = rate.strongest(run, detector, weak=not found)
        if candidate is None:
            break
        if not found:
            cases.keep(run)
        candidate = _from_the_first(run, detector, candidate)
        found.append(candidate)
        cases.remove(run, candidate.where, candidate.start, candidate.end or run.frame.end)
    return rate.one_each(run, detector, found) or _all(run, detector)


def _from_the_first(run: Run, detector: Detector, candidate: Candidate) -> Candidate:
    """The same trouble with the facts before it stood out, one after the other, as long as no lull parts them."""
    end = candidate.end or run.frame.end
    lull = max(LULL * (end - candidate.start).total_seconds() / max(candidate.bad, 1), NIGHT)
    seconds, bad = cases.sequence(run, candidate.where, run.frame.start, candidate.start)
    start, earlier = run.frame.seconds(candidate.start), seconds[np.flatnonzero(bad)]
    for moment in earlier[::-1].tolist():
        if start - moment > lull:
            break
        start = moment
    first = run.frame.time(start)
    if first >= candidate.start:
        return candidate
    span = rate.Span(first, end, first, candidate.end is None)
    counts = cases.totals(run, candidate.where, first, end)
    return rate.candidate_of(run, detector, candidate.where, span, counts, candidate.measure.baseline, candidate.g)


def _all(run: Run, detector: Detector) -> list[Candidate]:
    frame = run.frame
    whole = cases.totals(run, {}, frame.start, frame.end)
    if whole.bad < (detector.head.min_bad or 1):
        return []
    place = where.concentrated(run, frame.start, frame.end)
    counts = cases.totals(run, place, frame.start, frame.end)
    seconds, bad = cases.sequence(run, place, frame.start, frame.end)
    hit = np.flatnonzero(bad)
    start, until = frame.time(float(seconds[hit[0]])), frame.time(float(seconds[hit[-1]]) + 1e-6)
    seen = (until - start).total_seconds()
    quiet = float(seconds[-1]) - float(seconds[hit[-1]])
    # it goes on unless it has been quiet for longer than three of its own gaps
    open_end = quiet <= 3 * max(seen / max(len(hit) - 1, 1), frame.width)
    span = rate.Span(start, frame.end if open_end else until, start, open_end)
    inside = cases.totals(run, place, span.start, span.end)
    return [rate.candidate_of(run, detector, place, span, inside if inside.bad else counts, None, float(whole.bad))]
