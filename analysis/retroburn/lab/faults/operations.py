"""Faults of operations: the log has holes, or the traffic has."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab.faults.base import Planter, plants
from retroburn.lab.model import HOUR
from retroburn.lab.trace import Span, Trace
from retroburn.lab.traffic import Array, Plan

_USAGE = ("input_tokens", "output_tokens", "cache_read_tokens", "cost_usd")


@plants("logging_gap", "hole", "lost_output", "lost_usage", "repeated", "clock")
class LoggingGap(Planter):
    """The log itself is at fault: nothing recorded for a time, fields gone, records twice, clocks apart."""

    rates = (1.0, 0.5, 0.2)
    ones = ({"region": "us-east-1"}, {"client": "android"}, {"locale": "ko-KR"}, {"region": "eu-west-1"})

    @override
    def plan(self, plan: Plan) -> Plan:
        """For a hole: drops every request of the time."""
        if self.variant != "hole":
            return plan
        truth = self.truth
        truth.where = {}
        truth.end = truth.start + round({1.0: 6.0, 0.5: 2.5, 0.2: 1.0}[self.level] * HOUR)
        gone = self.window(plan.t)
        truth.candidates = int(gone.sum())
        return plan.take(~gone)

    @override
    def spans(self, spans: list[Span], trace: Trace) -> list[Span]:
        """Damages the records of one request."""
        if self.variant == "hole" or trace.rng.random() > self.level * float(
            self.intensity(np.array([trace.row.t]))[0]
        ):
            return spans
        damaged = getattr(self, f"_{self.variant}")(spans)
        if damaged is not spans:
            self.truth.ids.append(trace.id)
            self.truth.traces.append(trace.trace_id)
        return list(damaged)

    @override
    def choose(self, plan: Plan) -> Array:
        super().choose(plan)
        return np.zeros(len(plan), bool)

    @staticmethod
    def _lost_output(spans: list[Span]) -> list[Span]:
        if not any(span["kind"] == "llm" and span.get("output_tokens", 0) > 1 for span in spans):
            return spans
        return [
            {key: value for key, value in span.items() if key != "output" or span["kind"] not in ("request", "llm")}
            for span in spans
        ]

    @staticmethod
    def _lost_usage(spans: list[Span]) -> list[Span]:
        if not any("cost_usd" in span for span in spans):
            return spans
        return [{key: value for key, value in span.items() if key not in _USAGE} for span in spans]

    @staticmethod
    def _repeated(spans: list[Span]) -> list[Span]:
        again = [{**span, "id": f"r{span['id']}", "trace_id": f"r{span['trace_id']}"} for span in spans]
        for span in again[1:]:
            span["parent_id"] = f"r{span['parent_id']}"
        return [*spans, *again]

    @staticmethod
    def _clock(spans: list[Span]) -> list[Span]:
        if len(spans) < 2:
            return spans
        return [spans[0], *({**span, "start": span["start"] - 7 * 60_000_000} for span in spans[1:])]


@plants("traffic_drop", "less", "slice_gone")
class TrafficDrop(Planter):
    """Fewer requests come in than usual, or none of a slice, while the rest goes on."""

    rates = (0.80, 0.50, 0.30)

    @override
    def plan(self, plan: Plan) -> Plan:
        """Drops rows."""
        truth = self.truth
        if self.variant == "slice_gone":
            truth.where = truth.where or {"locale": "ko-KR"}
            self.level = 1.0
        rows = self.window(plan.t) & plan.inside(truth.where)
        truth.candidates = int(rows.sum())
        return plan.take(~(rows & (self.rng.random(len(plan)) < self.level * self.intensity(plan.t))))

    @override
    def choose(self, plan: Plan) -> Array:
        return np.zeros(len(plan), bool)
