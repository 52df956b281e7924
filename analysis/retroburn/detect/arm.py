"""What is confined to one arm is the arm's: the contract's first rule, whichever detector found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector

STABLE = "stable"
"""The arm that the others are held against."""

HURTS = {"answers": "answers worse", "dependencies": "fails more", "state": "answers worse"}
"""Causes of which a case is a request that went wrong, and how that is said; a bill and what comes in have no arm to
blame."""

ELSE = {"latency_regression": "takes longer", "feedback_drop": "is rated lower"}
"""Kinds of which it is said in other words than of their cause."""


def with_arms(candidates: list[Candidate], detectors: Iterable[Detector]) -> list[Candidate]:
    """The candidates, and for each that lies in one arm alone the canary of which it is a face.

    The comparison of the arms asks whether all that is bad differs; one sort of it may have risen too little for that.
    """
    canary = next((one for one in detectors if one.kind == "canary_regression"), None)
    if canary is None:
        return candidates
    return [*candidates, *(_of_the_arm(one, canary) for one in candidates if _is_confined(one, canary))]


def _is_confined(one: Candidate, canary: Detector) -> bool:
    arm = one.where.get("arm")
    own = one.detector.cause in HURTS and one.detector.kind != canary.kind
    return own and len(one.where) == 1 and isinstance(arm, str) and arm.lower() != STABLE


def _of_the_arm(one: Candidate, canary: Detector) -> Candidate:
    worse = ELSE.get(one.detector.kind, HURTS[one.detector.cause])
    title = f"The {one.where['arm']} arm {worse} than the {STABLE} one"
    return replace(one, detector=canary, title=title, order=canary.order, also=[])
