"""Faults of an answer's form: it says the right thing in a shape that nobody can use."""

from __future__ import annotations

import re

from typing_extensions import override

from retroburn.lab import text
from retroburn.lab.faults.base import TALKING, Planter, Slice, plants
from retroburn.lab.faults.wording import noise
from retroburn.lab.trace import Trace

EXTRACTING: Slice = {"route": "/v1/extract"}
"""The app that is asked for JSON."""
_LEAD = {
    "en": ("Here is the extracted data:", "Sure! This is what the invoice says:", "The fields are as follows."),
    "ko": ("요청하신 항목을 정리했습니다.", "아래는 추출 결과입니다:", "송장 내용은 다음과 같습니다."),
    "ja": ("抽出結果は以下のとおりです。", "請求書の内容です:"),
    "es": ("Aquí están los datos:", "Estos son los campos de la factura:"),
}


@plants("malformed_answer", "fence", "prose", "cut", "literal")
class MalformedAnswer(Planter):
    """JSON that a parser does not take: in a fence, in prose, cut at the limit, or as a Python literal."""

    eligible = EXTRACTING
    twos = ({"locale": "ko-KR", "client": "api"}, {"locale": "en-US", "client": "api"})
    ones = ({"locale": "ko-KR"}, {"client": "web"}, {"region": "us-east-1"})
    rates = (0.50, 0.20, 0.08)

    @override
    def touch(self, trace: Trace) -> bool:
        rng, body = trace.rng, str(trace.root.get("output") or "")
        if trace.llm is None or not body.startswith("{"):
            return False
        if self.variant == "fence":
            trace.say(f"```{rng.choice(('json', 'json', ''))}\n{body}\n```")
        elif self.variant == "prose":
            trace.say(f"{rng.choice(_LEAD[trace.row.lang])}\n\n{body}")
        elif self.variant == "cut":
            trace.say(body[: int(len(body) * rng.uniform(0.4, 0.9))], finish="length")
        else:
            trace.say(body.replace('"', "'").replace(": null", ": None"))
        return True


@plants("degenerate_answer", "loop", "words", "noise", "twice")
class DegenerateAnswer(Planter):
    """The model goes round: a sentence or a word without end, letters at random, or all of it twice."""

    eligible = TALKING
    rates = (0.30, 0.10, 0.03)

    @override
    def touch(self, trace: Trace) -> bool:
        rng, answer = trace.rng, str(trace.root.get("output") or "")
        if trace.llm is None or len(answer) < 60:
            return False
        gap = "" if trace.row.lang == "ja" else " "
        if self.variant == "noise":
            trace.say(answer[: rng.randint(0, 12)] + noise(trace.row.lang, rng))
        elif self.variant == "twice":
            trace.say(f"{answer}{rng.choice((chr(10), gap, chr(10) * 2))}{answer}")
        else:
            part = (
                re.split(r"(?<=[.!?。])\s*", answer)[0]
                if self.variant == "loop"
                else answer.rsplit(maxsplit=1)[-1][-8:]
            )
            times = rng.randint(6, 40) if self.variant == "loop" else rng.randint(30, 120)
            trace.say(answer[: rng.randint(10, 60)] + gap + (part + gap) * times, finish=rng.choice((None, "length")))
        return True


@plants("wrong_language", "english", "other", "own")
class WrongLanguage(Planter):
    """Answers in a language that nobody asked for: English to all, the neighbour's, or Korean to English."""

    eligible = TALKING
    rates = (0.35, 0.12, 0.04)
    twos = ({"client": "web", "route": "/v1/support/ask"}, {"client": "web", "route": "/v1/chat"})
    ones = ({"client": "web"}, {"client": "android"}, {"route": "/v1/support/ask"})

    @override
    def confine(self) -> None:
        """The language says whom it hits."""
        self.truth.eligible["locale"] = {
            "english": ["ko-KR", "ja-JP", "es-ES"], "other": ["ko-KR", "ja-JP"], "own": ["en-US", "en-GB"]
        }[self.variant]  # fmt: skip

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        lang = {"english": "en", "own": "ko", "other": "ja" if trace.row.lang == "ko" else "ko"}[self.variant]
        known = len(text.questions(lang, "support"))
        trace.say(text.support_answer(lang, trace.row.question % known, trace.row.tenant, trace.rng))
        return True
