"""A share of hits that falls: a rate, with what a cache does after a release taken for what it is.

A release that changes what keys are made of empties the cache, and it fills again as fast as questions repeat. A fall
that begins with a new version and is over within `warms_h` is that; nor is one told while it is still as young. The
beginning of a log may be the beginning of its cache. A cache that was missed while its key was wrong is cold when the
key is right again: a smaller fall that begins where another ends is what that one left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate

NEAR = timedelta(hours=1)
"""How far a fall may begin from the first sight of a version and still be its doing: releases roll out."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every interval of every slice in which hits fell, but for caches that warm up."""
    falls = rate.find(run, detector, params)
    near = max(NEAR, timedelta(seconds=2 * run.frame.width))
    return [
        fall
        for fall in falls
        if not _warming(run, fall, timedelta(hours=params["warms_h"]))
        and not any(_left_by(fall, other, near) for other in falls)
    ]


def _left_by(fall: Candidate, other: Candidate, near: timedelta) -> bool:
    """Whether a fall is the refilling after another: it begins where that one ended, in its place, and is smaller."""
    return (
        other.end is not None
        and fall.g < other.g
        and timedelta(0) <= fall.start - other.end <= near
        and other.where.items() <= fall.where.items()
    )


def _warming(run: Run, candidate: Candidate, long_enough: timedelta) -> bool:
    if run.frame.outside_is_reference and candidate.start - NEAR <= run.frame.first:
        return True  # nothing lies before it: that hits rose afterwards is no fall
    if (candidate.end or run.frame.end) - candidate.start > long_enough:
        return False
    return bool(
        run.engine.one(
            "select count(*) from versions where before is not null and first_seen between $a and $b",
            {"a": candidate.start - NEAR, "b": candidate.start + NEAR},
        )
    )
