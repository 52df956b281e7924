"""One run of every detector over prepared tables: what was found, what could not be told, what failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from retroburn.detect import cases, notes, series, tell, wider
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector, detectors
from retroburn.detect.fold import fold
from retroburn.detect.frame import Run
from retroburn.detect.methods import method
from retroburn.engine import Engine
from retroburn.findings import SEVERITIES, Failed, Finding, NotAssessed

_GIVEN = {"baseline": "give --baseline SOURCE", "context": "give --context FILE"}
"""What no field of a log is, and how to give it."""

FEW = 20
"""Units below which a kind is not judged: one bad one would be five in a hundred."""


@dataclass
class Outcome:
    """What a run gives."""

    findings: list[Finding] = field(default_factory=list)
    not_assessed: list[NotAssessed] = field(default_factory=list)
    needs: list[tuple[str, list[str]]] = field(default_factory=list)
    """Kinds that one more field would let be looked for, with the fields of which any one would do."""
    failed: list[Failed] = field(default_factory=list)


def check(run: Run, baseline: bool, context: bool, progress: Callable[[str], None] | None = None) -> Outcome:
    """Runs every detector there is. A detector that fails is named; the others go on."""
    cases.prepare(run.engine, ["main", "baseline"] if baseline else ["main"])
    outcome = Outcome()
    run.told = _folded(run, _looked_for(run, True, (baseline, context), outcome, progress))
    beside = _looked_for(run, False, (baseline, context), outcome, progress)
    outcome.not_assessed += [
        NotAssessed(kind=kind, missing=run.lacking.get(kind, []), why=why) for kind, why in run.unsure
    ]
    outcome.not_assessed = _one_a_kind(outcome.not_assessed)
    outcome.findings = ranked([finding for _, finding in run.told] + [_told(run, c) for c in beside])
    return outcome


def _folded(run: Run, candidates: list[Candidate]) -> list[tuple[Candidate, Finding]]:
    return [(head, _told(run, head)) for head in fold(run, candidates)]


def _looked_for(
    run: Run, folds: bool, given: tuple[bool, bool], outcome: Outcome, progress: Callable[[str], None] | None
) -> list[Candidate]:
    """What the detectors find of kinds that fold, or of those that stand beside."""
    baseline, context = given
    candidates: list[Candidate] = []
    for detector in (each for each in detectors() if each.head.folds is folds):
        if progress:
            progress(detector.kind)
        lacking = missing(run.engine, detector.head.needs, baseline, context)
        if lacking:
            outcome.not_assessed.append(_lacks(detector, lacking))
            if len(lacking) == 1 and not set(lacking[0]) & _GIVEN.keys():
                outcome.needs.append((detector.kind, lacking[0]))
            continue
        try:
            candidates += _candidates(run, detector, baseline, outcome)
        except duckdb.Error as error:
            outcome.failed.append(Failed(detector=detector.kind, error=str(error).splitlines()[0]))
    return candidates


def _one_a_kind(items: list[NotAssessed]) -> list[NotAssessed]:
    """One entry a kind: what it lacks, and every reason once."""
    kinds: dict[str, list[NotAssessed]] = {}
    for item in items:
        kinds.setdefault(item.kind, []).append(item)
    return [
        NotAssessed(
            kind=kind,
            missing=list(dict.fromkeys(name for item in found for name in item.missing)),
            why="; ".join(dict.fromkeys(item.why for item in found)),
            remedy="; ".join(dict.fromkeys(item.remedy for item in found if item.remedy)),
        )
        for kind, found in kinds.items()
    ]


def ranked(findings: list[Finding]) -> list[Finding]:
    """Findings in the order of the contract: severity, then requests hurt, then money."""
    return sorted(
        findings,
        key=lambda f: (SEVERITIES.index(f.severity), -(f.impact.requests or 0), -(f.impact.cost_usd or 0.0), f.id),
    )


def missing(engine: Engine, needs: Collection[str], baseline: bool, context: bool) -> list[list[str]]:
    """Which of the needed columns hold nothing at all in this log, each with those that would do instead of it."""
    alternatives = [[option.strip() for option in need.split("|")] for need in needs]
    return [
        options for options in alternatives if not any(_there(engine, option, baseline, context) for option in options)
    ]


def _there(engine: Engine, column: str, baseline: bool, context: bool) -> bool:
    if column in {"baseline", "context"}:
        return baseline if column == "baseline" else context
    name = engine.con.execute(
        "select column_name from duckdb_columns() "
        "where table_name = 'spans' and schema_name = 'main' and column_name = ?",
        [column],
    ).fetchone()
    if name is None:
        raise ValueError(f"a detector needs {column}, which is no column of spans")
    return engine.one(f'select 1 from main.spans where "{name[0]}" is not null limit 1') is not None


def _lacks(detector: Detector, lacking: Sequence[list[str]]) -> NotAssessed:
    listed = [name for options in lacking for name in options]
    columns = " or ".join(listed) if len(listed) > 1 else listed[0]
    remedies = [_GIVEN.get(options[0], f"log {' or '.join(options)}") for options in lacking]
    return NotAssessed(
        kind=detector.kind,
        missing=listed,
        why=f"the log does not record {columns}",
        remedy=" and ".join(remedies),
    )


def _candidates(run: Run, detector: Detector, baseline: bool, outcome: Outcome) -> list[Candidate]:
    given = parameters(run, detector)
    found = cases.collect(run, detector, given, baseline)
    if found < (detector.head.min_units if detector.head.min_units is not None else FEW):
        lacking = missing(run.engine, detector.head.wants, baseline, context=False)
        outcome.not_assessed.append(
            NotAssessed(
                kind=detector.kind,
                missing=[name for options in lacking for name in options],
                why=f"only {found} {detector.head.unit} in the window could be judged",
            )
        )
        if not found:
            return []
    candidates = method(detector.head.method)(run, detector, given)
    if any(not candidate.series for candidate in candidates):
        # a method takes what it found out of the cases; the series shows all of them
        cases.collect(run, detector, given, baseline)
    for candidate in candidates:
        candidate.behind = wider.stands_behind(run, candidate)
        if not candidate.series:
            candidate.series = series.points(run, candidate)
    return candidates


def parameters(run: Run, detector: Detector) -> dict[str, Any]:
    """What a detector's query is given: its own parameters, those of `--config` first, and what concerns several."""
    return {
        **detector.params(dict(run.config.params.get(detector.kind, {}))),
        "time_budget_s": run.config.time_budget_s,
        "lower_is_better": ",".join(run.config.lower_is_better),
    }


def _told(run: Run, head: Candidate) -> Finding:
    """The finding of a head; its severity is the gravest of its faces."""
    costs = [c.cost_usd for c in [head, *head.also] if c.cost_usd is not None]
    if costs and head.cost_usd is None:
        head.cost_usd = max(costs)
    if not head.drivers:
        head.drivers = next((c.drivers for c in head.also if c.drivers), [])
    params = head.detector.params(dict(run.config.params.get(head.detector.kind, {})))
    finding = tell.finding(run, head, params)
    finding.summary = " ".join([finding.summary, *notes.sentences(run, head)])
    faces = [tell.finding(run, c, {}).severity for c in head.also]
    finding.severity = min([finding.severity, *faces], key=SEVERITIES.index)
    return finding
