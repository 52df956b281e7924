"""Faults of cost: the bill grows, each variant by another driver."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults.base import Planter, plants
from retroburn.lab.faults.dependencies import bill
from retroburn.lab.surprises import more
from retroburn.lab.trace import Trace, price
from retroburn.lab.traffic import Array, Plan

_FACTORS = {
    "traffic": (4.0, 2.5, 1.6),
    "input_tokens": (4.0, 2.2, 1.5),
    "output_tokens": (20.0, 8.0, 3.5),
    "price": (2.5, 1.6, 1.3),
    "model_mix": (0.9, 0.4, 0.15),
    "retries": (0.9, 0.4, 0.15),
    "cache": (1.0, 0.7, 0.4),
    "fallback": (0.8, 0.35, 0.12),
    "loops": (0.30, 0.12, 0.05),
}
"""Strong, medium, weak: by how much the driver grows, or the share of requests it takes."""
_NAMES = {
    "retries": ("retry_storm",),
    "cache": ("cache_drop",),
    "fallback": ("fallback_answer",),
    "loops": ("runaway_loop", "latency_regression"),
    "price": ("cost_mismatch",),
    "output_tokens": ("latency_regression",),
}
_DEARER = {
    "gpt-4.1-mini": "gpt-4.1",
    "gemini-2.5-flash": "gpt-4.1",
    "claude-haiku-4-5": "claude-sonnet-4-5",
    "gpt-4.1": "claude-sonnet-4-5",
}


@plants("cost_spike", *_FACTORS)
class CostSpike(Planter):
    """Money goes up, by one of the nine drivers."""

    spoils = False  # what cost more is as good an answer
    ones = ({"tenant": "hanbit-mart"}, {"locale": "ko-KR"}, {"region": "us-east-1"}, {"client": "web"})

    @classmethod
    @override
    def names(cls, variant: str) -> tuple[str, ...]:
        return _NAMES.get(variant, ())

    @classmethod
    @override
    def driver(cls, variant: str) -> str | None:
        return variant

    @property
    def factor(self) -> float:
        """How strong the variant is."""
        return _FACTORS[self.variant][("strong", "medium", "weak").index(self.fault.strength)]

    @property
    @override
    def odds(self) -> float:
        return min(self.factor, 1.0)

    @override
    def confine(self) -> None:
        if self.variant == "loops":
            self.truth.eligible = {"route": "/v1/agent/run"}
        if self.variant == "price":
            self.truth.where = {"model": "claude-sonnet-4-5"}

    @override
    def plan(self, plan: Plan) -> Plan:
        """Changes what the requests of the slice will cost."""
        rows = self.window(plan.t) & plan.inside(self.truth.where)
        grown = 1 + (self.factor - 1) * self.intensity(plan.t[rows])
        if self.variant == "traffic":
            growth = np.zeros(len(plan))
            growth[rows] = grown - 1
            return more(plan, growth, self.rng, users=3)
        if self.variant in ("input_tokens", "output_tokens", "price"):
            column = {"input_tokens": plan.tokens_in, "output_tokens": plan.tokens_out, "price": plan.price}[
                self.variant
            ]
            column[rows] *= grown
        return plan

    @override
    def choose(self, plan: Plan) -> Array:
        rows = self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})
        self.truth.candidates = int(rows.sum())
        share = self.factor if self.factor <= 1 else 1.0
        mask = np.asarray(rows & (self.rng.random(len(plan)) < share * self.intensity(plan.t)))
        if self.variant == "cache":
            plan.scope[mask] = "never"
        if self.variant == "model_mix":
            for old, new in _DEARER.items():
                plan.model[mask & (plan.model == old) & (plan.app != "agent")] = f"*{new}"
            plan.model[:] = np.char.lstrip(plan.model, "*")
        return mask

    @override
    def touch(self, trace: Trace) -> bool:
        """Marks a request as hit, after what its driver does to it."""
        span = trace.llm
        if span is None:
            return False
        if self.variant == "retries":
            trace.retry(
                trace.rng.choice((2, 3, 4)),
                "SchemaMismatch",
                "reply did not match the expected schema",
                None,
                ms=1500.0,
            )
            bill(trace)
        elif self.variant == "cache":
            for each in trace.of("llm"):
                each.pop("cache_read_tokens", None)
                price(each, trace.row.price)
        elif self.variant == "fallback":
            nature.switch(trace, _DEARER.get(span["model_requested"], "claude-sonnet-4-5"))
        elif self.variant == "loops":
            loop(trace)
        elif self.variant == "output_tokens":
            span["reasoning_tokens"] = max(0, span["output_tokens"] - trace.count(str(trace.root.get("output", ""))))
        return True


def loop(trace: Trace) -> None:
    """Lets an agent repeat its first two steps, the prompt growing each time."""
    head = [dict(span) for span in trace.steps[:2]]
    for turn in range(trace.rng.randint(8, 25)):
        again = [dict(span) for span in head]
        again[0]["input_tokens"] = round(again[0]["input_tokens"] * (1 + 0.12 * turn))
        price(again[0], trace.row.price)
        trace.steps[2:2] = again
