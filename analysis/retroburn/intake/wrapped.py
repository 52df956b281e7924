"""Documents longer than is held at once: the records in their lists one by one, each wrapped as it was.

What stands beside a list is told with each of its records, also where the file says it only behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from retroburn.intake import unpack
from retroburn.intake.salvage import Containers
from retroburn.intake.unpack import Record

# of what stands beside a list, each record gets a copy: with more than this, the document is read as a whole
_BESIDE = 1 << 20
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:')


@dataclass
class _Frame:
    """A list, or an object that leads to one: its key, what stands beside it, and the frame around it."""

    around: _Frame | None
    key: str
    listed: bool
    beside: list[str] = field(default_factory=list)

    def around_all(self, told: bool) -> tuple[str, str]:
        """What stands before a record and behind it. `told`: with all that stands beside the lists."""
        before, behind = self.around.around_all(told) if self.around else ("", "")
        beside = "".join(f"{text}, " for text in self.beside) if told else ""
        return (
            f'{before}{{{beside}"{self.key}": {"[" if self.listed else ""}',
            f"{']' if self.listed else ''}}}{behind}",
        )


class _Found(NamedTuple):
    """A record, and the number of the list that it stands in: none for one that is not wrapped, or is broken."""

    record: Record
    frame: int | None = None


def documents(path: Path, where: Containers) -> Iterator[Record]:
    """The records of a file of documents: those of the lists in a document that is too long to be held at once."""
    walk = _Walk(path, where)
    if where.anywhere:
        # what stands beside the lists may stand behind them
        for _ in walk.found():
            pass
        if any(len(text) > _BESIDE for frame in walk.frames for text in frame.beside):
            yield from unpack.documents(path)
            return
    # what stands beside the records of a page is not theirs
    yield from _wrapped(_Walk(path, where), walk.frames if where.anywhere else None)


def beginning(path: Path, where: Containers) -> Iterator[Record]:
    """The same in one go, with what stands beside them as far as it was read by then: for a look at the first."""
    walk = _Walk(path, where)
    return _wrapped(walk, walk.frames)


def _wrapped(walk: _Walk, told: list[_Frame] | None) -> Iterator[Record]:
    for record, frame in walk.found():
        if frame is None:
            yield record
        else:
            before, behind = (told or walk.frames)[frame].around_all(told is not None)
            yield replace(record, text=before.encode() + record.text + behind.encode(), reason=None)


class _Walk:
    """Goes through a file once."""

    def __init__(self, path: Path, where: Containers) -> None:
        self._path, self._where = path, where
        self._number = 0
        self.frames: list[_Frame] = []

    def found(self) -> Iterator[_Found]:
        """The records, in order."""
        with self._path.open("rb") as file:
            self._window, self._place = unpack.Window(file), 0
            while mark := self._next():
                if mark in "[]":  # the elements of an array are the records
                    self._place += 1
                else:
                    yield from self._element(None, self._where.outermost | self._where.anywhere)

    def _next(self) -> str:
        """The next sign that is no blank and no comma; none at the end."""
        while True:
            self._place = unpack.skip(self._window.text, self._place)
            if self._place < len(self._window.text):
                return self._window.text[self._place]
            if self._window.ended:
                return ""
            self._place = self._window.more(self._place)

    def _element(self, frame: int | None, keys: frozenset[str]) -> Iterator[_Found]:
        """What begins here: a record, or an object too long to be held that leads to records."""
        try:
            record = self._read(unpack.LONG if keys and self._window.text[self._place] == "{" else None)
        except unpack.TooLongError as begins:
            self._place = begins.place
            yield from self._object(frame, keys)
        else:
            yield self._record(record, frame)

    def _read(self, most: int | None = None) -> Record:
        record, self._place = unpack.document(self._window, self._place, 0, most)
        return record

    def _record(self, record: Record, frame: int | None) -> _Found:
        self._number += 1
        # a list may hold texts that are records
        return _Found(replace(record, number=self._number), None if _is_broken(record) else frame)

    def _object(self, around: int | None, keys: frozenset[str]) -> Iterator[_Found]:
        """The records in an object; one that leads to none is a record itself, or stands beside others."""
        beside: list[str] = []
        led = len(self.frames)
        self._place += 1
        while (mark := self._next()) not in {"}", ""}:
            key = self._key() if mark == '"' else None
            if key is None or not (mark := self._next()):
                yield self._record(self._lost(), None)
                return
            if key in keys and mark in "[{":
                yield from self._led(_Frame(None if around is None else self.frames[around], key, mark == "[", beside))
            elif _is_broken(value := self._read()):
                yield self._record(value, None)
                return
            else:
                beside.append(f'"{key}": {value.text.decode()}')
        self._place += 1
        if any(frame.listed for frame in self.frames[led:]):
            return
        whole = "{" + ", ".join(beside) + "}"
        if around is None or self.frames[around].listed:
            yield self._record(Record(0, whole.encode()), around)
        else:
            self.frames[around].beside.append(f'"{self.frames[around].key}": {whole}')

    def _led(self, frame: _Frame) -> Iterator[_Found]:
        """The records in the list or the object that begins here."""
        self.frames.append(frame)
        number = len(self.frames) - 1
        if not frame.listed:
            yield from self._object(number, self._where.anywhere)
            return
        self._place += 1
        while (mark := self._next()) not in {"]", "}", ""}:
            yield from self._element(number, self._where.anywhere)
        # where what was broken took the end of the list with it, that of the object is next
        self._place += mark != "}"

    def _key(self) -> str | None:
        """The key that begins here, with its colon."""
        while not (found := _KEY.match(self._window.text, self._place)):
            if self._window.ended or len(self._window.text) - self._place >= unpack.LONG:
                return None
            self._place = self._window.more(self._place)
        self._place = found.end()
        return found[1]

    def _lost(self) -> Record:
        """What stands where a key or its value should, up to where reading can go on."""
        begins = self._place
        record, end = unpack.broken(self._window, begins, 0, is_value=True)
        self._place = max(end, 1)
        return record


def _is_broken(record: Record) -> bool:
    return record.reason is not None and record.reason != unpack.NO_OBJECT
