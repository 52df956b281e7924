"""The one door through which log text leaves: cleaned, masked, shortened, escaped for where it goes.

Whatever comes from a log and is shown to a person passes here: `show` for a terminal or JSON, `html` and `markdown` for
pages, `fence` for a block of Markdown, `csv` for a cell. All of them clean and mask first, and masking twice changes
nothing. `sql` and the notebook API give text as it is and do not come here.
"""

from __future__ import annotations

import hashlib
import html as _html
import re
import unicodedata
from collections.abc import Callable

from retroburn.shapes import IBAN_LENGTH, INNER, KINDS, PATTERN

_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -~]?")
# controls but tab and line feed, direction marks, characters without width, language tags
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
# decimal digits of other scripts and of full width
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_ORDER = re.compile(
    r"(?i)(?:order|invoice|tracking|ticket|request|trace|span|주문|송장|접수)\W{0,3}(?:no|number|id|번호)?[^\w\n]{0,4}$"
)
_CLOCK = re.compile(r"(?i)(?:time|timestamp|epoch|stamp|_at|\bat|\bts|start|end|_ms)[\"']?\W{0,4}$")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#|~$^])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"})


def plain(text: object) -> str:
    """The text without what a reader cannot see or a terminal would obey.

    ANSI sequences, control characters, direction marks and characters without width are dropped; every kind of line end
    becomes a line feed; half a surrogate becomes U+FFFD. None is the empty text.
    """
    if text is None:
        return ""
    clean = str(text).encode("utf-8", "replace").decode("utf-8")
    clean = _ANSI.sub("", clean)
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", clean))


def mask(text: str) -> str:
    """The text with personal data and secrets replaced by pseudonyms such as «email-3f2a».

    The same value has the same pseudonym in every output and every run, however it is spaced or hyphenated. A pseudonym
    holds 16 bits on purpose: enough to see that two rows speak of one person, too few to search a phone number back.
    What counts is the shape, never a checksum or a reserved domain. Names and postal addresses are not covered.
    """
    digits = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    parts, done = [], 0
    for match in PATTERN.finditer(digits):
        start, end = _span(match)
        if start < end:
            parts += [text[done:start], pseudonym(KINDS[match.lastgroup or ""], digits[start:end])]
            done = end
    return "".join([*parts, text[done:]])


def _span(match: re.Match[str]) -> tuple[int, int]:
    """Which part of a match is replaced; (0, 0) for none."""
    group = match.lastgroup or "keep"
    if group not in KINDS:
        return 0, 0
    inner = next((name for name in INNER[group] if match.group(name) is not None), None)
    if inner is not None:
        return match.span(inner)
    before = match.string[max(0, match.start() - 24) : match.start()]
    return (0, 0) if _harmless(KINDS[group], match.group(), before) else match.span()


def _harmless(kind: str, whole: str, before: str) -> bool:
    """Whether a match of a shape is something else after all: an order number, a clock, an identifier."""
    if kind == "iban":
        return not _iban(whole)
    if kind == "card" and whole.isdecimal():
        return bool(_ORDER.search(before)) and not _luhn(whole)
    if kind == "national" and whole.isdecimal():
        # milliseconds since 1970 begin with 1 until 2033; few people born in '10 to '19 are written without a hyphen
        return whole[0] == "1" and bool(_CLOCK.search(before))
    return False


def _iban(text: str) -> bool:
    """Whether country, length and the share of digits are those of an IBAN (an id in capitals has fewer)."""
    letters = text.replace(" ", "")
    digits = sum(letter.isdecimal() for letter in letters)
    return IBAN_LENGTH.get(letters[:2]) == len(letters) and 2 * digits >= len(letters)


def _luhn(digits: str) -> bool:
    """Whether a digit string passes the check of payment cards."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def pseudonym(kind: str, value: str) -> str:
    """The stable name for a value: its kind and 16 bits of a hash of the value without spacing, case and hyphens."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    if kind == "phone":
        folded = re.sub(r"^(?:\+|00)82\D*0?", "0", folded.strip())
    bare = "".join(letter for letter in folded if letter.isalnum()) or folded
    digest = hashlib.blake2b(f"retroburn {kind} {bare}".encode(), digest_size=2).hexdigest()
    return f"«{kind}-{digest}»"


def shorten(text: str, n: int) -> str:
    """At most `n` characters, the last of them an ellipsis when something was cut. A pseudonym is never cut in two."""
    if len(text) <= n:
        return text
    cut = text[: max(n - 1, 0)]
    opened = cut.rfind("«")
    if opened > cut.rfind("»"):
        cut = cut[:opened]
    return cut.rstrip() + "…"


def show(text: object, n: int | None = 500) -> str:
    """Log text for a terminal or for JSON: cleaned, masked, at most `n` characters (None: all of it)."""
    if n is None:
        return mask(plain(text))
    clean, limit = plain(text), 4 * n + 8000
    # a text of megabytes is not searched for the sake of its first lines; what the cut may have halved goes
    head = mask(clean) if len(clean) <= limit else mask(clean[:limit])[:-100] + "…"
    return shorten(head, n)


def html(text: object, n: int | None = None) -> str:
    """Log text for an HTML page, also inside a quoted attribute."""
    return _html.escape(show(text, n), quote=True)


def markdown(text: object, n: int | None = None) -> str:
    """Log text inside one line of Markdown, also in a table's cell: no link, mention, image or template is left."""
    line = " ".join(show(text, n).split()).translate(_ENTITIES)
    line = _MARKDOWN.sub(r"\\\1", line)
    line = line.replace("://", "&#58;//").replace("www.", "www&#46;").replace("![", "&#33;[")
    return re.sub(r"^([-+=:]|\d+(?=[.)]))", lambda found: f"&#{ord(found[0][0])};{found[0][1:]}", line)


def fence(text: object, n: int | None = None) -> str:
    """Log text as a block of Markdown code, whose fence is longer than any run of back-ticks in it."""
    body = show(text, n)
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
    return f"{ticks}text\n{body}\n{ticks}"


def csv(text: object, n: int | None = None) -> str:
    """Log text for a cell of CSV that a person opens in a spreadsheet: it cannot begin a formula."""
    cell = show(text, n)
    return f"'{cell}" if cell.lstrip()[:1] in set("=+-@|%") or cell[:1] in {"\t", "\n"} else cell


DOORS: dict[str, Callable[[object], str]] = {"html": html, "json": show, "markdown": markdown, "terminal": show}
"""The doors by the name of where the text goes."""
