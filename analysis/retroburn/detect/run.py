"""One run of every detector over prepared tables: what was found, what could not be told, what failed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from retroburn.detect import cases, notes, series, tell, wider
from retroburn.detect.arm import with_arms
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector, detectors
from retroburn.detect.filled import GIVEN, Filled
from retroburn.detect.fold import fold
from retroburn.detect.frame import Run
from retroburn.detect.methods import method
from retroburn.engine import Engine, beside
from retroburn.errors import NO_ROOM, RetroburnError, is_no_room
from retroburn.findings import SEVERITIES, Failed, Finding, NotAssessed

SETS = 1000
"""Sets of rows that one detector may note: far more than it has findings."""

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
    there = Filled.of(run.engine, [each.head for each in detectors()], baseline, context)
    outcome = Outcome()
    found = with_arms(run, _looked_for(run, True, there, outcome, progress), detectors())
    run.told = [(head, _told(run, head)) for head in fold(run, found)]
    aside = [(head, _told(run, head)) for head in _looked_for(run, False, there, outcome, progress)]
    outcome.not_assessed = _one_a_kind(outcome.not_assessed)
    outcome.findings = ranked([finding for _, finding in [*run.told, *aside]])
    return outcome


def _looked_for(
    run: Run, folds: bool, there: Filled, outcome: Outcome, progress: Callable[[str], None] | None
) -> list[Candidate]:
    """What the detectors find of kinds that fold, or of those that stand beside; side by side, told in their order."""
    tell = progress or (lambda _kind: None)
    # money, traffic and inputs, which take longest, stand last by the contract's rules: `beside` begins with them
    asked = [each for each in detectors() if each.head.folds is folds]
    found = beside(
        run.engine,
        [
            # numbers of sets of rows that no other detector uses, the same in every run
            partial(_one, replace(run, hurt=run.hurt + at * SETS, unsure=[], lacking={}), each, there, tell)
            for at, each in enumerate(asked)
        ],
    )
    run.hurt += len(asked) * SETS
    for _, own in found:
        outcome.not_assessed += own.not_assessed
        outcome.needs += own.needs
        outcome.failed += own.failed
    return [candidate for candidates, _ in found for candidate in candidates]


def _one(
    run: Run, detector: Detector, there: Filled, tell: Callable[[str], None], engine: Engine
) -> tuple[list[Candidate], Outcome]:
    """What one detector finds, and what it could not tell."""
    tell(detector.kind)
    run.engine = engine
    outcome = Outcome()
    lacking = there.missing(detector.head.needs)
    if lacking:
        outcome.not_assessed.append(_lacks(detector, lacking))
        if len(lacking) == 1 and not set(lacking[0]) & GIVEN.keys():
            outcome.needs.append((detector.kind, lacking[0]))
        return [], outcome
    candidates: list[Candidate] = []
    try:
        candidates = _candidates(run, detector, there, outcome)
    except duckdb.Error as error:
        said = NO_ROOM if is_no_room(error) else str(error).splitlines()[0]
        outcome.failed.append(Failed(detector=detector.kind, error=said))
    except RetroburnError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug in one detector is told, and takes nothing from the others
        outcome.failed.append(Failed(detector=detector.kind, error=_bug(error)))
    outcome.not_assessed += [
        NotAssessed(kind=kind, missing=run.lacking.get(kind, []), why=why) for kind, why in run.unsure
    ]
    return candidates, outcome


def _bug(error: Exception) -> str:
    """What went wrong that nobody foresaw, and where: what a report of it needs."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return f"{type(error).__name__}: {error} ({where}); this is a bug, please report it"


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


def without_spans() -> list[NotAssessed]:
    """Every kind as not assessed: of logs that hold no span nothing can be told."""
    return [
        NotAssessed(
            kind=detector.kind,
            missing=[name.strip() for need in detector.head.needs for name in need.split("|")],
            why="the logs hold no span",
        )
        for detector in sorted(detectors(), key=lambda one: one.order)
    ]


def _lacks(detector: Detector, lacking: Sequence[list[str]]) -> NotAssessed:
    columns = " or ".join(name for options in lacking for name in options if options[0] not in GIVEN)
    why = [f"the log does not record {columns}"] if columns else []
    why += [f"no {options[0]} was given" for options in lacking if options[0] in GIVEN]
    logged = [" or ".join(options) for options in lacking if options[0] not in GIVEN]
    remedies = [f"log {' and '.join(logged)}"] if logged else []
    remedies += [GIVEN[options[0]] for options in lacking if options[0] in GIVEN]
    return NotAssessed(
        kind=detector.kind,
        missing=[name for options in lacking for name in options],
        why="; ".join(why),
        remedy=" and ".join(remedies),
    )


def _candidates(run: Run, detector: Detector, there: Filled, outcome: Outcome) -> list[Candidate]:
    given = parameters(run, detector)
    found = cases.collect(run, detector, given, there.baseline)
    if found < (detector.head.min_units if detector.head.min_units is not None else FEW):
        lacking = there.missing(detector.head.wants)
        outcome.not_assessed.append(
            NotAssessed(
                kind=detector.kind,
                missing=[name for options in lacking for name in options],
                why=_few(found, detector.head.unit),
            )
        )
        if not found:
            return []
    candidates = method(detector.head.method)(run, detector, given)
    if any(not candidate.series for candidate in candidates):
        # a method takes what it found out of the cases; the series shows all of them
        cases.collect(run, detector, given, there.baseline)
    for candidate in candidates:
        candidate.behind = wider.stands_behind(run, candidate)
        if not candidate.series:
            candidate.series = series.points(run, candidate)
    return candidates


def _few(found: int, unit: str) -> str:
    if not found:
        return f"nothing to judge in the window: no {unit}"
    return f"too little to judge in the window ({unit}: {found})"


def parameters(run: Run, detector: Detector) -> dict[str, Any]:
    """What a detector's query is given: its own parameters, those of `--config` first, and what concerns several."""
    return {
        **detector.params(dict(run.config.params.get(detector.kind, {}))),
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
    finding.notes = notes.of(run, head)
    finding.summary = " ".join([finding.summary, *(note.text for note in finding.notes)])
    faces = [tell.finding(run, c, {}).severity for c in head.also]
    finding.severity = min([finding.severity, *faces], key=SEVERITIES.index)
    return finding
