"""What passes in one place and is stopped elsewhere: a rise, or a place in which it passed from the first day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retroburn.detect import cases, where
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """The raised intervals; else the place in which most of such cases pass all the time."""
    return rate.find(run, detector, params) or _always(run, detector, float(params["always"]))


def _always(run: Run, detector: Detector, most: float) -> list[Candidate]:
    frame = run.frame
    place = where.concentrated(run, frame.start, frame.end)
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
