"""Lines that are no JSON as they stand: mended where nothing is lost, refused with the reason otherwise; never half."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
DECODER = json.JSONDecoder(strict=False)
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f]")
# What a logger writes before a record: a time or a level. No quotes and no braces: those are the rest of a torn record.
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?")
_LEVEL = re.compile(
    r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b", re.IGNORECASE
)
_PREFIX = re.compile(r'([^{}"]+?)\s*(?=\{)')
_TIME = re.compile(
    r"\W*(?:time|timestamp|ts|datetime|date|at|start|(?:start|event)_?time|(?:creat|start|log|request)ed(?:_?at)?)",
    re.IGNORECASE,
)


class RefusedError(Exception):
    """Why a line holds no record."""


def records(line: bytes, placed: bool = False) -> list[bytes]:
    """The JSON objects on a line, as UTF-8 text; none on a blank line. Raises Refused with the reason.

    A byte order mark and NUL bytes are dropped, bytes that are no UTF-8 become U+FFFD, raw control characters inside
    strings are escaped, and several objects on one line are several records. `placed`: each but the first says which
    it is, for a format whose records are known by their line.
    """
    text = line.removeprefix(_BOM).replace(b"\0", b"").decode("utf-8", "replace").strip()
    if not text:
        if b"\0" in line:
            raise RefusedError("nothing but NUL bytes")
        return []
    before = prefix(text)
    pieces = _objects(text[len(before) :].lstrip() if before else text, loose=bool(before))
    cleaned = [_with_prefix(clean(piece), before) for piece in pieces]
    if placed:
        cleaned[1:] = [_added(piece, {"log_place": place}) for place, piece in enumerate(cleaned[1:], 2)]
    return [piece.encode() for piece in cleaned]


def prefix(text: str) -> str:
    """What a logger wrote before the record on a line; empty where the line is none of a logger's."""
    found = _PREFIX.match(text)
    return found.group(1) if found and not text.startswith("[{") and _LEVEL.search(found.group(1)) else ""


def _with_prefix(piece: str, before: str) -> str:
    """The record with the prefix of its line as a field, and with the time there where it has none of its own."""
    if not before:
        return piece
    clock = _CLOCK.search(before)
    has_time = any(_TIME.fullmatch(key) for key in DECODER.decode(piece))
    told = {} if has_time or not clock else {"timestamp": clock.group().replace(",", ".")}
    return _added(piece, {"log_prefix": before, **told})


def _added(piece: str, fields: dict[str, object]) -> str:
    """The text of an object with more fields in front."""
    inner = piece[1:].lstrip()
    return json.dumps(fields, ensure_ascii=False)[:-1] + ("" if inner.startswith("}") else ", ") + inner


def _objects(text: str, loose: bool = False) -> Iterator[str]:
    """The objects of a text one after the other; `loose`: words may follow the last."""
    place = 0
    while place < len(text):
        if loose and place and not re.search(r'[{}"]', text[place:]):
            return
        try:
            value, end = DECODER.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise RefusedError(_why(text, error)) from None
        except RecursionError:
            raise RefusedError("not JSON: nested too deeply") from None
        if not isinstance(value, dict):
            raise RefusedError("not an object")
        yield text[place:end]
        place = end
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1


def _why(text: str, error: json.JSONDecodeError) -> str:
    if not text.startswith(("{", "[")):
        return "not JSON"
    early = error.pos >= len(text) or error.msg.startswith("Unterminated string")
    return "not JSON: ends early" if early else "not JSON"


def clean(piece: str) -> str:
    """The text of an object without what a strict parser refuses."""
    if _CONTROL.search(piece) or _LONE_SURROGATE.search(piece):
        # a surrogate without its other half is no character
        return _SURROGATE.sub("\ufffd", json.dumps(DECODER.decode(piece), ensure_ascii=False))
    return piece
