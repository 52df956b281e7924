"""The baseline to beat: an hourly z-score on obvious columns and phrases, as a dashboard made in an hour would have.

What it cannot see (a kind with no obvious column, a slice, a driver) it does not find. It is judged as `check` is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from retroburn import assets, header
from retroburn.findings import Evidence, Finding, Measure
from retroburn.logs import Logs

ALARM = 3.0
"""Standard deviations: what alerting rules are set to where nobody thinks about it."""
LASTS = 2
"""Hours in a row: one hour out of line is passed over, as `for: 2h` does in alerting rules."""
PAST, LEAST = 168, 24
"""Hours looked back: a week; less than a day is no past."""
HOUR = timedelta(hours=1)


def alarms(logs: Logs) -> list[Finding]:
    """What such a dashboard would have said, the longest first."""
    query = header.read(assets.folder("queries") / "lab" / "hourly.sql")
    series: dict[str, list[tuple[datetime, float]]] = {}
    for row in logs.query(query.sql).fetchall():
        series.setdefault(row[1], []).append((row[0], row[2]))
    found = [_finding(kind, run) for kind, points in series.items() for run in runs(points)]
    return sorted(found, key=lambda finding: finding.start - (finding.end or finding.start))


def runs(points: Sequence[tuple[datetime, float]]) -> Iterator[list[tuple[datetime, float]]]:
    """Hours in a row whose value lies `ALARM` deviations above the mean of the hours before, of a week at most."""
    values = np.array([value for _, value in points])
    run: list[tuple[datetime, float]] = []
    for at, (hour, value) in enumerate(points):
        before = values[max(0, at - PAST) : at]
        out = len(before) >= LEAST and value > before.mean() + ALARM * before.std()
        if run and (not out or hour - run[-1][0] > HOUR):
            if len(run) >= LASTS:
                yield run
            run = []
        if out:
            run.append((hour, value))
    if len(run) >= LASTS:
        yield run


def _finding(kind: str, run: Sequence[tuple[datetime, float]]) -> Finding:
    told: dict[str, Any] = {"id": kind, "key": kind, "cause": "", "title": kind, "summary": "", "severity": "medium"}
    told |= {"measure": Measure(name="hourly value", unit="", observed=run[0][1]), "evidence": Evidence(query="lab")}
    return Finding(kind=kind, start=run[0][0], end=run[-1][0] + HOUR, **told)
