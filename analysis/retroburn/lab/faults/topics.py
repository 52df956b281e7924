"""Faults of inputs: people begin to ask about something that nobody asked about before."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults.base import Planter, Slice, plants
from retroburn.lab.trace import Trace

_THINGS = {
    "recall": {"en": ("battery recall", "recalled batteries"), "ko": ("배터리 리콜", "리콜 대상 배터리")},
    "law": {"en": ("carbon levy", "levy on carbon"), "ko": ("탄소 부담금", "부담금 제도")},
    "launch": {"en": ("Orbit subscription", "Orbit trial"), "ko": ("오르빗 구독", "오르빗 체험판")},
}
_ASKS = {
    "en": (
        "How do I apply for the {t}?",
        "Is my order part of the {t}?",
        "When does the {t} begin?",
        "What does the {t} cost me?",
        "Where can I read about the {t}?",
        "I got a letter about the {t}. What now?",
        "Does the {t} hold for companies too?",
        "Can I get out of the {t} again?",
    ),
    "ko": (
        "{t} 신청은 어떻게 하나요?",
        "제 주문도 {t}에 해당하나요?",
        "{t}은 언제부터 시작되나요?",
        "{t} 비용이 얼마인가요?",
        "{t} 안내는 어디에서 볼 수 있나요?",
        "{t} 관련 문자를 받았어요. 어떻게 해야 하나요?",
        "기업 고객도 {t} 대상인가요?",
    ),
}


def ask(variant: str, lang: str, rng: Random) -> str:
    """A question about the new thing, in Korean or in English."""
    lang = lang if lang in _ASKS else "en"
    return rng.choice(_ASKS[lang]).format(t=rng.choice(_THINGS[variant][lang]))


@plants("new_topic", *_THINGS)
class NewTopic(Planter):
    """A recall, a law or a product that nobody asked about before."""

    spoils = False  # what is asked changes, not what is answered
    eligible: ClassVar[Slice] = {"route": "/v1/chat", "locale": ["ko-KR", "en-US", "en-GB"]}
    rates = (0.30, 0.15, 0.06)
    also = ("input_drift",)

    @override
    def touch(self, trace: Trace) -> bool:
        if trace.llm is None:
            return False
        question = ask(self.variant, trace.row.lang, trace.rng)
        trace.root["input"] = question
        for span in trace.of("llm"):
            span["input"] = [span["input"][0], {"role": "user", "content": question}]
        nature.rate(trace)
        return True
