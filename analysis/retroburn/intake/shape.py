"""What the bytes of a plain file are: JSON lines, JSON documents, a table, or no log at all. Never by its name."""

from __future__ import annotations

import csv
import json
import mmap
import re
from collections import Counter
from pathlib import Path
from typing import Literal

from retroburn.intake import repair
from retroburn.intake.pages import WINDOW, give_back

Shape = Literal["lines", "documents", "csv", "parquet", "ours", "empty", "unknown"]

_SAMPLE_LINES, _SAMPLE_BYTES = 200, 4 << 20
_DELIMITERS = ",;\t|"
# the head of a page of records whose first begins on a line of its own
PAGE = re.compile(r"\{[^\[\]\n]*\[[ \t\r]*$", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


def shape(path: Path) -> Shape:
    """The shape of a file's content, judged by its beginning."""
    size = path.stat().st_size
    if size == 0:
        return "empty"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] == b"PAR1" and data[-4:] == b"PAR1":
            return "parquet"
        if _is_long(data):
            return "documents"
        lines = head_lines(data)
    if not any(line.strip(b"\0 \t\r\n") for line in lines):
        return "empty" if size <= _SAMPLE_BYTES else "unknown"
    return _of_lines(lines)


def looks_like_protobuf(path: Path) -> bool:
    """Whether an unknown file begins as a message of OTLP's does, behind its length in four bytes or not."""
    with path.open("rb") as file:
        head = file.read(1 << 10)
    begins = head[4:] if int.from_bytes(head[:4], "big") <= path.stat().st_size else head
    # a first field of some length, and bytes that no text has
    return begins[:1] == b"\n" and any(byte < 9 or 13 < byte < 32 for byte in begins[1:])


def _is_long(data: mmap.mmap) -> bool:
    """Whether it is one line, of a list or of what wraps one, longer than any sample: it is not to be held at once."""
    begins = data[:_SAMPLE_BYTES]
    if len(data) <= _SAMPLE_BYTES or b"\n" in begins:
        return False
    mark = begins.removeprefix(_BOM).lstrip()[:1]
    return mark == b"[" or (mark == b"{" and _is_one_line(data))


def _is_one_line(data: mmap.mmap) -> bool:
    """Whether no other line follows the first."""
    for place in range(_SAMPLE_BYTES, len(data), WINDOW):
        end = data.find(b"\n", place, place + WINDOW)
        if end >= 0:
            return len(data) - end <= _SAMPLE_BYTES and not data[end:].strip()
        give_back(data)
    return True


def head_lines(data: mmap.mmap) -> list[bytes]:
    """The first lines, the first of them whole however long it is."""
    lines: list[bytes] = []
    data.seek(0)
    while len(lines) < _SAMPLE_LINES and data.tell() < min(_SAMPLE_BYTES, len(data)):
        lines.append(data.readline())
    return lines


def _of_lines(lines: list[bytes]) -> Shape:
    texts = [
        text
        for line in lines
        if (text := line.removeprefix(_BOM).replace(b"\0", b"").decode("utf-8", "replace").strip())
    ]
    objects = [value for text in texts if isinstance(value := _parsed(text), dict)]
    first = texts[0][0]
    if _is_list(texts) or (len(texts) == 1 and _goes_on(texts[0])):
        return "documents"
    # a table's cells may hold objects, its first row none
    if first not in "[{" and not isinstance(_parsed(texts[0]), dict) and delimiter(lines):
        return "csv"
    if objects and (len(objects) * 2 >= len(texts) or first not in "[{"):
        return "ours" if str(objects[0].get("schema", "")).startswith("retroburn.") and len(texts) == 1 else "lines"
    if first in "[{":
        return "ours" if any('"schema": "retroburn.' in text for text in texts[:3]) else "documents"
    return "csv" if delimiter(lines) else "unknown"


def _is_list(texts: list[str]) -> bool:
    """Whether a list begins, its elements a line each: then every line of it ends in a comma, or in the list's end."""
    if PAGE.match(texts[0]):
        return True
    return (
        texts[0].startswith("[")
        and _parsed(texts[0]) is None
        and (texts[0].endswith(",") or all(text.endswith((",", "]")) for text in texts[1:3]))
    )


def _goes_on(text: str) -> bool:
    """Whether an object follows an object: a stream put them one behind the other, and the last may be cut."""
    try:
        end = json.JSONDecoder(strict=False).raw_decode(text)[1]
    except (ValueError, RecursionError):
        return False
    return text.startswith("{") and text[end:].lstrip(" ,").startswith("{")


def _parsed(text: str) -> object:
    """The value of a line; two objects on one line count as the first."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text[len(repair.prefix(text)) :].lstrip())[0]
    except (ValueError, RecursionError):
        return None


def delimiter(lines: list[bytes]) -> str | None:
    """What parts the columns of a table: it is in the header, and most rows have as many cells as the header."""
    texts = [line.removeprefix(_BOM).decode("utf-8", "replace") for line in lines]
    if any("\0" in text or "\ufffd" in text[:200] for text in texts[:1]):
        return None
    best = max(_DELIMITERS, key=lambda mark: _fit(texts, mark))
    return best if _fit(texts, best) else None


def _fit(texts: list[str], mark: str) -> float:
    """How many columns a delimiter makes, if the rows agree on it; else 0."""
    # a field may go over several lines, so the last row of the sample may be cut
    try:
        rows = [row for row in csv.reader(texts, delimiter=mark) if row]
    except csv.Error:
        # by another mark than its own a quoted cell is none, and may hold a bare carriage return
        return 0
    if (
        not rows
        or len(rows[0]) < 2
        or len(set(rows[0])) < len(rows[0])
        or not all(cell.strip() for cell in rows[0][1:])
    ):
        return 0
    same = Counter(len(row) == len(rows[0]) for row in rows[1:])
    return len(rows[0]) if same[True] * 2 >= same.total() else 0
