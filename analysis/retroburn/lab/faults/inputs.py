"""Faults of inputs: what comes in changes, or one slice of it fares badly."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab import nature, world
from retroburn.lab.faults import wording
from retroburn.lab.faults.base import Planter, plants
from retroburn.lab.trace import Trace, price
from retroburn.lab.traffic import Array, Plan, draw_questions


@plants("input_drift", "language", "client", "length", "format")
class InputDrift(Planter):
    """Another language, another client, longer questions, or pasted data where plain words were."""

    spoils = False  # what is asked changes, not what is answered
    rates = (0.50, 0.25, 0.10)
    also = ("new_topic", "cost_spike")

    @property
    def told(self) -> bool:
        """Whether it shows in the text of the question, not in the fields of the request."""
        return self.variant in ("length", "format")

    @override
    def confine(self) -> None:
        """Who asks, or how, changes everywhere."""
        self.truth.where = {}
        if self.told:
            self.truth.eligible = {"route": "/v1/chat"}

    @override
    def plan(self, plan: Plan) -> Plan:
        """Changes who asks."""
        if self.told:
            return plan
        rows = self._drawn(plan)
        if self.variant == "client":
            plan.client[rows] = "api"
            return plan
        place = world.PLACES[3]
        plan.locale[rows], plan.lang[rows], plan.region[rows] = place.locale, place.lang, place.region
        for app in world.APPS:
            here = rows & (plan.app == app)
            plan.question[here] = draw_questions(self.rng, place.lang, app, int(here.sum()))
        self._changed = set(plan.uid[rows].tolist())
        return plan

    def _drawn(self, plan: Plan) -> Array:
        rows = self.window(plan.t) & plan.inside(self.truth.eligible)
        self.truth.candidates = int(rows.sum())
        share = min(1.0, self.level * 1.6) if self.told else self.level
        return np.asarray(rows & (self.rng.random(len(plan)) < share * self.intensity(plan.t)))

    @override
    def choose(self, plan: Plan) -> Array:
        if self.told:
            return self._drawn(plan)
        found = plan.client == "api" if self.variant == "client" else plan.lang == "ja"
        return np.asarray(found & self.window(plan.t))

    @override
    def touch(self, trace: Trace) -> bool:
        """Rewrites the question, where the fault is in its text."""
        if self.told:
            question = wording.pasted(self.variant, str(trace.row.question), trace.rng)
            self._ask(trace, question)
        nature.rate(trace)
        return True

    @staticmethod
    def _ask(trace: Trace, pasted: str) -> None:
        asked = trace.root["input"]
        if isinstance(asked, list):
            asked = asked[-1]["content"]
        trace.root["input"] = f"{asked}\n\n{pasted}"
        span = trace.llm
        if span:
            span["input"] = [span["input"][0], {"role": "user", "content": trace.root["input"]}]
            span["input_tokens"] += trace.count(pasted)
            price(span, trace.row.price)


@plants("harmed_slice", "mixed", "scores")
class HarmedSlice(Planter):
    """One small slice fails in several ways, and the whole does not show it."""

    rates = (0.60, 0.35, 0.20)
    also = ("error_burst", "empty_answer", "truncated_answer", "refusal", "feedback_drop", "error_as_answer")
    ones = (
        {"locale": "ja-JP", "client": "web"},
        {"locale": "en-GB", "client": "android"},
        {"locale": "es-ES", "client": "web"},
        {"tenant": "northwind", "client": "ios"},
    )
    twos = ones

    @override
    def plan(self, plan: Plan) -> Plan:
        """A slice has two fields in any case."""
        if not self.truth.where:
            self.truth.where = dict(self.ones[int(self.rng.integers(len(self.ones)))])
        return plan

    @override
    def touch(self, trace: Trace) -> bool:
        """Spoils a request in one of several ways."""
        if trace.llm is None:
            return False
        way = "scores" if self.variant == "scores" else trace.rng.choice(("error", "empty", "refusal", "cut", "scores"))
        answer = str(trace.root.get("output", ""))
        if way == "error":
            trace.fail(trace.llm, "RenderError", "could not encode the reply", 500)
        elif way == "empty":
            trace.say("", tokens=0)
        elif way == "refusal":
            trace.say(wording.refusal(trace.row.lang, trace.rng))
        elif way == "cut":
            trace.say(answer[: len(answer) // 2], finish="length")
        else:
            thumbs_down(trace)
        return True


def thumbs_down(trace: Trace) -> None:
    """Users say that they are not content."""
    trace.root["scores"] = [
        {"name": "user_feedback", "value": -1, "source": "user"},
        {"name": "helpfulness", "value": round(trace.rng.uniform(0.05, 0.4), 2), "source": "judge"},
    ]
