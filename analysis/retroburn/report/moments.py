"""The moments of a finding: when it began, could be seen, was at its worst, and was over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from retroburn.detect.methods.late import SEEN_BY
from retroburn.findings import Finding, Point


@dataclass(frozen=True)
class Moments:
    """Each None where the series cannot tell; `recovery` also while it goes on."""

    onset: datetime
    detectable: datetime | None
    peak: datetime | None
    recovery: datetime | None


def of(finding: Finding, late: Finding | None = None, end: datetime | None = None) -> Moments:
    """The moments of one finding, from its series; `late` tells of it to the minute from when it could be seen.

    `end` is that of the window: until then `late` waited where nobody noticed and it goes on.
    """
    seen = detectable(finding)
    waited = (late.end or finding.end or end) if late else None
    if late and waited and late.measure.low is not None:
        seen = waited - timedelta(hours=late.measure.low)
    return Moments(finding.start, seen, peak(finding), finding.end)


def peak(finding: Finding) -> datetime | None:
    """When it was at its worst: the bucket inside the finding that is furthest from usual in the direction it went."""
    down = (finding.measure.observed or 0.0) < (finding.measure.baseline or 0.0)
    inside = [
        (-(p.value - (p.usual or 0.0)) if down else p.value - (p.usual or 0.0), p.at)
        for p in _inside(finding)
        if p.value is not None and p.at >= finding.start
    ]
    return max(inside, key=lambda pair: (pair[0], -pair[1].timestamp()))[1] if inside else None


def detectable(finding: Finding) -> datetime | None:
    """From when a rule could have told it: the end of the bucket that holds the tenth case since the onset.

    The first case is enough where none is usual. None where cases were not counted, or never were so many.
    """
    needed = 1 if finding.measure.baseline is None else SEEN_BY
    step, seen = _step(finding), 0.0
    for point in _inside(finding):
        if point.bad is None:
            return None
        seen += point.bad
        if seen >= needed:
            return max(point.at + step, finding.start)
    return None


def _inside(finding: Finding) -> list[Point]:
    """The buckets of the series that touch the finding."""
    step = _step(finding)
    return [p for p in finding.series if p.at + step > finding.start and (finding.end is None or p.at < finding.end)]


def _step(finding: Finding) -> timedelta:
    """The width of a bucket: the least distance of two."""
    times = sorted(p.at for p in finding.series)
    return min((b - a for a, b in pairwise(times)), default=timedelta(0))
