"""Faults of an answer's form: it says the right thing in a shape that nobody can use."""

from __future__ import annotations

from typing_extensions import override

from retroburn.lab.faults.base import Planter, Slice, plants
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
