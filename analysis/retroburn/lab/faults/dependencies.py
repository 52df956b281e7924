"""Faults of dependencies: models and services that fail, are slow, or need many tries."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab.faults.base import ASKING, Planter, plants
from retroburn.lab.model import Planted
from retroburn.lab.trace import Trace, price
from retroburn.lab.traffic import Array, Plan

_FAILURES = {
    "http_500": (("InternalServerError", "upstream returned 500", 500), ("BadGateway", "upstream returned 502", 502)),
    "rate_limit": (("TooManyRequests", "quota for this organization is used up, retry in 20s", 429),),
    "connection": (
        ("ConnectError", "[Errno 111] connect failed", None),
        ("ReadError", "peer closed connection without a full body", None),
    ),
    "search": (("VectorStoreUnavailable", "no shard answered in time", 503),),
}
PROVIDERS = (
    {"provider": "anthropic"},
    {"model": "gpt-4.1-mini"},
    {"provider": "google"},
    {"region": "us-east-1"},
    {"locale": "ko-KR"},
)
PAIRS = (
    {"provider": "openai", "region": "ap-northeast-2"},
    {"route": "/v1/support/ask", "region": "us-east-1"},
    {"model": "gpt-4.1-mini", "client": "web"},
)


def searching(truth: Planted) -> None:
    """A fault of the search: it hits the help centre alone, and has nothing to do with who serves the model."""
    truth.eligible = dict(ASKING)
    if "model" in truth.where or "provider" in truth.where:
        truth.where = {"region": "us-east-1"}


@plants("error_burst", "http_500", "rate_limit", "connection", "search")
class ErrorBurst(Planter):
    """Requests end in an error, because of a model or of the search."""

    rates = (0.40, 0.12, 0.04)
    also = ("partial_failure",)
    ones = PROVIDERS
    twos = PAIRS

    @override
    def confine(self) -> None:
        if self.variant == "search":
            searching(self.truth)

    @override
    def touch(self, trace: Trace) -> bool:
        """Fails the step that broke."""
        span = next(trace.of("retrieval"), None) if self.variant == "search" else trace.llm
        if span is None:
            return False
        kind, message, http = trace.rng.choice(_FAILURES[self.variant])
        span["duration_ms"] = trace.rng.uniform(30, 900)
        trace.fail(span, kind, message, http)
        return True


@plants("retry_storm", "numbered", "plain", "billed")
class RetryStorm(Planter):
    """Calls succeed, but only after many tries. `billed`: the failed ones cost money too."""

    rates = (0.50, 0.18, 0.06)
    also = ("cost_spike", "latency_regression", "partial_failure")
    ones = PROVIDERS
    twos = PAIRS

    @override
    def plan(self, plan: Plan) -> Plan:
        """The last attempt gave a good answer; one that was asked for until its shape fitted is not kept."""
        self.spoils = self.variant == "billed"
        return plan

    @override
    def touch(self, trace: Trace) -> bool:
        """Puts two to four failed attempts before the answer."""
        if trace.llm is None:
            return False
        tries = trace.rng.choice((2, 3, 3, 4))
        if self.variant == "billed":
            trace.retry(tries, "SchemaMismatch", "reply did not match the expected schema", None, ms=1500.0)
            bill(trace)
        else:
            trace.retry(tries, "OverloadedError", "model overloaded", 529, numbered=self.variant == "numbered")
        return True


def bill(trace: Trace) -> None:
    """Gives the failed attempts of a request the usage and cost of calls that were answered and thrown away."""
    last = trace.llm
    if last is None:
        return
    for span in trace.of("llm"):
        if span["status"] == "error":
            span["input_tokens"], span["http_status"] = last["input_tokens"], 200
            span["output_tokens"] = max(1, round(last["output_tokens"] * trace.rng.uniform(0.7, 1.3)))
            price(span, trace.row.price)


@plants("latency_regression", "median", "tail", "search")
class LatencyRegression(Planter):
    """Calls take longer: all of them, some of them by much, or the search before them."""

    spoils = False  # what came late is as good as what came in time
    rates = (2.6, 1.6, 1.25)
    also = ("timeouts",)
    ones = PROVIDERS
    twos = PAIRS

    @override
    def confine(self) -> None:
        if self.variant == "search":
            searching(self.truth)

    @property
    @override
    def odds(self) -> float:
        return {2.6: 0.20, 1.6: 0.12, 1.25: 0.06}[self.level] if self.variant == "tail" else 1.0

    @override
    def choose(self, plan: Plan) -> Array:
        candidates = self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})
        self.truth.candidates = int(candidates.sum())
        return np.asarray(candidates & (self.rng.random(len(plan)) < self.odds * self.intensity(plan.t)))

    @override
    def touch(self, trace: Trace) -> bool:
        """Stretches the steps of a kind."""
        kind = "retrieval" if self.variant == "search" else "llm"
        factor = {"median": self.level, "tail": 5.0, "search": self.level * 8}[self.variant]
        slowed = list(trace.of(kind))
        for span in slowed:
            span["duration_ms"] *= factor * trace.rng.uniform(0.9, 1.1)
        return bool(slowed)
