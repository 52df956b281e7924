"""Facts of which one is too many: another tenant's answer, one key for two questions.

A rise is told as any rate; where there is none, the facts themselves are the finding, from the first to the last.
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


def find(run: Run, detector: Detector, _params: Mapping[str, Any]) -> list[Candidate]:
    """The raised intervals, else all facts as one finding."""
    found: list[Candidate] = []
    while len(found) < rate.MOST_A_KIND and (candidate := rate.strongest(run, detector)) is not None:
        found.append(candidate)
        cases.remove(run, candidate.where, candidate.start, candidate.end or run.frame.end)
    return found or _all(run, detector)


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
