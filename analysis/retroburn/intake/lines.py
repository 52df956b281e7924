"""Lines of a file as an Arrow stream that DuckDB reads in parallel: no line is copied, and each knows its number.

DuckDB's own readers of JSON lines give no line numbers and lose broken lines. Here the file is mapped into memory, line
ends are found by NumPy, and blocks of it are handed over as Arrow string arrays by their offsets alone. Text is not
checked on the way: the JSON parser refuses bad UTF-8 and NUL bytes, and only the lines it refuses are looked at again.
"""

from __future__ import annotations

import mmap
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nanoarrow as na
import numpy as np
from nanoarrow.c_array import CArray
from nanoarrow.c_array_stream import CArrayStream

from retroburn.intake.pages import WINDOW, give_back

Array = np.ndarray[Any, Any]
_SCHEMA = na.c_schema(na.struct({"file": na.int32(), "line": na.int64(), "body": na.large_string()}))
# two million bytes a block: small enough to share among threads, large enough that Python is not felt
_BLOCK = 2 << 20
_NEWLINE = 10
_SMALL = 64 << 10
_HEAD = 1000
# how a line of a native log tells its day; it only names a part of the store, so a miss costs nothing
_DAY, _DAY_WITHIN = re.compile(rb'"start":\s*"(\d{4}-\d\d-\d\d)'), 4096


class Stream:
    """Arrow arrays under the protocol by which DuckDB reads Python objects. It may be read more than once."""

    def __init__(self, arrays: Sequence[CArray]) -> None:
        self._arrays = list(arrays)

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return CArrayStream.from_c_arrays(self._arrays, _SCHEMA).__arrow_c_stream__()


@dataclass(frozen=True)
class _Block:
    """Whole lines: the number of the first, where each begins (and the last ends), and the bytes."""

    first: int
    starts: Array
    data: Array

    def __len__(self) -> int:
        return len(self.starts) - 1


class Lines:
    """The lines of one plain file, blank ones too, numbered from 1."""

    def __init__(self, file: int, path: Path) -> None:
        self.file = file
        self.mapped = _mapped(path)
        """The file in memory, for one that is no small one."""
        self._blocks = list(_blocks(self.mapped or path.read_bytes()))
        self._firsts = [block.first for block in self._blocks]

    def arrays(self) -> list[CArray]:
        """Arrow arrays of file, line and body."""
        return [_array(self.file, b.first + np.arange(len(b), dtype=np.int64), b.starts, b.data) for b in self._blocks]

    def blocks(self) -> Iterator[tuple[str | None, int, CArray]]:
        """The arrays, each with the day its first line tells and its length in bytes."""
        for place, (block, array) in enumerate(zip(self._blocks, self.arrays(), strict=True)):
            if self.mapped is not None and place % (WINDOW // _BLOCK) == 0:
                give_back(self.mapped)
            first = block.data[: min(block.starts[1], _DAY_WITHIN)].tobytes()
            day = _DAY.search(first)
            yield (day.group(1).decode() if day else None), len(block.data), array

    def head(self, every: int = 1) -> Iterator[bytes]:
        """The first lines, or one in so many of them, for a look at what they hold."""
        last = self._blocks[-1].first + len(self._blocks[-1]) if self._blocks else 1
        return (self.text(number) for number in range(1, min(last, _HEAD), every))

    def spread(self, n: int) -> Iterator[bytes]:
        """So many lines from all over the file: what comes late in it may be of another kind than the first."""
        last = self._blocks[-1].first + len(self._blocks[-1]) if self._blocks else 1
        return (self.text(number) for number in range(last - 1, n, -max(1, last // n)))

    def text(self, number: int) -> bytes:
        """The bytes of one line, its end included."""
        block = self._blocks[bisect_right(self._firsts, number) - 1]
        place = number - block.first
        return block.data[block.starts[place] : block.starts[place + 1]].tobytes()


class Texts:
    """Records that were unpacked elsewhere: their numbers and their JSON text in UTF-8."""

    def __init__(self, file: int, numbers: Sequence[int], texts: Sequence[bytes]) -> None:
        self.file = file
        self._texts = dict(zip(numbers, texts, strict=False))
        starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(text) for text in texts], out=starts[1:])
        data = np.frombuffer(b"".join(texts) or b"\0", np.uint8)
        self._blocks = list(_cut(file, np.asarray(numbers, np.int64), starts, data))

    def arrays(self) -> list[CArray]:
        """Arrow arrays of file, line and body."""
        return [array for _, _, array in self._blocks]

    def blocks(self) -> Iterator[tuple[str | None, int, CArray]]:
        """The arrays, each without a day and with its length in bytes."""
        yield from self._blocks

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Numbers and texts, in order."""
        yield from self._texts.items()

    def text(self, number: int) -> bytes | None:
        """The text of one record; None when it is in another batch."""
        return self._texts.get(number)


def _mapped(path: Path) -> mmap.mmap | None:
    # a mapped file keeps its descriptor, and a folder of ten thousand small ones has too many
    if path.stat().st_size < _SMALL:
        return None
    with path.open("rb") as handle:
        return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)


def _blocks(content: mmap.mmap | bytes) -> Iterator[_Block]:
    """Stretches of whole lines; a last line without an end is one too."""
    data = np.frombuffer(content, np.uint8)
    begin = scanned = kept = 0
    first = 1
    while scanned < len(data):
        step = data[scanned : scanned + _BLOCK]
        ends = np.flatnonzero(step == _NEWLINE) + (scanned + 1 - begin)
        scanned += len(step)
        if scanned == len(data) and data[-1] != _NEWLINE:
            ends = np.append(ends, scanned - begin)
        if len(ends):
            yield _Block(first, np.concatenate(([0], ends)), data[begin : begin + int(ends[-1])])
            begin += int(ends[-1])
            first += len(ends)
        if isinstance(content, mmap.mmap) and scanned - kept > WINDOW:
            give_back(content, scanned)
            kept = scanned


def _cut(file: int, numbers: Array, starts: Array, data: Array) -> Iterator[tuple[None, int, CArray]]:
    """Records as arrays of no more than a block each, but for a record that is longer."""
    first = 0
    while first < len(numbers):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + _BLOCK, "right")) - 1)
        yield None, int(starts[last] - starts[first]), _array(file, numbers[first:last], starts[first : last + 1], data)
        first = last


def _array(file: int, numbers: Array, starts: Array, data: Array) -> CArray:
    """One Arrow array over buffers that NumPy holds. Checks of their content would read every byte once more."""
    n = len(numbers)
    columns = [
        (na.int32(), [None, np.full(n, file, np.int32)]),
        (na.int64(), [None, numbers]),
        (na.large_string(), [None, starts, data]),
    ]
    children = [_column(kind, n, buffers) for kind, buffers in columns]
    return na.c_array_from_buffers(_SCHEMA, n, [None], 0, children=children, validation_level="none")


def _column(kind: Any, n: int, buffers: list[Any]) -> CArray:
    return na.c_array_from_buffers(kind, n, buffers, 0, validation_level="none")
