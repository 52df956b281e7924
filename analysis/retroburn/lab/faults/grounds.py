"""Faults of what an answer stands on: citations, a policy, the opinion of those who read it."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults import wording
from retroburn.lab.faults.base import ASKING, BUSY, TALKING, Planter, plants
from retroburn.lab.trace import Trace
from retroburn.lab.traffic import Array, Plan


@plants("unsupported_citation", "invented", "other_index", "nothing_found")
class UnsupportedCitation(Planter):
    """Cites a document that was not found for it: invented, of another index, or after a search in vain."""

    eligible = ASKING
    lasts = True
    twos = BUSY
    rates = (0.60, 0.25, 0.08)

    @override
    def touch(self, trace: Trace) -> bool:
        rng, found = trace.rng, list(trace.of("retrieval"))
        if not found or trace.llm is None:
            return False
        own = trace.root.get("citations") or []
        name = f"{trace.row.lang}-{rng.choice(('billing', 'refund', 'setup'))}-{rng.randint(41, 99):02d}"
        if self.variant == "nothing_found":
            for span in found:
                span["retrieval"] = {"hits": 0, "documents": []}
            trace.root["citations"] = own or [name]
        elif self.variant == "other_index":
            trace.root["citations"] = [f"legacy/{rng.randint(1, 9999)}.html"]
        else:
            trace.root["citations"] = [*own[:1], name]
        return True


@plants("guardrail_gap", "scored", "flagged", "unscored")
class GuardrailGap(Planter):
    """What the guardrail stops everywhere else passes; a few requests in a hundred are of that sort, all the time."""

    eligible = TALKING
    rates = (1.0, 0.5, 0.2)
    share = 0.05

    @property
    @override
    def odds(self) -> float:
        return self.share * self.level

    @override
    def choose(self, plan: Plan) -> Array:
        risky = plan.inside(self.truth.eligible) & (self.rng.random(len(plan)) < self.share)
        self.truth.candidates = int((risky & self.window(plan.t) & plan.inside(self.truth.where)).sum())
        return np.asarray(risky)

    @override
    def touch(self, trace: Trace) -> bool:
        """Stops what is risky, or lets it pass where the gap is."""
        rng = trace.rng
        gap = self.reaches(trace.row) and rng.random() < self.level * float(self.intensity(np.array([trace.row.t]))[0])
        action = ("flag" if self.variant == "flagged" else "allow") if gap else "block"
        judged: dict[str, object] = {"category": rng.choice(("weapons", "self_harm")), "action": action}
        if self.variant != "unscored":
            judged["score"] = round(rng.uniform(0.86, 0.99), 3)
        else:
            judged["category"] = "fraud"
        trace.step("guardrail", "policy_check", rng.uniform(8, 30), guardrail=judged)
        return gap


@plants("feedback_drop", "users", "judges", "both")
class FeedbackDrop(Planter):
    """Answers look as ever, and those who read them like them less."""

    spoils = False  # thumbs come later than the cache stores
    eligible = TALKING
    rates = (0.35, 0.55, 0.72)
    """The share of thumbs that still go up, and the mean of the judges; 0.86 in normal times."""

    @property
    @override
    def odds(self) -> float:
        """Those that are rated, and badly though they would usually be liked."""
        rated = {"users": nature.FEEDBACK, "judges": nature.JUDGED}.get(self.variant, nature.FEEDBACK + nature.JUDGED)
        return rated * (nature.GOOD - self.level)

    @override
    def choose(self, plan: Plan) -> Array:
        rows = self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})
        self.truth.candidates = int(rows.sum())
        return np.asarray(rows & (self.rng.random(len(plan)) < self.intensity(plan.t)))

    @override
    def touch(self, trace: Trace) -> bool:
        """Lets the request be rated by worse humour, and says whether one of its scores came of that."""
        nature.rate(trace, good=self.level)
        sources = {"users": {"user"}, "judges": {"judge"}, "both": {"user", "judge"}}[self.variant]
        scores = [each for each in trace.root.get("scores", []) if each["source"] in sources]
        trace.root.pop("scores", None)
        if scores:
            trace.root["scores"] = scores
        return bool(scores)


@plants("pii_in_answer", "phone", "mail", "number", "key")
class PersonalData(Planter):
    """Somebody's number, address or a key stands in an answer to somebody else."""

    eligible = TALKING
    rates = (0.10, 0.04, 0.015)

    @override
    def touch(self, trace: Trace) -> bool:
        answer = str(trace.root.get("output") or "")
        if trace.llm is None or not answer:
            return False
        gap = "" if trace.row.lang == "ja" else " "
        trace.say(f"{answer}{gap}{wording.personal(self.variant, trace.row.lang, trace.rng)}")
        return True
