"""What is confined to one arm is the arm's: the contract's first rule, whichever detector found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retroburn.detect import cases
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run

STABLE = "stable"
"""The arm that the others are held against."""

HURTS = {"answers": "answers worse", "dependencies": "fails more", "state": "answers worse"}
"""Causes of which a case is a request that went wrong, and how that is said; a bill and what comes in have no arm to
blame."""

ELSE = {"latency_regression": "takes longer", "feedback_drop": "is rated lower"}
"""Kinds of which it is said in other words than of their cause."""

SAME = 0.95
"""Part of a slice's requests that are of one arm, and of the arm's that are the slice's, from which it is its other
name: what is released to an arm has a version of its own."""


def with_arms(run: Run, candidates: list[Candidate], detectors: Iterable[Detector]) -> list[Candidate]:
    """The candidates, and for each that lies in one arm alone the canary of which it is a face.

    The comparison of the arms asks whether all that is bad differs; one sort of it may have risen too little for that.
    """
    canary = next((one for one in detectors if one.kind == "canary_regression"), None)
    if canary is None:
        return candidates
    hurt = [one for one in candidates if one.detector.cause in HURTS and one.where]
    armed = [(one, arm) for one in hurt if (arm := _arm(run, one)) is not None]
    return [*candidates, *(_of_the_arm(one, arm, canary) for one, arm in armed)]


def _arm(run: Run, one: Candidate) -> str | None:
    """The arm other than the stable one whose requests, at that time, are those of the candidate's place."""
    text, params = cases.condition(one.where)
    rows = run.engine.rows(
        f"select arm, count(*) as n, count(*) filter (where {text}) as inside, "
        f"sum(count(*) filter (where {text})) over () as place "
        "from slices where not is_baseline and start >= $a and start < $b "
        "group by arm order by inside desc, arm limit 1",
        {**params, "a": one.start, "b": one.end or run.frame.end},
    )
    top = rows[0] if rows else None
    if top is None or top["arm"] is None or str(top["arm"]).lower() == STABLE:
        return None
    return str(top["arm"]) if top["inside"] >= SAME * max(top["n"], top["place"], 1) else None


def _of_the_arm(one: Candidate, arm: str, canary: Detector) -> Candidate:
    worse = ELSE.get(one.detector.kind, HURTS[one.detector.cause])
    title = f"The {arm} arm {worse} than the {STABLE} one"
    return replace(one, detector=canary, where={"arm": arm}, title=title, order=canary.order, also=[])
