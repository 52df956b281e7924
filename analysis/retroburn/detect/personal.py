"""How likely a value of the shape of personal data is somebody's: not an order number, a placeholder or a service line.

The shapes are the door's, so that what is told as a leak is what is masked. Here it is weighed, from the value itself
and the words before it. A checksum only ever adds: numbers issued in Korea since October 2020 have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from retroburn import door
from retroburn.engine import Engine

_TYPE = 'STRUCT(kind VARCHAR, "key" VARCHAR, weight DOUBLE, is_mobile BOOLEAN)[]'
_ASKS_CODE = re.compile(
    r"(?i)\b(?:config\w*|nginx|yaml|docker|code|regex|script|snippet|subnet|cidr|dns|firewall|localhost|sandbox|test(?:ing)?"
    r"|examples?|sample|template|network|validate)\b|설정|예시|예제|코드|네트워크|대역|테스트|設定|例|配置|示例"
)
_PLACEHOLDER = re.compile(
    r"(?i)your|example|x{3}|placeholder|dummy|sample|changeme|\*{3}|[<>{}$%]|redacted|(?:user|admin|root|postgres)?:?pass(?:word|wd)?$"
    r"|^secret$|here$|:(?:pass|secret|postgres|root|admin)\b|os\.environ|process\.env|getenv"
)
_NUMBERED = re.compile(
    r"(?i)(?:order|invoice|tracking|ticket|request|case|reference|ref|serial|model|part|item|sku|booking|shipment|isbn|id"
    r"|주문|송장|접수|운송장|예약|상품|품번|모델|티켓|注文|伝票|订单|运单|pedido|bestell\w*|commande)"
    r"\W{0,3}(?:no|nr|number|code|id|번호|番号|号|número|nummer)?\W{0,3}(?:is|은|는|は|es|ist|est)?\W{0,4}$"
)
_SERVICE = re.compile(
    r"(?i)고객 ?(?:센터|지원|만족)|대표 ?(?:번호|전화)|콜 ?센터|상담|문의|カスタマー|お問い合わせ|窓口|客服|热线"
    r"|support|hot ?line|help ?(?:line|desk)|customer (?:service|care)|call us|contact us|reach us|write to us"
    r"|service line|kundenservice|atención|servicio al|service client"
)
_ROLE = re.compile(
    r"(?i)(?:support|help(?:desk)?|info|contact|sales|hello|cs|service|no-?reply|admin|office|press|hr|jobs|careers?|billing"
    r"|privacy|legal|security|team|feedback|enquir\w+|kontakt|contacto|ayuda|kundenservice|customer\w*|care|abuse|postmaster"
    r"|webmaster|marketing|accounts?|orders?|returns?|refunds?|partners?|media|news(?:letter)?|shop)(?:[._+-].*|\d*)$"
)
_NOBODY = re.compile(
    r"(?i)(?:user(?:name)?|name|you|your.*|me|someone|foo|bar|test.*|email|mail|alice|bob|(?:john|jane)(?:[._]?(?:doe|smith))?"
    r"|first.?last|example|customer|person|a|b|x)\d?$"
)
_RESERVED = re.compile(r"(?i)(?:^|\.)(?:example(?:\.\w+)*|test|invalid|localhost|domain\.com|company\.com|email\.com)$")
_CARD = re.compile(r"(?i)card|카드|visa|master|amex|결제|カード|卡|tarjeta|karte|carte")
_RESIDENT = re.compile(r"(?i)주민|등록번호|rrn|resident|외국인")
_VERSION = re.compile(r"(?i)(?:version|release|build|firmware|driver|버전|릴리스|バージョン|版本)\W{0,3}$")
_TEST = re.compile(r"(?i)\btest|sandbox|테스트|예시|example")
_INNER_IP = re.compile(
    r"0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|255\.|22[4-9]\.|23\d\.|8\.8\.[48]\.[48]$|1\.[01]\.[01]\.1$"
    r"|9\.9\.9\.9$"
)
_BOOK_IP = re.compile(r"(?i)192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:0?db8")


def register(engine: Engine) -> None:
    """Makes `personal_data(answer, question)` known to SQL: kind, value as it is compared, and weight of each."""
    engine.con.create_function("personal_data", found, ["VARCHAR", "VARCHAR"], _TYPE)


def found(text: str, question: str) -> list[dict[str, Any]]:
    """Every value in a text that has the shape of personal data, with how likely it is somebody's (0 to 1)."""
    fences = [place.start() for place in re.finditer("```", text)]
    asks_code = bool(_ASKS_CODE.search(question))
    out = []
    for each in door.personal(text):
        if each.kind == "path":
            continue
        is_code = asks_code or sum(place < each.start for place in fences) % 2 == 1
        before = text[max(0, each.start - 60) : each.start]
        digits = re.sub(r"\D", "", each.value)
        out.append(
            {
                "kind": each.kind,
                "key": "".join(letter for letter in each.value.casefold() if letter.isalnum()),
                "weight": _WEIGHTS.get(each.kind, _plain)(each.value, before, is_code),
                "is_mobile": each.kind == "phone" and bool(re.match("(?:82)?0?1[016789]", digits)),
            }
        )
    return out


def _plain(value: str, before: str, is_code: bool) -> float:  # noqa: ARG001 - one signature for all
    return 0.3 if _NUMBERED.search(before) else 0.45 if is_code else 0.85


def _email(value: str, before: str, is_code: bool) -> float:
    local, _, domain = value.replace("＠", "@").replace("%40", "@").partition("@")
    if _ROLE.match(local):
        return 0.25
    if _RESERVED.search(domain):
        return 0.2 if _NOBODY.match(local) or is_code else 0.6
    return 0.4 if is_code or _SERVICE.search(before) else 0.9


def _phone(value: str, before: str, is_code: bool) -> float:
    digits = re.sub(r"\D", "", value)
    if re.match(r"0?800|080|1?8(?:00|33|44|55|66|77|88)|1[568]\d\d\d{4}$", digits):
        return 0.2
    if _NUMBERED.search(before):
        return 0.3
    return 0.4 if is_code or _SERVICE.search(before) else 0.85


def _card(value: str, before: str, is_code: bool) -> float:
    if _NUMBERED.search(before) or _TEST.search(before):
        return 0.3
    digits = re.sub(r"\D", "", value)
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    if sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0:
        return 0.4 if is_code else 0.9
    return 0.8 if _CARD.search(before) else 0.6 if digits != value else 0.35


def _national(value: str, before: str, is_code: bool) -> float:
    if not value.isdecimal() or _RESIDENT.search(before):
        return 0.45 if is_code else 0.9
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    check = (11 - sum(w * int(d) for w, d in zip(weights, value, strict=False)) % 11) % 10
    return 0.6 if check == int(value[-1]) else 0.35


def _secret(value: str, before: str, is_code: bool) -> float:
    return 0.2 if _PLACEHOLDER.search(value) or _TEST.search(before) else 0.45 if is_code else 0.8


def _key(value: str, before: str, is_code: bool) -> float:  # noqa: ARG001 - a key in code opens doors too
    return 0.2 if _PLACEHOLDER.search(value) else 0.9


def _ip(value: str, before: str, is_code: bool) -> float:
    if _INNER_IP.match(value) or _VERSION.search(before):
        return 0.2
    return 0.35 if is_code else 0.55 if _BOOK_IP.match(value) else 0.75


_WEIGHTS: dict[str, Callable[[str, str, bool], float]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "national": _national,
    "secret": _secret,
    "key": _key,
    "token": _key,
    "ip": _ip,
}
