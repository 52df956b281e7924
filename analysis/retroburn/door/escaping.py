"""Log text made fit for where it goes."""

from __future__ import annotations

import html as _html
import re

from retroburn.door.masking import mask, mask_id

_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -~]?")
# controls but tab and line feed, direction marks, characters without width, language tags
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|~$])")
_MARKER = re.compile(r"^(?:[-+=:](?=[\s=:-]|$)|\d+[.)](?=\s|$))")
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


def identifier(text: object) -> str:
    """An id of the log wherever it is shown: cleaned and masked, but never shortened, so that it can be looked up."""
    return mask_id(plain(text))


def html(text: object, n: int | None = None) -> str:
    """Log text for an HTML page, also inside a quoted attribute."""
    return escape(show(text, n))


def escape(text: str) -> str:
    """Text of our own for an HTML page, neither cleaned nor masked.

    Web addresses and attributes that a text speaks of are broken up in the source (not for the eye), so that a page can
    be searched for active ones.
    """
    return _html.escape(text, quote=True).replace("://", ":&#47;&#47;").replace("=", "&#61;")


def markdown(text: object, n: int | None = None) -> str:
    """Log text inside one line of Markdown, also in a table's cell: no link, mention, image or template is left."""
    line = " ".join(show(text, n).split()).translate(_ENTITIES)
    line = _MARKDOWN.sub(r"\\\1", line)
    line = line.replace("://", "&#58;//").replace("www.", "www&#46;").replace("![", "&#33;[")
    return _MARKER.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", line)


def fence(text: object, n: int | None = None) -> str:
    """Log text as a block of Markdown code, whose fence is longer than any run of back-ticks in it."""
    body = show(text, n)
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
    return f"{ticks}text\n{body}\n{ticks}"


def csv(text: object, n: int | None = None) -> str:
    """Log text for a cell of CSV that a person opens in a spreadsheet: it cannot begin a formula."""
    cell = show(text, n)
    return f"'{cell}" if cell.lstrip()[:1] in set("=+-@|%") or cell[:1] in {"\t", "\n"} else cell
