"""What comes in differs from what usually comes in at these hours: one finding a drift, told by its strongest feature.

Every value of every feature is a share over time, for all requests and for each operation. The rise that stands out
most and passes the gate is told; its requests are then taken out, at all times, and the rest is looked at again - a new
language that is also a new region is one drift, not two.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from retroburn.detect import cases, judge, series, spread, where
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate
from retroburn.detect.tell import amount, place_words
from retroburn.findings import Measure, Share
from retroburn.stats import drift
from retroburn.stats.intervals import wilson

Array = np.ndarray[Any, Any]

DIMENSIONS = ("script", "client", "locale", "region")
FORMS = {
    "very_long": "much longer questions", "code": "code", "json": "JSON", "link": "links", "lines": "many lines",
    "digits": "mostly digits", "emoji": "emoji", "very_short": "much shorter questions", "longer": "longer questions",
    "shorter": "shorter questions",
}  # fmt: skip
LANGUAGES = {
    "ko": "Korean", "ja": "Japanese", "zh": "Chinese", "latin": "Latin letters", "other": "other scripts",
    "es": "Spanish", "de": "German", "fr": "French", "pt": "Portuguese", "it": "Italian", "marks": "letters with marks",
}  # fmt: skip
MOST = 4
"""Drifts told in one log."""
FEWEST = 30
"""Requests above what is usual, below which a drift is an anecdote."""
REAL = 0.5
"""Part of the rise of a share that must be more requests than the same hours usually bring."""
NEVER = 0.002
"""A share below which something hardly ever came in before."""
NOISE = 1.5
"""A rise must be this many times what quiet stretches of the same length show."""


@dataclass(frozen=True)
class Feature:
    """One value of one feature, for all requests or for one operation."""

    name: str
    value: str
    operation: str | None

    @property
    def words(self) -> str:
        """What it is, for people."""
        if self.name == "script":
            return LANGUAGES.get(self.value, self.value)
        return FORMS.get(self.name, f"{self.name} {self.value}")

    @property
    def order(self) -> int:
        """Which of several equally strong features speaks."""
        return [*DIMENSIONS, *FORMS].index(self.name)


@dataclass
class Shares:
    """Counts by feature and slot of time; classes are hours of day by kind of day."""

    features: list[Feature]
    n: Array
    k: Array
    classes: Array
    searched: Array
    reference: Array
    slots: Array
    t0: float
    width: int


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """The drifts of a log, the strongest first."""
    _read(run)
    out: list[Candidate] = []
    among: set[Feature] | None = None
    while len(out) < MOST:
        shares = _shares(run)
        passed = _passed(run, shares, params)
        # without the long questions of one client the others' share rises: what rose must have risen among all
        among = {shares.features[rise.row] for rise in passed} if among is None else among
        passed = [rise for rise in passed if shares.features[rise.row] in among]
        if not passed:
            break
        best = max(rise.g for rise in passed)
        chosen = min((r for r in passed if r.g >= 0.85 * best), key=lambda r: (shares.features[r.row].order, -r.g))
        candidate = _candidate(run, detector, shares, chosen, passed, params)
        if candidate is not None:
            out.append(candidate)
        _take_out(run, shares.features[chosen.row])
    return out


def _read(run: Run) -> None:
    """Makes the table `carried`: the features of all requests, with what is long or short for each operation."""
    named = run.frame.how == "source"
    parts = ['select *, case when "at" >= $start then 1 else 0 end as era from main.features where "at" < $end']
    if named:
        parts.append("select *, 0 as era from baseline.features")
    given = {"start": run.frame.start, "end": run.frame.end, "named": named}
    run.engine.run(f"create or replace temp table brought as {' union all by name '.join(parts)}", given)
    run.engine.run(f"create or replace temp table carried as {cases.cube('features').sql}", given)


def _condition(feature: Feature) -> tuple[str, dict[str, Any]]:
    text = f"coalesce({feature.name}::varchar = $value, false)"
    params: dict[str, Any] = {"value": feature.value}
    if feature.operation is not None:
        return f"({text} and operation = $operation)", {**params, "operation": feature.operation}
    return text, params


def _take_out(run: Run, feature: Feature) -> None:
    text, params = _condition(feature)
    run.engine.run(f"delete from carried where {text}", params)


def _shares(run: Run) -> Shares:
    frame = run.frame
    seconds = (frame.end - frame.first).total_seconds()
    width = 3600 if seconds <= 4 * 86400 else 3 * 3600
    t0 = float(frame.t0 - frame.t0 % width)
    names = [*DIMENSIONS, *FORMS]
    sets = ", ".join(f"(era, slot, {name}), (era, slot, operation, {name})" for name in names)
    flags = ", ".join(f"grouping({name}) as g_{name}" for name in names)
    columns = ", ".join(f"{name}::varchar as {name}" for name in names)
    # what was not said is no value; a slot of the reference that was named is only an hour of a kind of day
    rows = run.engine.run(
        f"select era, slot, grouping(operation) as wide, operation, count(*) as n, {', '.join(names)}, {flags} from "
        f'(select era, floor((epoch("at") - $t0) / $width)::integer as slot, operation, {columns} from carried) '
        f"group by grouping sets ({sets})",
        {"t0": t0, "width": width},
    ).fetchall()
    return _filled(run, rows, names, t0, width)


def _filled(run: Run, rows: list[Any], names: list[str], t0: float, width: int) -> Shares:
    apart = run.frame.how == "source"
    slots = sorted({(row[0] if apart else 1, row[1]) for row in rows})
    column = {slot: i for i, slot in enumerate(slots)}
    totals: dict[tuple[str, str | None], Array] = defaultdict(lambda: np.zeros(len(slots)))
    counts: dict[Feature, Array] = defaultdict(lambda: np.zeros(len(slots)))
    for era, slot, wide, operation, n, *rest in rows:
        which = rest.index(0, len(names)) - len(names)
        name, value = names[which], rest[which]
        if value is None:
            continue
        place = None if wide else operation
        at = column[(era if apart else 1, slot)]
        totals[name, place][at] += n
        if name in DIMENSIONS or value == "true":
            counts[Feature(name, value, place)][at] += n
    kept = [f for f, k in counts.items() if k.sum() >= FEWEST]
    kept.sort(key=lambda f: (f.order, f.value, f.operation or ""))
    start = (run.frame.start - run.frame.time(t0)).total_seconds() / width
    searched = np.array([era == 1 and slot >= math.floor(start) for era, slot in slots], dtype=bool)
    reference = np.ones(len(slots), dtype=bool) if run.frame.outside_is_reference else ~searched
    return Shares(
        kept,
        np.array([totals[(f.name, f.operation)] for f in kept]).reshape(len(kept), len(slots)),
        np.array([counts[f] for f in kept]).reshape(len(kept), len(slots)),
        np.array([_class(t0 + slot * width) for _, slot in slots]),
        searched, reference, np.array([slot for _, slot in slots]), t0, width,
    )  # fmt: skip


def _class(seconds: float) -> int:
    """Time of day in eighths, by kind of day: what comes in at three in the night is not what comes in at noon.

    The weekend begins on Friday in the east and ends on Monday in the west, so that these are kinds of their own.
    """
    day = (int(seconds // 86400) + 3) % 7  # 1970-01-01 was a Thursday
    kind = {0: 1, 4: 2, 5: 3, 6: 4}.get(day, 0)
    return int(seconds % 86400 // 10800) + drift.KIND * kind


def _passed(run: Run, shares: Shares, params: Mapping[str, Any]) -> list[drift.Rise]:
    if not shares.features or not shares.reference.any():
        return []
    shortest = max(2, 6 * 3600 // shares.width)
    found = drift.rises(shares.n, shares.k, shares.classes, shares.searched, shares.reference, shortest)
    needed = judge.evidence_needed(run.config.gate, len(shares.features), int(shares.searched.sum()))
    return [rise for rise in found if _stands(shares, rise, needed, params) and _is_more(run, shares, rise)]


def _is_more(run: Run, shares: Shares, rise: drift.Rise) -> bool:
    """Whether more came in, and not only fewer of all others: a share also rises when somebody else is gone."""
    if not run.frame.outside_is_reference:
        return True  # another log may be of any size
    added = rise.effect * float(shares.n[rise.row, rise.first : rise.last].sum())
    seen = float(shares.k[rise.row, rise.first : rise.last].sum())
    usual = drift.usual_count(rise, shares.k[rise.row], shares.classes, shares.reference)
    return math.isnan(usual) or seen - usual >= REAL * added


def _stands(shares: Shares, rise: drift.Rise, needed: float, params: Mapping[str, Any]) -> bool:
    more = rise.effect * float(shares.n[rise.row, rise.first : rise.last].sum())
    new = rise.expected < NEVER and rise.observed >= float(params["min_new"])
    matters = new or (rise.effect >= float(params["min_effect"]) and rise.observed >= 1.2 * rise.expected)
    quiet = 0.0 if math.isnan(rise.floor) else rise.floor
    return matters and more >= FEWEST and rise.g >= needed and rise.effect > NOISE * quiet


def _candidate(
    run: Run, detector: Detector, shares: Shares, rise: drift.Rise, passed: list[drift.Rise], params: Mapping[str, Any]
) -> Candidate | None:
    """The finding of one rise: the cases are the requests that carry the feature, its edges are set one by one."""
    feature = shares.features[rise.row]
    text, given = _condition(feature)
    cases.collect(run, detector, params, run.frame.how == "source")
    run.engine.run(
        f"update cases set bad = c.has from (select trace_id, id, era, {text} as has from carried) as c "
        "where cases.trace_id = c.trace_id and cases.id = c.id and cases.era = c.era",
        given,
    )
    start = run.frame.time(shares.t0 + _slot(shares, rise.first) * shares.width)
    end = run.frame.time(shares.t0 + (_slot(shares, rise.last - 1) + 1) * shares.width)
    place = _place(run, feature, max(start, run.frame.start), min(end, run.frame.end))
    span = rate.exact(run, place, max(start, run.frame.start), min(end, run.frame.end))
    if span is None or _is_the_usual(run, span):
        return None
    counts = cases.totals(run, place, span.start, span.end)
    low, high = wilson(counts.bad, counts.n)
    measure = Measure(
        name=f"share of requests with {feature.words}",
        unit="share",
        baseline=rise.expected,
        observed=counts.bad / counts.n,
        low=low,
        high=high,
    )
    candidate = rate.candidate_of(run, detector, place, span, counts, rise.expected, rise.g)
    # what is over, or small, is for the record; a grave one that goes on is more
    grave = span.open_end and rise.effect >= float(params["grave_effect"])
    # of a day and a half nobody knows whether it is the evening: what was there before is no alarm
    candidate.cap = None if grave and not (run.frame.no_other_day and rise.expected >= NEVER) else "low"
    candidate.measure = measure
    candidate.title = _title(feature, place)
    candidate.summary = _summary(shares, rise, candidate, passed)
    candidate.series = series.points(run, candidate)
    candidate.spread = _spread(run, feature, place, span)
    return candidate


def _spread(run: Run, feature: Feature, place: Where, span: rate.Span) -> list[Share]:
    """What came in beside it. Of what a question has or has not its own course says all there is."""
    if feature.name in spread.LENGTHS:
        return spread.of_lengths(run, place, span.start, span.end)
    if feature.name not in DIMENSIONS:
        return []
    found = spread.of_values(run, feature.name, place, span.start, span.end)
    words = LANGUAGES if feature.name == "script" else {}
    return [share.model_copy(update={"value": words.get(share.value, share.value)}) for share in found]


def _is_the_usual(run: Run, span: rate.Span) -> bool:
    """Whether it held for the larger part of the time and is over: that was the usual, and what followed is odd."""
    frame = run.frame
    larger = (span.end - span.start) > (frame.end - frame.start) / 2
    return frame.outside_is_reference and larger and not span.open_end


def _slot(shares: Shares, place: int) -> int:
    """The slot of time of a column."""
    return int(shares.slots[place])


def _place(run: Run, feature: Feature, start: Any, end: Any) -> Where:
    """Where it is confined to; not to the field that the feature itself is."""
    found = where.smallest(run, start, end).where
    same = {"client", "locale", "region"} if feature.name in DIMENSIONS else set()
    if found and not same & set(found):
        return found
    if feature.operation is None:
        return {}
    for name in ("route", "feature", "name"):
        if run.engine.one(f"select 1 from slices where {name} = $value limit 1", {"value": feature.operation}):
            return {name: feature.operation}
    return {}


def _title(feature: Feature, place: Where) -> str:
    words = place_words(place)
    return f"More requests with {feature.words}{f' in {words}' if words else ''}"


def _summary(shares: Shares, rise: drift.Rise, candidate: Candidate, passed: list[drift.Rise]) -> str:
    m, feature = candidate.measure, shares.features[rise.row]
    others = [
        shares.features[r.row].words for r in sorted(passed, key=lambda r: -r.g)
        if shares.features[r.row].words != feature.words and r.first < rise.last and r.last > rise.first
    ]  # fmt: skip
    also = f"; with it {', '.join(dict.fromkeys(others[:4]))}" if others else ""
    noise = "" if math.isnan(rise.floor) else f" (quiet stretches differ by up to {amount(rise.floor, 'share')})"
    return (
        f"{feature.words[:1].upper()}{feature.words[1:]}: {amount(m.observed, 'share')} of {candidate.n:,} requests, "
        f"usually {amount(m.baseline, 'share')}{noise}{also}."
    )
