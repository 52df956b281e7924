"""Faults of inputs: the canary, or the shadow, is worse than the stable arm."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults.base import TALKING, Planter, plants
from retroburn.lab.faults.inputs import thumbs_down
from retroburn.lab.model import HOUR
from retroburn.lab.trace import Span, Trace, mix, price
from retroburn.lab.traffic import Array, Plan

_SHARE = 0.15
"""Part of the requests that the arm gets."""
_BEFORE = 30 * HOUR
"""How long the arm was as good as the stable one."""


@plants("canary_regression", "errors", "slower", "dearer", "empty", "shadow", "disliked")
class CanaryRegression(Planter):
    """One arm fails more, takes longer, costs more, answers with nothing, or is liked less."""

    eligible = TALKING
    rates = (0.35, 0.15, 0.07)

    @classmethod
    @override
    def names(cls, variant: str) -> tuple[str, ...]:
        return {
            "errors": ("error_burst",),
            "slower": ("latency_regression",),
            "dearer": ("cost_spike",),
            "empty": ("empty_answer",),
            "shadow": ("latency_regression",),
            "disliked": ("feedback_drop",),
        }[variant]

    @property
    def arm(self) -> str:
        """The arm that is worse."""
        return "shadow" if self.variant == "shadow" else "canary"

    @override
    def confine(self) -> None:
        """An arm has no slice beside it."""
        self.spoils = self.variant in ("errors", "empty")
        self.truth.where = {"arm": self.arm}

    @override
    def expected(self, plan: Plan) -> float:
        """The rows do not name their arm yet."""
        rows = self.window(plan.t) & plan.inside(self.truth.eligible)
        return float(self.odds * self.intensity(plan.t[rows]).sum())

    @property
    @override
    def odds(self) -> float:
        return _SHARE * (1.0 if self.variant in ("slower", "dearer", "shadow", "disliked") else self.level)

    def of_arm(self, uid: int) -> bool:
        """Whether a request is led to the arm: by dice of its own."""
        return mix(self.truth.start, uid) % 1000 < 1000 * _SHARE

    @override
    def choose(self, plan: Plan) -> Array:
        mine = np.array([self.of_arm(uid) for uid in plan.uid.tolist()], bool)
        rows = self.window(plan.t) & plan.inside(self.truth.eligible) & mine
        self.truth.candidates = int(rows.sum())
        everyone = self.variant in ("slower", "dearer", "shadow", "disliked")
        return np.asarray(
            rows & (everyone | (self.rng.random(len(plan)) < self.level)) & (self.intensity(plan.t) > 0.2)
        )

    @override
    def reaches(self, row: object) -> bool:
        """All requests name their arm from the start of the rollout on."""
        return getattr(row, "t", 0) >= self.truth.start - _BEFORE

    @override
    def spans(self, spans: list[Span], trace: Trace) -> list[Span]:
        spans[0]["arm"] = self.arm if self.of_arm(trace.row.uid) else "stable"
        return spans

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        if self.variant == "errors":
            kind, message, http = trace.rng.choice(nature.ERRORS)
            trace.fail(trace.llm, kind, message, http)
        elif self.variant in ("slower", "shadow"):
            for span in trace.of("llm"):
                span["duration_ms"] *= 1 + 2.5 * self.level
        elif self.variant == "dearer":
            for span in trace.of("llm"):
                span["input_tokens"] = round(span["input_tokens"] * (1 + 5 * self.level))
                price(span, trace.row.price)
        elif self.variant == "empty":
            trace.say("", tokens=0)
        else:
            nature.rate(trace)
            if trace.rng.random() > 2 * self.level:
                return False
            thumbs_down(trace)
        return True
