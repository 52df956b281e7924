"""How long it took until what was found was noticed, by the alerts and notices of the context file.

Three moments of each grave finding: its onset; when it could be seen (ten cases are what any rule needs); when it was
noticed - the first alert or notice after the onset that does not speak of something else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.tell import excess_cost, minute
from retroburn.findings import SEVERITIES, Finding, Measure

MOST = 5
"""Findings of which it is told that they were noticed late."""

SEEN_BY = 10
"""Cases that a rule needs before it can tell anything."""

SLACK = timedelta(hours=1)
"""An alert this long before the onset as we see it was about it all the same: an onset is known to minutes or hours."""


@dataclass(frozen=True)
class Event:
    """Something that people or other systems knew."""

    at: datetime
    kind: str
    text: str
    concerns: Mapping[str, Any]


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """A finding for each grave finding that was noticed late, or never."""
    events = _events(run)
    if not any(event.kind in {"alert", "notice"} for event in events):
        run.unsure.append((detector.kind, "the context holds no alert and no notice: when it was noticed is not known"))
        run.lacking.setdefault(detector.kind, []).append("context")
        return []
    late = timedelta(hours=float(params["late_h"]))
    found = (_candidate(run, detector, head, finding, events, late) for head, finding in run.told)
    return [candidate for candidate in found if candidate is not None][:MOST]


def _events(run: Run) -> list[Event]:
    rows = run.engine.rows('select "at", kind, text, concerns from context order by "at", kind')
    return [
        Event(row["at"], row["kind"], row["text"] or "", json.loads(row["concerns"]) if row["concerns"] else {})
        for row in rows
    ]


def _candidate(
    run: Run, detector: Detector, head: Candidate, finding: Finding, events: list[Event], late: timedelta
) -> Candidate | None:
    if SEVERITIES.index(finding.severity) > SEVERITIES.index("medium"):
        return None
    if head.detector.head.hurts == "none" or not head.detector.head.folds:
        return None
    onset = min(head.start, head.earliest or head.start)
    after = [event for event in events if event.at >= onset - SLACK and _may_concern(event, head.where)]
    noticed = next((event for event in after if event.kind in {"alert", "notice", "mitigation", "resolved"}), None)
    seen = _seen(run, head)
    until = noticed.at if noticed else head.end or run.frame.end
    if until - seen < late:
        return None
    return replace(_told(run, detector, head, noticed, (seen, until)), about=finding.id)


def _may_concern(event: Event, place: Where) -> bool:
    """Whether an event may be about a place: no field that both name differs."""
    for name, value in place.items():
        if (given := event.concerns.get(name)) is None:
            continue
        values = value if isinstance(value, list) else [value]
        named = given if isinstance(given, list) else [given]
        if not {str(one) for one in named} & set(values):
            return False
    return True


def _seen(run: Run, head: Candidate) -> datetime:
    """When it could be seen: the time of its tenth case; an hour after the onset where there are no cases to count."""
    rows = run.engine.rows(
        'select "at" from hurt where candidate = $hurt and "at" >= $a order by "at" limit $most',
        {"hurt": head.hurt, "a": head.start, "most": SEEN_BY},
    )
    found: datetime = rows[-1]["at"] if rows else head.start + timedelta(hours=1)
    return found


def _told(
    run: Run, detector: Detector, head: Candidate, noticed: Event | None, moments: tuple[datetime, datetime]
) -> Candidate:
    seen, until = moments
    run.hurt += 1
    run.engine.run(
        'insert into hurt select $set, id, trace_id, "at", value from hurt where candidate = $hurt and "at" < $until',
        {"set": run.hurt, "hurt": head.hurt, "until": until},
    )
    waited, earliest = _hours(until - head.start), _hours(until - (head.earliest or head.start))
    count = int(run.engine.one("select count(*) from hurt where candidate = $set", {"set": run.hurt}))
    missing, share = _stayed_away(head, until)
    hurt = count if missing is None else missing
    title = head.title or head.detector.head.title
    return Candidate(
        detector=detector, start=head.start, end=noticed.at if noticed else None, where=dict(head.where), g=head.g,
        n=head.n, bad=head.bad, hurt=run.hurt, earliest=head.earliest, series=head.series,
        cost_usd=_cost(run, head, until),
        requests=missing, share=share, cap=head.cap,
        measure=Measure(name="time until it was noticed" if noticed else "time without being noticed", unit="h",
                        baseline=None, observed=waited, low=_hours(until - seen), high=max(earliest, waited)),
        title=f"Noticed after {waited:.0f} h: {title}" if noticed else f"Never noticed in {waited:.0f} h: {title}",
        summary=(
            f"Began {minute(head.start)}; could be seen from {minute(seen)}; "
            + (f"noticed {minute(noticed.at)} ({noticed.kind}: {noticed.text or 'no words'})." if noticed
               else "no alert and no notice speaks of it.")
            + (f" {hurt:,} requests were hurt by then." if hurt else "")
        ),
    )  # fmt: skip


def _stayed_away(head: Candidate, until: datetime) -> tuple[int | None, float | None]:
    """Requests that had stayed away by then, and their share; None where there are rows to count.

    They are an estimate of the whole, which its course divides: what was missing by then, of all that was.
    """
    if head.requests is None or (head.end is not None and until >= head.end):
        return head.requests, head.share
    whole, _ = _missing(head, head.end)
    by_then, expected = _missing(head, until)
    if whole <= 0 or expected <= 0:
        return head.requests, head.share
    requests = round(head.requests * min(max(by_then / whole, 0.0), 1.0))
    return requests, min(requests / expected, 1.0)


def _missing(head: Candidate, until: datetime | None) -> tuple[float, float]:
    """Requests that the course of a drop lacks up to a time, and those that it let expect."""
    times = [point.at.replace(tzinfo=None) for point in head.series]
    missing = expected = 0.0
    for point, (at, end) in zip(head.series, pairwise([*times, *_next(times)]), strict=True):
        part = max(min(end, until or end) - max(at, head.start), timedelta(0)) / (end - at)
        missing += part * ((point.usual or 0.0) - (point.value or 0.0))
        expected += part * (point.usual or 0.0)
    return missing, expected


def _next(times: list[datetime]) -> list[datetime]:
    """Where the last of some even steps ends."""
    return [times[-1] + (times[-1] - times[-2])] if len(times) > 1 else [at + timedelta(hours=1) for at in times]


def _cost(run: Run, head: Candidate, until: datetime) -> float | None:
    """What it had cost by then: all of it where it was over, else no more than that."""
    if head.cost_usd is None or until >= (head.end or run.frame.end):
        return head.cost_usd
    by_then = excess_cost(run, head.where, head.start, until)
    return by_then if by_then is None or head.cost_usd < 0 else min(by_then, head.cost_usd)


def _hours(time: timedelta) -> float:
    return time.total_seconds() / 3600
