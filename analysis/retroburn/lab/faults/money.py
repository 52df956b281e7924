"""Faults of operations: agents that go round in circles, and costs that were booked wrong."""

from __future__ import annotations

from typing_extensions import override

from retroburn.lab.faults.base import AGENT, Planter, plants
from retroburn.lab.faults.cost import loop
from retroburn.lab.trace import Trace, price
from retroburn.lab.traffic import Array, Plan


@plants("runaway_loop", "same_call", "two_steps", "growing")
class RunawayLoop(Planter):
    """An agent repeats a call, two steps in turns, or searches on and on with other words."""

    eligible = AGENT
    rates = (0.30, 0.10, 0.04)
    also = ("cost_spike", "latency_regression")
    twos = ({"locale": "ko-KR", "client": "web"}, {"locale": "en-US", "client": "web"})

    @override
    def touch(self, trace: Trace) -> bool:
        if not any(trace.of("tool")):
            return False
        if self.variant == "two_steps":
            loop(trace)
            return True
        turns = trace.rng.randint(6, 20) if self.variant == "same_call" else trace.rng.randint(25, 60)
        self._repeat(trace, turns)
        return True

    def _repeat(self, trace: Trace, turns: int) -> None:
        """Puts calls of the model and a tool in turns after the first of each; `growing` asks with other words."""
        call, tool = (dict(span) for span in trace.steps[:2])
        added = []
        for turn in range(turns):
            again, used = dict(call), dict(tool)
            again["input_tokens"] = round(call["input_tokens"] * (1 + 0.08 * turn))
            again["input"] = [*call["input"], {"role": "assistant", "content": f"turn {turn}"}]
            if self.variant == "growing":
                used["input"] = {**used["input"], "note": f"try {turn} {trace.rng.randint(100, 999)}"}
                used["output"] = {"state": "unclear", "try": turn}
            price(again, trace.row.price)
            added += [again, used]
        trace.steps[2:2] = added


@plants("cost_mismatch", "unbilled_streams", "under_price", "cached_twice", "some_doubled")
class CostMismatch(Planter):
    """Logged costs do not follow from tokens and prices: nothing, too little, or too much on some calls."""

    spoils = False  # the bill is wrong, not the answer
    rates = (0.50, 0.20, 0.06)
    also = ("cost_spike",)
    ones = ({"tenant": "hanbit-mart"}, {"locale": "ko-KR"}, {"region": "us-east-1"}, {"client": "web"})

    @override
    def confine(self) -> None:
        """Costs under their price are those of a model as a whole."""
        if self.variant == "under_price":
            self.truth.where = {"model": "gpt-4.1-mini"}

    @override
    def choose(self, plan: Plan) -> Array:
        if self.variant == "under_price":
            rows = self.window(plan.t) & plan.inside(self.truth.where)
            self.truth.candidates = int(rows.sum())
            return rows
        return super().choose(plan)

    @override
    def touch(self, trace: Trace) -> bool:
        touched = False
        for span in trace.of("llm"):
            if not span.get("cost_usd"):
                continue
            cached = span.get("cache_read_tokens", 0)
            if self.variant == "cached_twice" and not cached:
                continue
            if self.variant == "cached_twice":
                whole = dict(span, cache_read_tokens=0)
                price(whole, trace.row.price)
                twice = 0.25 * whole["cost_usd"] * cached / span["input_tokens"]
                span["cost_usd"] = round(whole["cost_usd"] + twice, 9)
            else:
                factor = {"unbilled_streams": 0.0, "under_price": 0.55, "some_doubled": 2.0}[self.variant]
                span["cost_usd"] = round(span["cost_usd"] * factor, 9)
            touched = True
        return touched
