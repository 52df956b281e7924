"""Faults of answers: the call went well, what it said did not."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults import wording
from retroburn.lab.faults.base import ASKING, BUSY, TALKING, Planter, plants
from retroburn.lab.trace import Trace


@plants("empty_answer", "blank", "null", "serialised")
class EmptyAnswer(Planter):
    """Nothing comes back, and nobody calls it an error."""

    eligible = TALKING
    rates = (0.30, 0.09, 0.03)

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        nothing = {
            "blank": trace.rng.choice(("", " ", "\n\n", "\u200b")),
            "null": None,
            "serialised": trace.rng.choice(("{}", "null", '""', "[]")),
        }[self.variant]
        tokens = trace.rng.choice((0, 0, 1))
        trace.say(nothing, tokens=0 if self.variant == "null" else tokens)
        trace.root["citations"] = []
        return True


@plants("truncated_answer", "length", "silent")
class TruncatedAnswer(Planter):
    """Answers stop in the middle: with the finish reason that says so, or without one."""

    eligible = TALKING
    rates = (0.35, 0.12, 0.04)

    @override
    def touch(self, trace: Trace) -> bool:
        answer = str(trace.root.get("output") or "")
        if trace.llm is None or len(answer) < 40:
            return False
        cut = answer[: int(len(answer) * trace.rng.uniform(0.35, 0.8))].rstrip(" .。,!?")
        trace.say(
            cut + answer[len(cut) : len(cut) + 1].strip(".。 "), finish="length" if self.variant == "length" else None
        )
        if self.variant == "silent":
            trace.llm.pop("finish_reason", None)
        return True


@plants("refusal", "english", "korean", "policy")
class Refusal(Planter):
    """The model declines what it should serve: in English, in Korean, or in any language with the finish reason."""

    eligible = TALKING
    rates = (0.30, 0.10, 0.035)
    ones = ({"client": "web"}, {"route": "/v1/support/ask"})
    twos = ({"client": "web", "route": "/v1/support/ask"},)

    @override
    def confine(self) -> None:
        """The language says whom it hits."""
        locale = {"english": "en-US", "korean": "ko-KR"}.get(self.variant)
        if locale:
            self.truth.eligible["locale"] = locale

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        finish = "content_filter" if self.variant == "policy" else None
        trace.say(wording.refusal(trace.row.lang, trace.rng), finish=finish)
        trace.root["citations"] = []
        return True


@plants("no_evidence_answer", "zero_hits", "weak_hits")
class NoEvidenceAnswer(Planter):
    """The search finds nothing, and the answer is as firm as ever."""

    eligible = ASKING
    lasts = True
    twos = BUSY
    rates = (0.60, 0.25, 0.08)

    @override
    def touch(self, trace: Trace) -> bool:
        hit = False
        for span in trace.of("retrieval"):
            documents: list[dict[str, Any]] = []
            if self.variant == "weak_hits":
                documents = [
                    {"id": f"misc-{trace.rng.randint(1, 400):03d}", "score": round(trace.rng.uniform(0.05, 0.24), 4)}
                    for _ in range(2)
                ]
            span["retrieval"] = {"hits": len(documents), "documents": documents}
            if documents:
                span["retrieval"]["top_score"] = max(each["score"] for each in documents)
            trace.root["citations"] = [documents[0]["id"]] if documents else []
            hit = True
        return hit


@plants("error_as_answer", "gateway", "exception", "vendor_json")
class ErrorAsAnswer(Planter):
    """An error text takes the place of the answer, and the status stays ok."""

    eligible = TALKING
    rates = (0.30, 0.10, 0.03)

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        trace.say(wording.error_text(self.variant, trace.rng))
        trace.root["citations"] = []
        return True


@plants("fallback_answer", "canned", "other_model")
class FallbackAnswer(Planter):
    """One text for every question, or another model than the one asked for."""

    eligible = TALKING
    rates = (0.40, 0.14, 0.05)

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        if self.variant == "canned":
            trace.say(wording.canned(trace.row.lang))
            trace.root["citations"] = []
        else:
            nature.switch(trace, "gemini-2.5-flash" if trace.row.model != "gemini-2.5-flash" else "gpt-4.1-mini")
            trace.root["fallback"] = True
        return True
