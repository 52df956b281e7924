"""Faults of calls: they run out of time, lose their credentials, or fail below a request that says ok."""

from __future__ import annotations

from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults.base import BUSY, Planter, Slice, Where, plants
from retroburn.lab.faults.dependencies import PAIRS, PROVIDERS
from retroburn.lab.trace import Trace, broken
from retroburn.lab.traffic import Array, Plan

AGENT: Slice = {"route": "/v1/agent/run"}
"""The app that uses tools."""
WIDE: tuple[Where, ...] = ({"locale": "ko-KR"}, {"region": "us-east-1"}, {"client": "web"})
"""Slices big enough for what happens in one app alone."""


@plants("timeouts", "model", "slow", "left")
class Timeouts(Planter):
    """Requests run out of time: cut off at the model's limit, ok but far too late, or left by who asked."""

    rates = (0.40, 0.12, 0.04)
    ones = PROVIDERS
    twos = PAIRS

    @classmethod
    @override
    def names(cls, variant: str) -> tuple[str, ...]:
        return ("latency_regression",) if variant == "slow" else ()

    @override
    def plan(self, plan: Plan) -> Plan:
        """What came late is as good as what came in time."""
        self.spoils = self.variant != "slow"
        return plan

    @override
    def touch(self, trace: Trace) -> bool:
        """Lets the model call take too long."""
        span = trace.llm
        if span is None:
            return False
        if self.variant == "slow":
            span["duration_ms"] = 31_000.0 * trace.rng.uniform(1.0, 1.9)
        elif self.variant == "model":
            span["duration_ms"] = 15_000.0 * trace.rng.uniform(0.995, 1.01)
            trace.fail(span, "ReadTimeout", "no reply within 15 s", None, status="timeout")
        else:
            span["duration_ms"] = trace.rng.uniform(7_000, 16_000)
            trace.fail(span, "StreamClosed", "the browser went away", 499, status="cancelled")
        return True


_REFUSED = {
    "key": ("AuthenticationError", "Incorrect API key provided: sk-…f3Qa", 401),
    "words": ("ExpiredTokenException", "The security token included in the request is expired", None),
    "fallback": ("AuthenticationError", "invalid x-api-key", 401),
    "tool": ("Forbidden", "the access token of the order service has expired", 403),
}


@plants("auth_expiry", *_REFUSED)
class AuthExpiry(Planter):
    """A key or token ends: all fails that needs it, or another model saves it, or a tool is missed."""

    rates = (0.95, 0.40, 0.12)
    ones = PROVIDERS
    twos = PAIRS

    @classmethod
    @override
    def names(cls, variant: str) -> tuple[str, ...]:
        return {"tool": ("partial_failure",), "fallback": ("fallback_answer",)}.get(variant, ("error_burst",))

    @override
    def confine(self) -> None:
        if self.variant == "tool":
            self.truth.eligible = dict(AGENT)
            if self.truth.where:
                self.truth.where = dict(WIDE[len(self.truth.where) % len(WIDE)])

    @override
    def touch(self, trace: Trace) -> bool:
        """Lets the call be refused."""
        kind, message, http = _REFUSED[self.variant]
        span = next(trace.of("tool"), None) if self.variant == "tool" else trace.llm
        if span is None:
            return False
        if self.variant == "tool":
            span["duration_ms"] = trace.rng.uniform(20, 60)
            broken(span, kind, message, http, "error")
        elif self.variant == "fallback":
            trace.retry(1, kind, message, http, ms=90.0)
            nature.switch(trace, "gemini-2.5-flash" if span["provider"] != "google" else "gpt-4.1-mini")
        else:
            span["duration_ms"] = trace.rng.uniform(40, 200)
            trace.fail(span, kind, message, http)
        return True


@plants("partial_failure", "tool", "error_text", "guardrail")
class PartialFailure(Planter):
    """A part fails, and the request says ok: a tool, a tool whose result is an error under ok, a policy check."""

    rates = (0.60, 0.25, 0.10)
    ones = WIDE
    twos = BUSY

    @override
    def confine(self) -> None:
        talking = {"route": ["/v1/support/ask", "/v1/chat"]}
        self.truth.eligible = dict(talking if self.variant == "guardrail" else AGENT)

    @override
    def choose(self, plan: Plan) -> Array:
        if self.variant == "guardrail":
            plan.cache[self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})] = False
        return super().choose(plan)

    @override
    def touch(self, trace: Trace) -> bool:
        """Breaks the part."""
        span = next(trace.of("guardrail" if self.variant == "guardrail" else "tool"), None)
        if span is None:
            return False
        if self.variant == "error_text":
            span["output"] = {"error": {"code": "UPSTREAM", "message": "order service did not answer"}}
        elif self.variant == "tool":
            broken(span, "ConnectError", "order service refused the connection", 503, "error")
        else:
            span.pop("guardrail", None)
            broken(span, "PolicyServiceError", "classifier is not loaded", 500, "error")
        return True
