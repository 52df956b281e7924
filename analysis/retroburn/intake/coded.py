"""Payloads that a queue or a log shipper encoded: taken out of what carries them, as the documents that they are."""

from __future__ import annotations

import base64
import binascii
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from retroburn.intake import plain, repair, unpack
from retroburn.intake.unpack import Record

MOST = 64 << 20
"""Bytes that one payload may become: queues take no more than 10 MB, and what is decoded is held at once."""
_TOO_MUCH = "a payload that would unpack to more than {} MB, the limit"


class _Place(NamedTuple):
    """Where a document carries payloads, and whether they may be JSON as it stands; `beside`: a key that tells them."""

    path: tuple[str, ...]
    is_text: bool = False
    beside: str = ""

    def payloads(self, document: Any) -> list[Any]:
        """What stands there, None where one is missing; nothing where this is no such document."""
        found = list(_at(document, self.path))
        if self.beside and None in _at(document, (*self.path[:-1], self.beside)):
            return []
        fits = self.is_text or all(isinstance(leaf, str | None) for leaf in found)
        return found if fits and any(leaf is not None for leaf in found) else []


_PLACES = (
    _Place(("awslogs", "data")),  # CloudWatch Logs to a function
    _Place(("Records", "kinesis", "data")),  # Kinesis to a function
    _Place(("Records", "Data")),  # what Kinesis answers who asks it
    _Place(("Records", "body"), is_text=True, beside="messageId"),  # SQS to a function
    _Place(("Records", "Sns", "Message"), is_text=True),
    _Place(("records", "data")),  # Firehose to a function
    _Place(("receivedMessages", "message", "data")),  # Pub/Sub, pulled
    _Place(("message", "data")),  # pushed
    # a row that a subscription of Pub/Sub wrote to BigQuery
    _Place(("data",), is_text=True, beside="publish_time"),
)


# no answer of a queue is larger, and Python's objects take several times the text
_LARGEST = 32 << 20
# what no document that carries payloads is without
_NAMES = (b'"data"', b'"Data"', b'"body"', b'"Message"')


class _UnfitError(Exception):
    """Why a payload holds no documents, and what it says as far as that is known: no mask knows what is encoded."""

    def __init__(self, why: str, text: bytes = b"") -> None:
        super().__init__(why)
        self.text = text


def carries(head: Sequence[bytes]) -> bool:
    """Whether most of a file's first records carry payloads, and one of these can be read."""
    found = [leaves for text in head if (leaves := _payloads(text))]
    return len(found) * 2 > len(head) and any(_is_json(leaf) for leaves in found for leaf in leaves)


def decoded(records: Iterator[Record], most: float) -> Iterator[Record]:
    """What is in the payloads, numbered anew; what cannot be read, with the reason. All may become `most` bytes."""
    for number, record in enumerate(_inside(records, most), 1):
        yield replace(record, number=number)


def _inside(records: Iterator[Record], left: float) -> Iterator[Record]:
    for record in records:
        leaves = _payloads(record.text) if record.reason is None else []
        if not leaves:
            yield record
        for leaf in leaves:
            try:
                payload = _opened(leaf, left)
                left -= len(payload)
                yield from _documents(payload)
            except _UnfitError as why:
                yield Record(0, why.text, str(why))


def _documents(payload: bytes) -> Iterator[Record]:
    if payload.lstrip()[:1] in {b"{", b"["}:
        yield from unpack.elements(io.BytesIO(payload))
        return
    try:
        texts = repair.records(payload)
    except repair.RefusedError as why:
        raise _UnfitError(f"a payload that is {why}", payload) from None
    if not texts:
        raise _UnfitError("a payload that is empty")
    yield from (Record(0, text) for text in texts)


def _opened(leaf: Any, most: float) -> bytes:
    """The bytes that a payload stands for. Raises UnfitError where it is broken, or too much."""
    if leaf is None:
        raise _UnfitError("no payload")
    if not isinstance(leaf, str):
        try:
            return json.dumps(leaf).encode()
        except RecursionError:
            raise _UnfitError("a payload that is nested too deeply") from None
    if leaf.lstrip()[:1] in {"{", "["}:
        return leaf.encode("utf-8", "replace")
    try:
        # some write the two signs of an address, and leave the last ones away
        spelled = "".join(leaf.split()).translate({ord("-"): "+", ord("_"): "/"}).rstrip("=")
        packed = base64.b64decode(spelled + "=" * (-len(spelled) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _UnfitError("a payload that is no base64", leaf.encode("utf-8", "replace")) from None
    try:
        payload = plain.unpacked(packed, limit := min(MOST, max(0, int(most))))
    except plain.BROKEN as error:
        raise _UnfitError(f"a payload that cannot be unpacked ({plain.words(error)})") from None
    if payload is None:
        raise _UnfitError(_TOO_MUCH.format(limit >> 20))
    return payload


def _is_json(leaf: Any) -> bool:
    try:
        return any(record.reason is None for record in _documents(_opened(leaf, MOST)))
    except _UnfitError:
        return False


def _payloads(text: bytes) -> list[Any]:
    """The payloads of a document; none where it carries none."""
    if len(text) > _LARGEST or not any(name in text for name in _NAMES):
        return []
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return next((found for place in _PLACES if (found := place.payloads(document))), [])


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """What stands at a path, elements of lists one by one; None for one that lacks it."""
    for one in value if isinstance(value, list) else [value]:
        if path:
            yield from _at(one.get(path[0]) if isinstance(one, dict) else None, path[1:])
        else:
            yield one
