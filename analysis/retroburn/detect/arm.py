"""What is confined to one arm is the arm's: the contract's first rule, whichever detector found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector

STABLE = "stable"
"""The arm that the others are held against."""

HURTS = {"answers", "dependencies", "state"}
"""Causes of which a case is a request that went wrong; a bill and what comes in have no arm to blame."""


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
    arm = one.where["arm"]
    title = f"The {arm} arm is worse: {one.detector.head.title[:1].lower()}{one.detector.head.title[1:]}"
    return replace(one, detector=canary, title=title, order=canary.order, also=[])
