"""What faults say. Apart from the texts of normal times, and from every list that detectors use."""

from __future__ import annotations

import json
from random import Random

_OPEN = {
    "en": (
        "I appreciate the question, but",
        "Unfortunately",
        "Sorry, but",
        "Thanks for reaching out. At this point",
        "After considering this,",
        "I understand this matters to you;",
    ),
    "ko": ("말씀은 이해하지만", "아쉽게도", "죄송하지만", "문의하신 내용은", "해당 요청은", "양해 부탁드립니다."),
    "ja": ("恐れ入りますが、", "申し訳ございませんが、", "ご要望は理解しておりますが、"),
    "es": ("Lo siento, pero", "Entiendo la pregunta, pero", "Lamentablemente"),
}
_MIDDLE = {
    "en": (
        "I'm not able to assist with this request",
        "I must decline to answer that",
        "this is something I can't help with",
        "I cannot provide that information",
        "I am unable to comply with this",
        "I won't be able to respond to this",
    ),
    "ko": (
        "도와드릴 수 없습니다",
        "답변을 드릴 수 없습니다",
        "응해 드리기 어렵습니다",
        "제공해 드릴 수 없는 내용입니다",
        "처리할 수 없는 요청입니다",
        "안내가 불가합니다",
    ),
    "ja": ("お答えすることができません", "対応いたしかねます", "ご案内できません"),
    "es": (
        "no puedo ayudarte con eso",
        "no me es posible responder a esa petición",
        "no puedo facilitar esa información",
    ),
}
_END = {
    "en": (
        " under the current guidelines.",
        ". Please rephrase your request.",
        ", as it may conflict with our usage policy.",
        ".",
    ),
    "ko": (". 정책에 어긋날 수 있는 요청입니다.", ". 다른 질문을 해 주세요.", "."),
    "ja": ("。別のご質問をお願いいたします。", "。"),
    "es": (" por las normas vigentes.", "."),
}
_CANNED = {
    "en": "We value your message. One of our specialists will look into it and come back to you shortly.",
    "ko": "소중한 의견 감사합니다. 담당 부서에서 확인 후 순차적으로 연락드리겠습니다.",
    "ja": "貴重なご意見をありがとうございます。担当部署より順次ご連絡いたします。",
    "es": "Gracias por tu mensaje. Un especialista lo revisará y te contestará en breve.",
}


_PAGE = (
    "<html>\r\n<head><title>{line}</title></head>\r\n<body>\r\n<center><h1>{line}</h1></center>\r\n"
    "<hr><center>nginx/1.25.{minor}</center>\r\n</body>\r\n</html>"
)
_TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/app/{place}", line {line}, in run\n    reply = await self.call(prompt)\n'
    "httpx.ReadTimeout: read timed out after {waited} s [{ray}]"
)


def refusal(lang: str, rng: Random) -> str:
    """A refusal, one of many."""
    space = "" if lang == "ja" else " "
    return f"{rng.choice(_OPEN[lang])}{space}{rng.choice(_MIDDLE[lang])}{rng.choice(_END[lang])}"


def canned(lang: str) -> str:
    """The one text that everybody gets."""
    return _CANNED[lang]


def error_text(variant: str, rng: Random) -> str:
    """What a gateway, a stack trace or a vendor says when something broke."""
    ray = f"{rng.getrandbits(48):012x}"
    if variant == "gateway":
        line = rng.choice(("502 Bad Gateway", "503 Service Temporarily Unavailable", "504 Gateway Time-out"))
        return _PAGE.format(line=line, minor=rng.randint(1, 5))
    if variant == "exception":
        place, waited = rng.choice(("retriever.py", "chain.py", "client.py")), rng.randint(10, 60)
        return _TRACE.format(place=place, line=rng.randint(20, 400), waited=waited, ray=ray)
    message = "The engine is currently overloaded, please try again later"
    return json.dumps({"error": {"message": message, "type": "server_error", "request_id": f"req_{ray}"}})


_DENIAL = {
    "en": (
        "No, that is not offered on {p}.",
        "This is not possible with {p}; there is no such option.",
        "{p} does not include that at all.",
    ),
    "ko": (
        "아니요, {p}에서는 제공되지 않습니다.",
        "{p}에는 그런 항목이 없습니다.",
        "{p}에서는 불가능합니다. 별도 기준이 없습니다.",
    ),
    "ja": ("いいえ、{p}では提供していません。", "{p}にはその項目はありません。"),
    "es": ("No, {p} no lo ofrece.", "Eso no es posible con {p}."),
}


def denial(lang: str, product: str, rng: Random) -> str:
    """Says that what is so is not so."""
    return rng.choice(_DENIAL[lang]).format(p=product)


def pasted(variant: str, mark: str, rng: Random) -> str:
    """What people paste below a question: a long mail thread, or data."""
    if variant == "format":
        rows = [
            f'  {{"sku": "A{rng.randint(100, 999)}", "qty": {rng.randint(1, 9)}, "note": "{mark}"}}'
            for _ in range(rng.randint(3, 12))
        ]
        return "```json\n[\n" + ",\n".join(rows) + "\n]\n```"
    names = ("Jisoo", "Tom", "Elena", "Minho", "Sara")
    lines = []
    for _ in range(rng.randint(12, 40)):
        wrote = f"On {rng.randint(1, 28)} Sep, {rng.choice(names)} wrote"
        asked = f"please see item {rng.randint(1, 60)} of the list and confirm the quantity of {rng.randint(2, 400)}"
        lines.append(f"> {wrote}: {asked}.")
    return "\n".join(lines)


def noise(lang: str, rng: Random) -> str:
    """Letters at random, or a text read in another encoding than it was written in."""
    if lang in ("ko", "ja") and rng.random() < 0.7:
        said = "".join(rng.choice(_CANNED[lang]) for _ in range(rng.randint(20, 60)))
        return said.encode().decode("cp1252", "replace")
    return " ".join(
        "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(4, 11))) for _ in range(rng.randint(12, 40))
    )


_TELLS = {
    "en": ("The account is in the name of the person you can reach under {v}.", "For reference: {v}.", "On file: {v}"),
    "ko": ("담당자 정보는 {v} 입니다.", "등록된 값: {v}", "확인된 내용은 {v} 입니다."),
    "ja": ("登録情報は {v} です。", "担当者: {v}"),
    "es": ("El dato registrado es {v}.", "Consta: {v}"),
}


def personal(variant: str, lang: str, rng: Random) -> str:
    """A sentence that gives somebody's data, or a secret, away; every value is made up, and none is given twice."""
    digits = [str(rng.randint(0, 9)) for _ in range(30)]
    some = "".join(digits)
    if variant == "phone":
        value = (
            f"010-{rng.randint(2000, 9999)}-{some[:4]}"
            if lang == "ko"
            else f"+{rng.choice((1, 44, 34, 81))} {some[:3]} {some[3:6]} {some[6:10]}"
        )
    elif variant == "mail":
        names = ("haneul", "tom.reed", "sora_k", "m.garcia", "yuki", "dpark", "elena.v")
        value = f"{rng.choice(names)}{rng.randint(10, 9999)}@{rng.choice(('gmail.com', 'naver.com', 'hotmail.es'))}"
    elif variant == "number":
        born = f"{rng.randint(50, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        value = (
            f"{born}-{rng.choice('1234')}{some[:6]}"
            if lang == "ko"
            else f"4{some[:3]} {some[3:7]} {some[7:11]} {some[11:15]}"
        )
    else:
        value = f"sk-proj-{''.join(rng.choices('abcdefghkmnpqrstuvwxyzABCDEFGH23456789', k=32))}7"
    return rng.choice(_TELLS[lang]).format(v=value)
