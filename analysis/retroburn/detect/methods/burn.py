"""An error budget that burns: the objectives of `--config`, or one derived from what the baseline kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from retroburn.config import Slo
from retroburn.detect import cases, judge, series, where
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.fold import keys_of
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate
from retroburn.detect.tell import amount, minute, place_words
from retroburn.findings import Measure
from retroburn.stats import burn
from retroburn.stats.intervals import g_statistic, wilson

MOST = 3
"""Episodes told of one objective."""

APART = timedelta(hours=6)
"""Rules that fire within it speak of one episode: the longest short window."""

LONGEST = 72
"""Hours before a rule fires in which its failures may have begun: the longest window."""

ENOUGH = 3
"""Failures that as many requests before the beginning would have had: with fewer it may have begun earlier."""

SAME = 0.5
"""Part of the failures of the smaller of two episodes that are the other's, from which both are one."""

BLOCKS = 8
"""Blocks of time from which an objective is derived, at least; a day each where there are as many days."""


@dataclass(frozen=True)
class Episode:
    """A time in which rules fire: from the first minute of the first, until the last; `paged` says if one pages."""

    first: datetime
    last: datetime
    paged: bool


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """The episodes in which a budget burns, for each objective."""
    objectives = run.config.slo or _derived(run, detector)
    found = []
    for slo in objectives:
        given = {**params, "latency_ms": slo.latency_ms or 0, "bad": ",".join(slo.bad)}
        cases.collect(run, detector, given, run.frame.how == "source")
        told: list[Candidate] = []
        for episode in _episodes(run, slo)[:MOST]:
            candidate = _candidate(run, detector, slo, episode)
            if candidate is None or not (run.config.slo or _beyond_the_baseline(run, candidate)):
                continue
            candidate.weak = not run.config.slo and not _sure(run, candidate)
            same = [other for other in told if _overlap(run, candidate, other)]
            if candidate.bad > sum(other.bad for other in same):
                told = [*(other for other in told if not any(other is one for one in same)), candidate]
        found += [candidate for candidate in told if not candidate.weak] or told[:1]
    return found


def _overlap(run: Run, one: Candidate, other: Candidate) -> bool:
    """Whether two episodes turn out to be the same failures: rules fire, fall silent over a night, and fire again.

    Each looks for its own place, and may name a wider one: then it is the failures they share that tell.
    """
    ends = [candidate.end or run.frame.end for candidate in (one, other)]
    if not (one.start < ends[1] and other.start < ends[0]):
        return False
    if one.where == other.where:
        return True
    mine, others = (keys_of(run, candidate.hurt) for candidate in (one, other))
    return len(np.intersect1d(mine, others, assume_unique=True)) >= SAME * max(min(len(mine), len(others)), 1)


def _beyond_the_baseline(run: Run, candidate: Candidate) -> bool:
    """Whether more failed than what the baseline shows leaves possible: few requests without a failure promise little.

    An objective that people state holds as it stands; a derived one is known no better than the requests it is from.
    """
    if not _apart(run):
        return True
    seen = cases.totals(run, {}, candidate.start, candidate.end or run.frame.end)
    if not seen.n0:
        return True
    return burn.tail(candidate.bad, candidate.n, wilson(seen.bad0, seen.n0)[1]) < burn.CHANCE


def _sure(run: Run, candidate: Candidate) -> bool:
    """Whether the failures are a rise that is no chance: an objective that nobody stated is a habit of the log."""
    seen = cases.totals(run, candidate.where, candidate.start, candidate.end or run.frame.end)
    if not seen.n0:
        return True
    g = float(g_statistic(seen.bad, seen.n, seen.bad0, seen.n0))
    return g >= judge.evidence_needed(run.config.gate, 1, run.frame.buckets)


def _apart(run: Run) -> bool:
    """Whether the baseline is something else than the searched time itself."""
    return run.frame.how == "source" or run.frame.start > run.frame.first


def _derived(run: Run, detector: Detector) -> list[Slo]:
    """The first objective that the baseline kept with half its budget to spare; none where it kept none."""
    frame = run.frame
    seconds = (frame.end - frame.first).total_seconds()
    width = 86400.0 if seconds >= BLOCKS * 86400 else max(seconds / BLOCKS, 1.0)
    rows = run.engine.arrays(
        "select count(*) as n, count(*) filter (where bad) as bad from cases where era = 0 or not $apart "
        'group by floor(epoch("at") / $width) order by floor(epoch("at") / $width)',
        {"apart": _apart(run), "width": width},
    )
    target = burn.kept(np.asarray(rows["n"], float), np.asarray(rows["bad"], float)) if len(rows["n"]) else None
    if target is None:
        run.unsure.append(
            (detector.kind, "no objective is stated in --config, and the baseline kept none that could be")
        )
        return []
    return [Slo(name="requests ending ok, derived from the baseline", target=100 * target)]


def _episodes(run: Run, slo: Slo) -> list[Episode]:
    frame = run.frame
    text, params = cases.condition(slo.where)
    rows = run.engine.arrays(
        'select floor((epoch("at") - $t0) / 60)::integer as minute, count(*) as n, count(*) filter (where bad) as bad '
        f"from cases where era = 1 and {text} group by minute",
        {**params, "t0": frame.t0},
    )
    n, bad = np.zeros((2, math.ceil((frame.end - frame.time(frame.t0)).total_seconds() / burn.MINUTE) + 1))
    n[np.asarray(rows["minute"], int)] = rows["n"]
    bad[np.asarray(rows["minute"], int)] = rows["bad"]
    moment = [frame.time(frame.t0 + burn.MINUTE * i) for i in (0, 1)]
    step = moment[1] - moment[0]
    fires = sorted(burn.fires(n, bad, slo.share, slo.days), key=lambda fire: fire.first)
    out: list[Episode] = []
    for fire in fires:
        first, last = moment[0] + fire.first * step, moment[0] + fire.last * step
        if out and first <= out[-1].last + APART:
            before = out.pop()
            first, last = before.first, max(before.last, last)
            out.append(Episode(first, last, before.paged or fire.rule < 2))
        else:
            out.append(Episode(first, last, fire.rule < 2))
    return sorted(out, key=lambda e: (not e.paged, e.first))


def _candidate(run: Run, detector: Detector, slo: Slo, episode: Episode) -> Candidate | None:
    """The finding of an episode: its edges are those of the failures, which began before a rule could fire."""
    frame = run.frame
    place, span = _edges(run, slo, episode)
    counts = cases.totals(run, place, span.start, span.end)
    if counts.bad == 0:
        return None
    budget = 1 - slo.share
    low, high = wilson(counts.bad, counts.n)
    whole = cases.totals(run, slo.where, frame.start, frame.end)
    lasted = max((frame.end - frame.start).total_seconds(), 1.0)
    spent = counts.bad / max(budget * whole.n * slo.days * 86400 / lasted, 1e-9)
    usual = None if not counts.n0 else counts.bad0 / counts.n0 / budget
    candidate = rate.candidate_of(run, detector, place, span, counts, None, float(counts.bad))
    candidate.measure = Measure(
        name=f"burn rate of the budget of {slo.target:g} % ({slo.name})", unit="times", baseline=usual,
        observed=counts.bad / counts.n / budget, low=low / budget, high=high / budget,
    )  # fmt: skip
    candidate.series = series.points(run, candidate, per=budget)
    candidate.title = _title(slo, place)
    candidate.summary = _summary(slo, episode, candidate, spent, counts.bad, counts.n)
    candidate.cap = None if episode.paged else "medium"
    return candidate


def _edges(run: Run, slo: Slo, episode: Episode) -> tuple[Where, rate.Span]:
    """Where and from when to when: looked for farther back while too little went well before it to see its beginning.

    A rule fires after ten failures at the earliest, which at low traffic, or over a night, are many hours.
    """
    frame, end, margin = run.frame, min(episode.last, run.frame.end), timedelta(seconds=2 * run.frame.width)
    back = timedelta(hours=6 if episode.paged else LONGEST)
    while True:
        begin = max(episode.first - back, frame.start)
        place: Where = {**slo.where, **where.smallest(run, begin, end).where}
        span = rate.exact(run, place, begin, end) or rate.Span(begin, end, begin, end >= frame.end)
        inside = cases.totals(run, place, span.start, span.end)
        before = cases.totals(run, place, begin - margin, span.start)
        seen = before.n * inside.bad / max(inside.n, 1) >= ENOUGH
        if seen or begin == frame.start or back >= timedelta(hours=LONGEST):
            return place, rate.risen(run, place, span) or span
        back *= 2


def _title(slo: Slo, place: Where) -> str:
    words = place_words(place)
    return f"The error budget of {slo.target:g} % burns{f' in {words}' if words else ''}"


def _summary(slo: Slo, episode: Episode, candidate: Candidate, spent: float, bad: float, n: float) -> str:
    m = candidate.measure
    until = "and it goes on" if candidate.end is None else f"until {minute(candidate.end)}"
    how = "paged somebody" if episode.paged else "opened a ticket"
    earlier = " already, by what failed before" if episode.first < candidate.start else ""
    return (
        f"{int(bad):,} of {int(n):,} requests missed the objective of {slo.target:g} % over {slo.days} days "
        f"({slo.name}): "
        f"{m.observed:.1f} times as fast as the budget allows, since {minute(candidate.start)} {until}. "
        f"This spent {amount(spent, 'share')} of the whole budget. "
        f"Alerts on burn rates would have {how} at {minute(episode.first)}{earlier}."
    )
