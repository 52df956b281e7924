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


class RefusedError(Exception):
    """Why a line holds no record."""


def records(line: bytes) -> list[bytes]:
    """The JSON objects on a line, as UTF-8 text; none on a blank line. Raises Refused with the reason.

    A byte order mark and NUL bytes are dropped, bytes that are no UTF-8 become U+FFFD, raw control characters inside
    strings are escaped, and several objects on one line are several records.
    """
    text = line.removeprefix(_BOM).replace(b"\0", b"").decode("utf-8", "replace").strip()
    if not text:
        if b"\0" in line:
            raise RefusedError("nothing but NUL bytes")
        return []
    return [clean(piece).encode() for piece in _objects(text)]


def _objects(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
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
