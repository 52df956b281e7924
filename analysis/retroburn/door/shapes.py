"""The shapes of personal data and secrets, as one regular expression. Used by `door` alone.

A shape is length, grouping, prefix and context words. Neither a checksum nor a reserved domain excuses a text: numbers
issued in Korea since October 2020 have random tails, and `example.com` may be a customer's habit. Not covered, because
no shape tells them from other words: names of people and postal addresses.
"""

from __future__ import annotations

import re

# every dash that a phone's keyboard or a word processor makes of a hyphen
_D = r"[-‐‑‒–—−－]"
_S = r"[-‐‑‒–—−－. ]"
# a day of birth as the first six digits of a Korean number: month and day are part of the shape
_BIRTH = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_CARD16 = r"(?:4\d|5\d|2[2-7]|6\d|35|9[0-9])\d{14}"
_ASSIGN = r"""["']?\s*[=:]\s*["']?"""

# Where no shape can begin: at most signs, and in the middle of a word that does not go on like one of these.
# To try every shape at every letter would take twice as long.
_INSIDE_LATIN = (
    r"pass|pwd|secret|api|access|account|private|subscription|client|auth|refresh|session|id|signature|x-amz|rrn|resident"
    r"|licen|driver|social|bank|[a-z]:\\"
)
_INSIDE_KOREAN = (
    "비밀|비번|주민|등록|외국|여권|면허|사업|전화|연락|휴대|핸드|팩스|계좌|은행|버전"
    "|서울|부산|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산"
)
NOWHERE = (
    r"(?![\s,;{}\[\]\"'<>=!?*#$&|\\^`~]"
    rf"|(?<=[a-z])(?!(?i:{_INSIDE_LATIN}))[a-z]|(?<=[가-힣])(?!{_INSIDE_KOREAN})[가-힣])"
)

# kept whatever else they look like; they stand first, so that nothing inside them is taken for something else
_KEEP = [
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])",
    r"(?<![0-9A-Za-z])(?=\d*[a-f])[0-9a-f]{12,64}(?![0-9A-Za-z@.])",
    r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d|-\d)"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    r"(?i:\b(?:v|ver|version|release|build|sdk|chrome|chromium|crios|headlesschrome|edg[a-z]?|opr|safari|firefox|electron)"
    r"|버전)[ =:/-]{0,3}\d+(?:\.\d+){1,4}(?![.\d])",
]

# (kind, pattern); a group called `value` narrows what is replaced to a part of the match
_SHAPES: list[tuple[str, str]] = [
    ("key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    ("secret", r"(?<=[A-Za-z0-9+.-])://(?P<value>[^\s:/@\"'<>]*:[^\s/\"'<>]+)@"),
    ("token", r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?"),
    ("token", r"(?i:\b(?:bearer|basic)\s+)(?P<value>(?=\S*(?:[\d=_]|\.\w))[\w.~+/=-]{12,})"),
    (
        "key",
        r"(?<![A-Za-z0-9])(?:sk|pk|rk)[-_](?=\S*\d)[A-Za-z0-9_-]{14,}|\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12,}"
        r"|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}|\bhf_\w{16,}|\bnpm_\w{20,}|\bpypi-[\w-]{20,}"
        r"|\bxox[abeoprs]-[\w-]{10,}|\bxapp-[\w-]{10,}|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
        r"|\bAQ\.A[\w-]{30,}|\bGOCSPX-[\w-]{20,}|\bdapi[0-9a-f]{32}|\bSK[0-9a-f]{32}|\bhv[bsr]\.[\w-]{20,}"
        # vendors who put their name before it: so many letters and digits without a hyphen are no model's name
        r"|\b(?:gsk|r8|fw|pcsk|lsv2_[ps][tk]|whsec|dckr_[po]at|do[opr]_v1|lin_api|ntn|shp(?:at|ca|pa|ss)|sbp|tvly|jina)[_-]"
        r"(?=\w*\d)\w{20,}|\b(?:xai|pplx|tvly(?:-dev)?)-(?=\w*\d)\w{20,}|\bnvapi-[\w-]{40,}",
    ),
    # a web hook's address is its key
    (
        "key",
        r"\bhooks\.slack\.com/(?:services|workflows)/(?P<value>[\w/-]{20,})|/api/webhooks/(?P<value>\d+/[\w-]{30,})",
    ),
    ("token", r"(?<![\w:])\d{8,10}:AA[\w-]{30,}"),
    ("token", r"(?i:\b(?:set-)?cookie2?[\"']?\s*:\s*[\"']?)(?P<value>[^\s=;]+=[^\n\"']{8,})"),
    (
        "secret",
        r"(?i:pass(?:word|wd|phrase)|\bpwd|비밀번호|비번|secret(?:[_-]?(?:access[_-]?)?key)?)"
        r"(?:[\"']?\s*=\s*[\"']?|[\"']\s*:\s*[\"']|[\"']?\s*:\s*(?=[!-~]*[\d!@#$%^*]))"
        # a share is a figure about secrets, not one
        r"(?P<value>(?!«|[\d.]+ ?%(?!\S))[^\s\"'&;,<>]{4,})",
    ),
    # told in a sentence: what holds a digit and no blank, and is no length or number of characters
    (
        "secret",
        r"(?i:pass(?:word|code|phrase)(?: is| was|:)|비밀번호(?:는|은|가|이)|비번(?:은|이)) ?[\"'`]?"
        r"(?P<value>(?=[!-~]*\d)(?=[!-~]*[A-Za-z])(?!\d+[-~]\d+(?![!-~]))[!-~]{6,})",
    ),
    (
        "secret",
        r"(?i:api[_-]?key|apikey|(?:access|account|private|subscription)[_-]?key|client[_-]?secret"
        r"|(?:auth|access|refresh|session|id)[_-]?token|(?<![a-z])token|(?<![a-z])sig|signature|x-amz-signature)"
        + _ASSIGN
        + r"(?P<value>(?=[!-~]*\d)[\w.~+/=%-]{12,})",
    ),
    (
        "email",
        r"(?<![\w.%+-])(?:[A-Za-z0-9._%+-]+|[\w.%+-]+)(?:@|＠|%40)(?!\dx\.)(?:[\w-]+\.)+(?:[A-Za-z]{2,}|[가-힣]{2,})"
        r"|(?<![\w.%+-])[A-Za-z0-9._+-]+@\[[0-9A-Fa-f.:]+\]",
    ),
    (
        "path",
        r"(?<![\w.])/(?:home|Users)/(?P<value>[^/\s\"':«]+)|(?i:[a-z]:\\{1,2}Users\\{1,2})(?P<value>[^\\\s\"':«]+)",
    ),
    ("iban", r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![0-9A-Za-z])"),
    (
        "iban",
        r"(?i:\biban\W{0,3})(?P<value>[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?)(?![0-9A-Za-z])",
    ),
    ("national", rf"(?<!\d)(?<!\d[-.]){_BIRTH}\s?{_D}\s?\d{{7}}(?!\d)(?!-\d)"),
    ("national", rf"(?<![\d.]){_BIRTH} [0-9]\d{{6}}(?!\d|\.\d)"),
    ("national", rf"(?<![\d.]){_BIRTH}[1-8]\d{{6}}(?!\d|\.\d)"),
    ("national", r"(?i:주민|등록번호|rrn|외국인|resident)[^\d\n]{0,20}(?P<value>\d{6}\D?\d{7})(?!\d)"),
    (
        "licence",
        rf"(?<![\d-])(?:\d\d|서울|부산|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산)"
        rf"{_S}\d\d{_S}\d{{6}}{_S}\d\d(?![\d-])"
        r"|(?i:면허|licen[cs]e)[^\d\n]{0,20}(?P<value>\d{2}[- ]?\d{2}[- ]?\d{6}[- ]?\d{2})(?!\d)"
        r"|(?i:driver\S{0,3} licen[cs]e|licen[cs]e (?:no|number))\W{0,12}(?P<value>[A-Z]{1,2}\d{6,8})(?![0-9A-Za-z])",
    ),
    (
        "passport",
        r"(?i:여권|passport)[^\dA-Z\n]{0,5}(?i:번호|no\.?|number)?\W{0,5}(?i:은|는|is|was)?\W{0,3}"
        r"(?P<value>[A-Z]{1,2}\d{3}[A-Z0-9]\d{3,5})(?![0-9A-Za-z])",
    ),
    (
        "card",
        rf"(?<![\d-])(?!(?:19|20)\d\d)\d{{4}}(?P<sep>{_D}|[. ])\d{{4}}(?P=sep)\d{{4}}(?P=sep)\d{{4}}"
        r"(?:(?P=sep)\d{1,3})?(?![\d-])"
        rf"|(?<![\d-])3[0-9]\d\d{_S}\d{{6}}{_S}\d{{4,5}}(?![\d-])",
    ),
    ("card", rf"(?<![\d.])(?:{_CARD16}|3[47]\d{{13}}|3(?:0[0-5]|[68]\d)\d{{11}}|6[02-9]\d{{15,17}})(?![\d.]\d|\d)"),
    ("phone", r"(?<![\w+])\+[1-9]\d{9,14}(?!\d)"),
    (
        "phone",
        rf"(?:(?<![\w+])\+|(?<![\d.:-])00)(?!\d{{1,3}} \d{{4}}-\d\d)(?=(?:\d(?:{_D}|[ ()]){{0,3}}){{8,15}}(?!\d))"
        rf"[1-9]\d{{0,2}}(?:(?:{_D}|[ ()]){{1,3}}\d{{1,8}}){{1,5}}(?!\d)"
        r"|(?<![\w+])\+[1-9]\d{0,2}(?:\.\d{2,4}){2,4}(?!\d)",
    ),
    ("phone", rf"(?<!\d)(?<!\d[-.])01[016789]\)?{_S}?\s?\d{{3,4}}{_S}?\s?\d{{4}}(?!\d)(?!-\d)"),
    ("phone", rf"(?<!\d)(?<!\d[-.])\(?0\d{{1,4}}(?:\) ?|{_S})\d{{3,4}}{_S}\d{{4}}(?!\d)(?!-\d)"),
    ("business", rf"(?<!\d)(?<!\d-)\d{{3}}{_D}\d{{2}}{_D}\d{{5}}(?!\d)(?!-\d)"),
    ("business", r"사업자[^\d\n]{0,15}(?P<value>\d{10})(?!\d)"),
    ("ssn", rf"(?<!\d)(?<!\d-)\d{{3}}{_D}\d{{2}}{_D}\d{{4}}(?!\d)(?!-\d)"),
    ("ssn", r"(?i:\bssn|social security)[^\d\n]{0,15}(?P<value>\d{3} ?\d\d ?\d{4})(?!\d)"),
    (
        "phone",
        rf"(?<![\d.])(?<!\d-)(?:1{_S})?(?:\(\d{{3}}\) ?|\d{{3}}(?P<us>{_S}))\d{{3}}(?(us)(?P=us)|{_D})\d{{4}}"
        r"(?![\d.]\d|\d)(?!-\d)",
    ),
    (
        "phone",
        r"(?i:\b(?:tel|telephone|phone|mobile|fax)\b|전화|연락처|휴대폰|핸드폰|팩스)[^\d\n]{0,12}"
        r"(?P<value>\+?\d{8,12})(?!\d)",
    ),
    (
        "account",
        r"(?:계좌|은행|(?i:bank account))[^\d\n]{0,15}"
        r"(?P<value>\d{2,6}-\d{2,6}-\d{4,8}(?:-\d{1,4})?|\d{10,14})(?!\d)",
    ),
    ("ip", r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\d|\.\d)"),
    (
        "ip",
        r"(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])"
        r"|(?<![0-9A-Za-z:])(?:2[0-9A-Fa-f]{3}|[Ff][CcDdEe][0-9A-Fa-f]{2})(?::[0-9A-Fa-f]{1,4}){0,6}::"
        r"(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?(?![0-9A-Za-z])",
    ),
]


def _compile() -> tuple[re.Pattern[str], dict[str, str], dict[str, list[str]]]:
    """One alternation: the pattern, the kind of each outer group, and the inner groups that narrow it."""
    parts = [f"(?P<keep>{'|'.join(_KEEP)})"]
    kinds: dict[str, str] = {}
    inner: dict[str, list[str]] = {}
    for number, (kind, shape) in enumerate(_SHAPES):
        outer = f"s{number}"
        names = [f"{outer}v{i}" for i in range(shape.count("(?P<value>"))]
        pieces = shape.split("(?P<value>")
        named = pieces[0] + "".join(f"(?P<{name}>{piece}" for name, piece in zip(names, pieces[1:], strict=True))
        kinds[outer], inner[outer] = kind, names
        parts.append(f"(?P<{outer}>{named})")
    return re.compile(f"{NOWHERE}(?:{'|'.join(parts)})"), kinds, inner


PATTERN, KINDS, INNER = _compile()

# how long an IBAN of a country is; a text that begins like one and has another length is none
IBAN_LENGTH = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC",
        32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
