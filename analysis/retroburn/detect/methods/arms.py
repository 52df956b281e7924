"""The canary, or the shadow, against the stable arm: at the same time, like with like, with intervals made for peeking.

Five things may be worse: failures, answers, durations, costs, scores. Each is compared within operations, and again
within operations and clients, locales, regions, tenants and hours; the comparison that finds least must still find it,
so that an arm that got other requests is not blamed for them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retroburn.detect import cases, judge
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector, detectors
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate
from retroburn.detect.tell import amount, minute
from retroburn.findings import Measure
from retroburn.stats import drift
from retroburn.stats.sequential import Difference, Stratum, difference

FACES = {
    "fails": "error_burst",
    "bad_answer": "",
    "slow": "latency_regression",
    "dear": "cost_spike",
    "disliked": "feedback_drop",
}
"""What may be worse, the gravest first, and the kind that each is a case of; of bad answers their own sort says it."""

WORDS = {
    "fails": "fails more",
    "bad_answer": "answers worse",
    "slow": "takes longer",
    "dear": "costs more",
    "disliked": "is rated lower",
}

WINDOWS = [(0, 8), (0, 4), (4, 8), *((i, i + 2) for i in range(0, 8, 2)), *((i, i + 1) for i in range(8))]
"""Parts of the arm's time, in eighths: what went wrong for an hour is lost in a week."""

OTHER_MIX = 0.1
"""Total variation of a field between the arms from which they do not get the same sort of requests."""


@dataclass(frozen=True)
class Worse:
    """One thing that is worse in a part of the arm's time: within operations, and where least is found."""

    measure: str
    window: tuple[int, int]
    found: Difference
    least: Difference

    @property
    def strength(self) -> float:
        """How many half-widths of its interval it is from nothing."""
        return self.least.value / max(self.least.value - self.least.low, 1e-12)


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """One finding for each arm that is worse than the stable one."""
    given = {"end": run.frame.end, "lower_is_better": params["lower_is_better"]}
    run.engine.run(cases.cube("arm_cases"), given)
    rows = run.engine.rows(
        'select arm, count(*) as n, min("at") as first, max("at") as last '
        'from arm_cases where "at" >= $start group by arm order by arm',
        {"start": run.frame.start},
    )
    others = [row for row in rows if str(row["arm"]).lower() != "stable" and row["n"] >= float(params["fewest"])]
    if others and len(others) == len(rows):
        run.unsure.append((detector.kind, "no request names the stable arm, so there is nothing to compare with"))
        return []
    found = (_arm(run, detector, params, str(row["arm"]), (row["first"], row["last"])) for row in others)
    return [candidate for candidate in found if candidate is not None]


def _arm(
    run: Run, detector: Detector, params: Mapping[str, Any], arm: str, time: tuple[datetime, datetime]
) -> Candidate | None:
    end = min(run.frame.time((time[1] - datetime(1970, 1, 1)).total_seconds() + 1), run.frame.end)
    rows = run.engine.rows(cases.cube("arms"), {"a": time[0], "b": end})
    rows = [row for row in rows if row["arm"] == arm or str(row["arm"]).lower() == "stable"]
    worse = [w for measure in FACES if (w := _worst(run, params, measure, arm, rows)) is not None]
    if not worse:
        return None
    chief = max(worse, key=lambda w: w.strength)
    length = (end - time[0]) / 8
    begin, until = time[0] + chief.window[0] * length, time[0] + chief.window[1] * length
    run.engine.run(cases.cube("arm_bad"), {"measures": [chief.measure]})
    place: dict[str, str | list[str]] = {"arm": arm}
    stable = _bad_share(run, begin, until)
    # the window that says it most clearly begins where many cases are, not where the trouble does
    span = rate.exact(run, place, begin, until, stable, until - begin) or rate.Span(
        begin, until, begin, until >= run.frame.end
    )
    if span.earliest <= time[0]:
        # an onset as likely as the arm's own beginning is that: what a release breaks, it breaks from the first request
        span = rate.Span(time[0], span.end, time[0], span.open_end)
    run.engine.run(cases.cube("arm_bad"), {"measures": [w.measure for w in worse]})
    counts = cases.totals(run, place, span.start, span.end)
    candidate = rate.candidate_of(run, detector, place, span, counts, None, 10 * chief.strength**2)
    candidate.measure = _measure(chief, arm)
    candidate.title = f"The {arm} arm {WORDS[chief.measure]} than the stable one"
    candidate.summary = _summary(worse, chief, candidate, _mixes(rows, arm))
    candidate.also = [face for w in worse for face in _faces(run, candidate, w, arm)]
    candidate.cap = "medium" if arm.lower() == "shadow" else None
    return candidate


def _bad_share(run: Run, start: datetime, end: datetime) -> float:
    """The share of stable requests that are bad in an interval, half a case added."""
    row = run.engine.rows(
        "select count(*) as n, count(*) filter (where bad) as bad from cases "
        'where lower(arm) = \'stable\' and era = 1 and "at" >= $a and "at" < $b',
        {"a": start, "b": end},
    )[0]
    return float((row["bad"] + 0.5) / (row["n"] + 1))


def _worst(run: Run, params: Mapping[str, Any], measure: str, arm: str, rows: list[dict[str, Any]]) -> Worse | None:
    """The part of the time in which one thing is worse most clearly; None where it is in none."""
    own = [row for row in rows if row["measure"] == measure]
    options = []
    for window in WINDOWS:
        inside = [row for row in own if window[0] <= row["slot"] < window[1]]
        by_cut = {cut: difference(strata, len(FACES)) for cut, strata in _strata(inside, arm).items()}
        known = [found for found in by_cut.values() if found is not None and found.covered >= 0.5]
        plain = by_cut.get("every")
        if plain is None or not known or not _matters(run, params, measure, plain):
            continue
        least = min(known, key=lambda found: found.low)
        if least.low > 0:
            options.append(Worse(measure, window, plain, least))
    # a part must say it more clearly than the whole, which is looked at first
    return max(options, key=lambda w: w.strength * (1.0 if w.window == (0, 8) else 0.8), default=None)


def _strata(rows: Iterable[dict[str, Any]], arm: str) -> dict[str, list[Stratum]]:
    """Counts of both arms by cut, then by operation and the value of the cut's field."""
    sums: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * 6))
    for row in rows:
        at = 0 if row["arm"] == arm else 3
        found = sums[row["cut"]][row["operation"], row["content"]]
        for i, name in enumerate(("n", "total", "squares")):
            found[at + i] += float(row[name])
    return {cut: [Stratum(*values) for values in groups.values()] for cut, groups in sums.items()}


def _matters(run: Run, params: Mapping[str, Any], measure: str, found: Difference) -> bool:
    if found.n < float(params["fewest"]):
        return False
    if measure in ("fails", "bad_answer"):
        return judge.matters(run.config.gate, found.mean, max(found.mean0, 0.0), round(found.mean * found.n))
    if measure == "disliked":
        return found.value >= float(params["min_dislike"])
    return math.exp(found.value) >= float(params["min_slowdown"])


def _measure(worse: Worse, arm: str) -> Measure:
    d = worse.found
    half = max(worse.least.value - worse.least.low, 0.0)
    low, high = d.value - half, d.value + half
    if worse.measure in ("fails", "bad_answer"):
        name = f"share of {arm} requests that fail" if worse.measure == "fails" else f"share of bad answers in {arm}"
        return Measure(name=name, unit="share", baseline=d.mean0, observed=d.mean,
                       low=max(0.0, d.mean0 + low), high=min(1.0, d.mean0 + high))  # fmt: skip
    if worse.measure == "disliked":
        return Measure(name=f"scores of {arm} under the usual", unit="standard deviations", baseline=d.mean0,
                       observed=d.mean, low=d.mean0 + low, high=d.mean0 + high)  # fmt: skip
    name = "duration" if worse.measure == "slow" else "cost"
    return Measure(name=f"{name} of {arm} requests over that of stable ones", unit="times", baseline=1.0,
                   observed=math.exp(d.value), low=math.exp(low), high=math.exp(high))  # fmt: skip


def _faces(run: Run, candidate: Candidate, worse: Worse, arm: str) -> list[Candidate]:
    """The kind of which a worse measure is a case, as something that the finding also is."""
    kind = FACES[worse.measure] or _sort_of_answer(run, candidate)
    known = {each.kind: each for each in detectors()}
    if kind not in known:
        return []
    return [
        Candidate(
            detector=known[kind], start=candidate.start, end=candidate.end, where=candidate.where, g=0.0,
            measure=_measure(worse, arm), n=candidate.n, bad=candidate.bad, hurt=candidate.hurt, keys=candidate.keys,
        )
    ]  # fmt: skip


def _sort_of_answer(run: Run, candidate: Candidate) -> str:
    """The commonest kind of bad answer among the rows of a finding."""
    rows = run.engine.rows(
        "select s.kind from hurt as h inner join request_facts as f on h.trace_id = f.trace_id and h.id = f.id "
        "inner join signals as s on f.trace_id = s.trace_id and f.answer_id = s.id and s.confidence >= 0.5 "
        "where h.candidate = $hurt group by s.kind order by count(*) desc, s.kind limit 1",
        {"hurt": candidate.hurt},
    )
    return str(rows[0]["kind"]) if rows else ""


def _mixes(rows: list[dict[str, Any]], arm: str) -> list[str]:
    """Fields in which the arms get other sorts of requests: the check of the sample ratio, field by field."""
    import numpy as np

    counts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for row in rows:
        if row["measure"] == "fails" and row["cut"] not in ("every", "hours"):
            counts[row["cut"]][row["content"]][0 if row["arm"] == arm else 1] += row["n"]
    out = []
    for cut, values in sorted(counts.items()):
        table = np.array(list(values.values()))
        if drift.total_variation(table[:, 0], table[:, 1]) > OTHER_MIX + math.sqrt(len(table) / table[:, 0].sum()) / 2:
            out.append(cut)
    return out


def _summary(worse: list[Worse], chief: Worse, candidate: Candidate, mixes: list[str]) -> str:
    m = candidate.measure
    rest = [WORDS[w.measure] for w in worse if w is not chief]
    until = "and it goes on" if candidate.end is None else f"until {minute(candidate.end)}"
    return (
        f"{m.name[:1].upper()}{m.name[1:]}: {amount(m.observed, m.unit)} ({amount(m.low, m.unit)} to "
        f"{amount(m.high, m.unit)}, an interval that holds however often one looks), stable: "
        f"{amount(m.baseline, m.unit)}; {round(chief.found.n):,} requests, since {minute(candidate.start)} {until}."
        + (f" It also {' and '.join(rest)}." if rest else "")
        + (f" The arms get other sorts of requests ({', '.join(mixes)}); like was compared with like." if mixes else "")
    )
