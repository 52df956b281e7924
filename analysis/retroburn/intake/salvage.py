"""A document that wraps many records and is no JSON because of one of them: the others are kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from retroburn.intake import formats, repair, unpack
from retroburn.intake.envelopes import ENVELOPES, steps
from retroburn.intake.identify import Format

CUT, BROKEN = "not JSON: ends early", "not JSON"


class Saved(NamedTuple):
    """A document without what is broken in it, and what that was: reason and text."""

    text: str
    broken: list[tuple[str, str]]


class Containers(NamedTuple):
    """Keys under which a document holds records. Any other list is a part of its record, and a record is never half."""

    outermost: frozenset[str]
    anywhere: frozenset[str]


class _LostError(Exception):
    """What is broken stands outside of any list of records."""


def containers(*known: Format) -> Containers:
    """Where documents of a format hold their records: under its envelope's key, and where its importer says."""
    wrapped = (key for f in known if f.envelope and (key := steps(f.envelope)[0].key))
    held = (str(formats.head(f.name).get("holds", "")).split() for f in known)
    return Containers(frozenset(wrapped), frozenset(chain.from_iterable(held)))


def _all() -> Iterator[Format]:
    yield from map(Format, formats.importers())
    yield from (Format("", envelope) for envelope in ENVELOPES)


def any_containers() -> Containers:
    """Those of all formats, for a look at what is left before the format is known."""
    return containers(*_all())


def lists(*known: Format) -> Containers:
    """Those of which each record can be mapped without the others: its importer's head says `apart`."""
    apart = (f.name for f in known if formats.head(f.name).get("apart"))
    return Containers(containers(*known).outermost, containers(*map(Format, apart)).anywhere)


def any_lists() -> Containers:
    """The same of all formats."""
    return lists(*_all())


def save(text: str, where: Containers) -> Saved | None:
    """The document that `text` is, without those of its records that are no JSON.

    None where something else is broken too. One that was cut is closed behind its last whole record.
    """
    begins = unpack.skip(text, 0)
    if not text.startswith("{", begins):
        return None
    reader = _Reader(text, where.anywhere)
    try:
        kept, end = reader.object(begins, where.outermost | where.anywhere)
    except (_LostError, RecursionError):
        return None
    return None if text[end:].strip() else Saved(repair.clean(kept), reader.broken)


class _Reader:
    """Goes through the objects and lists that lead to records; whatever else there is, is read whole or not at all."""

    def __init__(self, text: str, keys: frozenset[str]) -> None:
        self._text, self._keys = text, keys
        self._cut = False
        self.broken: list[tuple[str, str]] = []

    def object(self, place: int, keys: frozenset[str]) -> tuple[str, int]:
        """The object at a place, and where it ends. Under `keys` it holds records."""
        fields: list[str] = []
        place = unpack.skip(self._text, place + 1)
        while not self._over(place, "}"):
            key, end = self._whole(place)
            end = unpack.skip(self._text, end)
            if not key.startswith('"') or not self._text.startswith(":", end):
                raise _LostError
            value, end = self._value(unpack.skip(self._text, end + 1), holds=key.strip('"') in keys)
            fields.append(f"{key}: {value}")
            place = unpack.skip(self._text, end)
        return "{" + ", ".join(fields) + "}", place + 1

    def _list(self, place: int) -> tuple[str, int]:
        kept: list[str] = []
        place = unpack.skip(self._text, place + 1)
        while place < len(self._text) and self._text[place] != "]":
            told = len(self.broken)
            try:
                value, end = self._value(place, holds=self._text.startswith("{", place))
                kept.append(value)
            except _LostError:
                end = unpack.resume(self._text, place) or len(self._text)
                self.broken[told:] = [(CUT if end == len(self._text) else BROKEN, self._text[place:end])]
            place = unpack.skip(self._text, end)
        self._cut = place >= len(self._text)
        return "[" + ", ".join(kept) + "]", place + 1

    def _value(self, place: int, holds: bool) -> tuple[str, int]:
        """The value at a place. Where it is broken: what is left of it, if it is what leads to records."""
        try:
            return self._whole(place)
        except _LostError:
            if not holds or self._text[place : place + 1] not in {"[", "{"}:
                raise
        return self._list(place) if self._text[place] == "[" else self.object(place, self._keys)

    def _whole(self, place: int) -> tuple[str, int]:
        try:
            _, end = repair.DECODER.raw_decode(self._text, place)
        except (ValueError, RecursionError):
            raise _LostError from None
        return self._text[place:end], end

    def _over(self, place: int, mark: str) -> bool:
        """Whether an object ends here. At the end of the text it does if a list of its records was cut there."""
        if place < len(self._text):
            return self._text[place] == mark
        if not self._cut:
            raise _LostError
        return True
