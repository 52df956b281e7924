"""From a candidate to a finding: whom it hit, how grave it is, what to say, and the rows behind it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from retroburn import door
from retroburn.detect import cases, judge
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.frame import Run
from retroburn.findings import SEVERITIES, Also, Evidence, Finding, Impact, Measure, Point, Severity
from retroburn.stats.intervals import Z

MOST_EXAMPLES = 20
SUMS = ("arms", "small_slices")
"""Methods that sum up troubles of several sorts."""
MAY_BE_CHANCE = "Little speaks for it yet: it may be chance."
SERIES_COLUMNS = ("at", "n", "bad", "value", "usual")


def finding(run: Run, candidate: Candidate, params: Mapping[str, Any]) -> Finding:
    """The finding as the contract has it."""
    detector, frame = candidate.detector, run.frame
    end = candidate.end or frame.end
    impact = _impact(run, candidate, end)
    everyone = traffic(run, candidate.start, end)
    rows = series_text(candidate.series)
    where = {name: _masked(value) for name, value in candidate.where.items()}
    key = hashlib.sha256(f"{detector.kind}|{sorted(candidate.where.items())}".encode()).hexdigest()[:12]
    known = "|".join(
        [key, *filter(None, [candidate.facet]), candidate.start.isoformat(), str(candidate.bad), str(candidate.n)]
    )
    return Finding(
        id=f"{detector.kind}-{hashlib.sha256(known.encode()).hexdigest()[:8]}",
        key=f"{detector.kind}:{key}",
        kind=detector.kind,
        cause=detector.cause,
        also=[Also(kind=c.detector.kind, measure=c.measure) for c in candidate.also],
        severity=_severity(run, candidate, impact, everyone),
        title=candidate.title or _title(candidate),
        summary=" ".join([candidate.summary or _summary(candidate), *([MAY_BE_CHANCE] if candidate.weak else [])]),
        start=aware(candidate.start),
        end=aware(candidate.end) if candidate.end else None,
        where=where,
        impact=impact,
        measure=candidate.measure,
        drivers=candidate.drivers,
        examples=candidate.examples if candidate.examples is not None else _examples(run, candidate),
        evidence=Evidence(
            query=detector.path,
            params={**params, "from": _iso(candidate.start), "to": _iso(end), **where},
            rows=len(candidate.series),
            sha256=hashlib.sha256(rows.encode()).hexdigest(),
            weak=candidate.weak,
        ),
        advice=detector.head.advice.strip(),
        about=candidate.about,
        series=candidate.series,
        spread=candidate.spread,
    )


def _severity(run: Run, candidate: Candidate, impact: Impact, everyone: int) -> Severity:
    found = judge.severity(run.config.severity, impact, candidate.detector.head.hurts, everyone, candidate.end is None)
    caps: list[Severity] = [candidate.cap or found, "low" if candidate.weak else found]
    return max(found, *caps, key=SEVERITIES.index)


def aware(time: datetime) -> datetime:
    """A naive UTC time with its zone, whole microseconds."""
    return time.replace(tzinfo=UTC)


def series_text(series: list[Point]) -> str:
    """The rows behind a finding as CSV text: what `evidence/` holds and the digest is of."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SERIES_COLUMNS)
    for p in series:
        writer.writerow([_iso(p.at.replace(tzinfo=None)), *(_number(v) for v in (p.n, p.bad, p.value, p.usual))])
    return out.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.9g}"


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds") + "Z"


def _masked(value: str | list[str]) -> str | list[str]:
    return [door.show(v) for v in value] if isinstance(value, list) else door.show(value)


def _impact(run: Run, candidate: Candidate, end: datetime) -> Impact:
    """Counts of the rows hurt, and of all requests there."""
    hit = run.engine.rows(
        'select count(distinct (h.trace_id, h.id)) as requests, nullif(count(distinct f."user"), 0) as users, '
        "nullif(count(distinct f.tenant), 0) as tenants from hurt as h "
        "left join request_facts as f on h.trace_id = f.trace_id and h.id = f.id where h.candidate = $hurt",
        {"hurt": candidate.hurt},
    )[0]
    if candidate.requests is not None:
        return Impact(requests=candidate.requests, share=candidate.share, cost_usd=candidate.cost_usd)
    there = traffic(run, candidate.start, end, candidate.where)
    cost = (
        candidate.cost_usd
        if candidate.cost_usd is not None
        else excess_cost(run, candidate.where, candidate.start, end)
    )
    share = min(hit["requests"] / there, 1.0) if there else None
    return Impact(requests=hit["requests"], share=share, users=hit["users"], tenants=hit["tenants"], cost_usd=cost)


def traffic(run: Run, start: datetime, end: datetime, where: Where | None = None) -> int:
    """Requests of a slice, or of all, between two times."""
    text, params = cases.condition(where or {})
    return int(
        run.engine.one(
            f"select count(*) from slices where not is_baseline and {text} and start >= $a and start < $b",
            {**params, "a": start, "b": end},
        )
    )


def excess_cost(run: Run, where: Where, start: datetime, end: datetime) -> float | None:
    """Cost above the usual cost of as many requests of the slice; None when the difference is within noise."""
    text, params = cases.condition(where)
    row = run.engine.rows(
        "select count(cost) filter (where ins) as n, count(cost) filter (where not ins) as n0, "
        "avg(cost) filter (where ins) as mean, avg(cost) filter (where not ins) as mean0, "
        "var_samp(cost) filter (where ins) as var, var_samp(cost) filter (where not ins) as var0 "
        "from (select cost_usd::double as cost, is_baseline, not is_baseline and start >= $a and start < $b as ins "
        f"from slices where {text}) where ins or is_baseline or $outside",
        {**params, "a": start, "b": end, "outside": run.frame.outside_is_reference},
    )[0]
    if row["n"] < 5 or row["n0"] < 20 or row["var"] is None or row["var0"] is None:
        return None
    error = (row["var"] / row["n"] + row["var0"] / row["n0"]) ** 0.5
    change = row["mean"] - row["mean0"]
    return round(row["n"] * change, 6) if abs(change) > Z * error else None


def _examples(run: Run, candidate: Candidate) -> list[str]:
    """Ids of the rows hit, those that show it most clearly first (`queries/cube/examples.sql`)."""
    detector = candidate.detector
    given = {"hurt": candidate.hurt, "kind": detector.kind, "most": MOST_EXAMPLES, "sums": detector.head.method in SUMS}
    return [str(row["id"]) for row in run.engine.rows(cases.cube("examples").sql, given)]


SAID = {"name": "operation"}
"""A field that a sentence would not be understood with."""


def place_words(where: Mapping[str, str | list[str]]) -> str:
    """A slice in words: `tenant acme, locale ko-KR`; empty for the whole."""
    parts = [
        f"{SAID.get(name, name)} {' or '.join(value) if isinstance(value, list) else value}"
        for name, value in where.items()
    ]
    return door.show(", ".join(parts))


def _title(candidate: Candidate) -> str:
    place = place_words(candidate.where)
    return f"{candidate.detector.head.title}{f' in {place}' if place else ''}"


def _summary(candidate: Candidate) -> str:
    head, m = candidate.detector.head, candidate.measure
    until = "and it goes on" if candidate.end is None else f"until {minute(candidate.end)}"
    counted = f"{candidate.bad:,} of {candidate.n:,} {head.unit}"
    usual = "nothing to compare with" if m.baseline is None else f"usually {amount(m.baseline, m.unit)}"
    return (
        f"{m.name[:1].upper()}{m.name[1:]}: {amount(m.observed, m.unit)} "
        f"({amount(m.low, m.unit)} to {amount(m.high, m.unit)}), {usual}; {counted}, "
        f"since {minute(candidate.start)} {until}."
    )


def lasting(length: timedelta) -> str:
    """A length of time in its two largest units, in words for people."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    parts = {"d": minutes // 1440, "h": minutes % 1440 // 60, "min": minutes % 60}
    return " ".join([f"{n} {unit}" for unit, n in parts.items() if n][:2])


def minute(time: datetime) -> str:
    """A naive UTC time to the minute, in words for people."""
    return time.strftime("%Y-%m-%d %H:%M UTC")


_COUNTED = {"requests", "hits", "answers", "effects", "records", "lines"}
"""Units of which there are no parts, so that an interval of them ends at none."""


def amount(value: float | None, unit: str) -> str:
    """A number with its unit, short: `6.1 %`, `$12.40`, `830 ms`; `unknown` when it could not be told."""
    if value is None:
        return "unknown"
    if unit == "share":
        return f"{per_cent(value)} %"
    if unit == "usd":
        return f"${value:,.2f}"
    if unit in _COUNTED and abs(value) >= 10:
        return f"{value:,.0f} {unit}"
    return f"{value:,.4g} {unit}" if abs(value) < 1000 else f"{value:,.0f} {unit}"


def per_cent(value: float) -> str:
    """A part of one as a number of hundredths; small parts keep two digits that say something."""
    hundredths = 100 * value
    size = abs(hundredths)
    if 0 < size < 0.001:
        return "≈0"
    if 0 < size < 0.01:
        return f"{hundredths:.1g}"
    digits = 0 if size >= 99.95 or size == 0 else 1 if size >= 1 else 2
    return f"{hundredths:.{digits}f}"


def measure_of(finding_measure: Measure) -> str:
    """A measure in short words: name and observed value."""
    return f"{finding_measure.name} {amount(finding_measure.observed, finding_measure.unit)}"
