"""Faults of effects: what an agent does under an idempotency key is done twice, or by two at once."""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np
from typing_extensions import override

from retroburn.lab.faults.base import BUSY, Planter, plants
from retroburn.lab.faults.calls import AGENT, WIDE
from retroburn.lab.trace import Span, Trace
from retroburn.lab.traffic import Array, Plan

_SECOND = 1_000_000


class Effects(Planter):
    """A fault of what stands under a key. Every request of the agent has one, before the fault and without it."""

    both: ClassVar[bool] = False
    """Whether the first doing is hit as well as the second."""
    eligible = AGENT
    rates = (0.50, 0.20, 0.07)
    ones = WIDE
    twos = BUSY

    @override
    def meet(self, trace: Trace) -> None:
        """Gives the request its key."""
        if trace.row.app == "agent":
            trace.root["idempotency_key"] = f"ik-{trace.trace_id[:12]}"

    @override
    def choose(self, plan: Plan) -> Array:
        super().choose(plan)
        return np.zeros(len(plan), bool)

    @override
    def spans(self, spans: list[Span], trace: Trace) -> list[Span]:
        """Adds the second doing, if the first went well."""
        intensity = float(self.intensity(np.array([trace.row.t]))[0])
        if trace.root["status"] != "ok" or trace.rng.random() > self.level * intensity:
            return spans
        more = self.again(spans, trace)
        roots = [span for span in more if "parent_id" not in span]
        hit = [*spans[: 1 if self.both or not roots else 0], *roots]
        self.truth.ids += [span["id"] for span in hit]
        self.truth.traces += [span["trace_id"] for span in hit]
        return [*spans, *more]

    def again(self, spans: list[Span], trace: Trace) -> list[Span]:
        """The spans of the second doing."""
        raise NotImplementedError


def copy(spans: list[Span], later: int) -> list[Span]:
    """The same request once more, `later` microseconds after it, as another trace with other figures in its answer."""
    out = []
    for span in spans:
        twin = {**span, "id": f"{span['id']}b", "trace_id": f"{span['trace_id']}b", "start": span["start"] + later}
        if "parent_id" in span:
            twin["parent_id"] = f"{span['parent_id']}b"
        elif isinstance(span.get("output"), str):
            twin["output"] = _other(span["output"])
        twin.pop("scores", None)
        out.append(twin)
    return out


def _other(answer: str) -> str:
    """The answer with other figures: another receipt."""
    return re.sub(r"\d", lambda found: str((int(found[0]) + 3) % 10), answer) + " (2)"


@plants("duplicate_execution", "client", "queue", "tool")
class DuplicateExecution(Effects):
    """Done again: by a client that did not hear the answer, by a queue that delivers twice, by an agent's tool."""

    @override
    def again(self, spans: list[Span], trace: Trace) -> list[Span]:
        """The whole request again, or its first tool call."""
        took = int(trace.root["duration_ms"] * 1000)
        if self.variant == "client":
            return copy(spans, took + trace.rng.randint(5, 60) * _SECOND)
        if self.variant == "queue":
            return copy(spans, took + trace.rng.randint(300, 3000) * _SECOND)
        tool = next(span for span in spans if span["kind"] == "tool")
        tool["idempotency_key"] = f"op-{trace.trace_id[:10]}"
        twin = {**tool, "id": f"{tool['id']}b", "start": tool["start"] + int(tool["duration_ms"] * 1000) + _SECOND // 5}
        return [twin]


@plants("race", "double_click", "workers", "late")
class Race(Effects):
    """Two at once: a button pressed twice, two workers that took one job, a second try while the first still runs."""

    both = True

    @override
    def again(self, spans: list[Span], trace: Trace) -> list[Span]:
        """The request again, before it is over."""
        took = int(trace.root["duration_ms"] * 1000)
        later = {
            "double_click": min(trace.rng.randint(50, 400) * 1000, took // 2),
            "workers": trace.rng.randint(1, 20) * 1000,
            "late": int(took * trace.rng.uniform(0.5, 0.9)),
        }[self.variant]
        return copy(spans, later)
