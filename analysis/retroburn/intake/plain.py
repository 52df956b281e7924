"""From a file as it lies on the disk to plain bytes that can be mapped into memory: what is packed is unpacked."""

from __future__ import annotations

import io
import sys
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import zstandard

from retroburn.intake.files import File

_CHUNK, _PIECE = 1 << 20, 1 << 16
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# how zlib is told that a gzip member comes, and what may stand between two
_MEMBER, _BETWEEN = 16 + zlib.MAX_WBITS, b"\0\r\n"
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HARMLESS = 256 << 20
_BOMB = (
    "it would unpack to more than 256 MB and {ratio:g} times its size, the limit; nothing of it was read. "
    "If it is a log all the same, raise unpack_ratio in --config"
)
BROKEN = (EOFError, OSError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile)
"""What packed bytes raise that cannot be read to their end."""
# what is packed more often is packed without end
_LAYERS = 8


@dataclass(frozen=True)
class Plain:
    """Bytes to read: a file of the user's or an unpacked copy of one, and what went wrong while unpacking it."""

    file: File
    path: Path
    partial: str | None = None


def open_plain(file: File, work: Path, ratio: float) -> Iterator[Plain]:
    """The plain bytes of a file; an archive has several. What can be read before an error is kept.

    `ratio`: how many times its size a packed file may become. One that would become more is left alone.
    """
    if file.label == "-":
        yield from _unpacked(file, sys.stdin.buffer, work, ratio)
        return
    if file.is_stream:
        with file.path.open("rb") as raw:
            yield from _unpacked(file, raw, work, ratio)
        return
    if zipfile.is_zipfile(file.path):
        yield from _members(file, work, ratio)
    elif _packed(file.path):
        with file.path.open("rb") as raw:
            yield from _unpacked(file, raw, work, ratio)
    else:
        yield Plain(file, file.path)


def _members(file: File, work: Path, ratio: float) -> Iterator[Plain]:
    """The files in a zip archive, but for hidden ones and the copies that macOS adds."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename):
                if info.is_dir() or any(part.startswith((".", "_")) for part in Path(info.filename).parts):
                    continue
                member = File(file.path, f"{file.label}/{info.filename}", named=False)
                with archive.open(info) as raw:
                    yield from _unpacked(member, raw, work, ratio, info.compress_size)
    except BROKEN as error:
        yield Plain(file, _fresh(work), f"the archive cannot be read to its end ({words(error)})")


def unpacked(data: bytes, most: int) -> bytes | None:
    """What bytes hold, whichever their packing; None where that is more than `most`. Raises one of BROKEN."""
    for _ in range(_LAYERS):
        if not _is_packed(data[:8]):
            return data
        found = bytearray()
        for chunk in _chunks(_Peekable(io.BytesIO(data))):
            found += chunk
            if len(found) > most:
                return None
        data = bytes(found)
    return None


def most(size: int, ratio: float) -> float:
    """Bytes that so many packed ones may become."""
    return max(_HARMLESS, ratio * size)


def _unpacked(
    file: File, raw: IO[bytes], work: Path, ratio: float, size: int | None = None, layer: int = 1
) -> Iterator[Plain]:
    """A copy of `raw` without its packing, whichever it is and however often it was packed; `size` as it came."""
    path = _fresh(work)
    source = _Peekable(raw)
    partial, written = None, 0
    with path.open("wb") as out:
        try:
            for chunk in _chunks(source):
                written += len(chunk)
                if layer > _LAYERS or written > most(source.taken if size is None else size, ratio):
                    out.truncate(0)
                    partial = _BOMB.format(ratio=ratio)
                    break
                out.write(chunk)
        except BROKEN as error:
            partial = f"it cannot be read to its end ({words(error)})"
    if partial is None and _packed(path):
        with path.open("rb") as again:
            yield from _unpacked(file, again, work, ratio, source.taken if size is None else size, layer + 1)
        path.unlink()
    else:
        yield Plain(file, path, partial)


def _packed(path: Path) -> bool:
    with path.open("rb") as raw:
        return _is_packed(raw.read(8))


def _is_packed(head: bytes) -> bool:
    return head[:2] == _GZIP or _ZSTD in (head[:4], head[4:]) or head[:2] in _UTF16


def _chunks(raw: _Peekable) -> Iterator[bytes]:
    source = io.BufferedReader(raw, _CHUNK)
    head = source.peek(8)[:8]
    if head[:2] == _GZIP:
        yield from _gzipped(source)
    elif head[4:] == _ZSTD:
        yield from _frames(source)
    elif head[:4] == _ZSTD:
        yield from _pieces(zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True).read)
    elif head[:2] in _UTF16:
        text = io.TextIOWrapper(source, _UTF16[head[:2]], errors="replace", newline="")
        yield from (chunk.encode() for chunk in iter(lambda: text.read(_CHUNK), ""))
    else:
        yield from iter(lambda: source.read(_CHUNK), b"")


def _gzipped(source: IO[bytes]) -> Iterator[bytes]:
    """What gzip members hold, one after the other; where each was put as a line, line ends stand between them."""
    packed = source.read(_PIECE)
    while packed:
        member = zlib.decompressobj(_MEMBER)
        while True:
            yield member.decompress(packed, _PIECE)
            if member.eof:
                break
            # what is left is copied each time: it is no more than a piece
            packed = member.unconsumed_tail or source.read(_PIECE)
            if not packed:
                raise EOFError("compressed data ends early")
        packed = member.unused_data.lstrip(_BETWEEN)
        while not packed and (more := source.read(_PIECE)):
            packed = more.lstrip(_BETWEEN)


def _frames(source: IO[bytes]) -> Iterator[bytes]:
    """The messages that the collector's file exporter packed one by one, each behind its length in four bytes."""
    # in which order the bytes of a length stand is nowhere said: the wrong one would give a length out of proportion
    order: Literal["big", "little"] | None = None
    while head := source.read(4):
        order = order or ("big" if head <= head[::-1] else "little")
        packed = source.read(size := int.from_bytes(head, order))
        if len(head) < 4 or len(packed) < size:
            raise EOFError("a message is cut")
        yield from _pieces(zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read)
        yield b"\n"


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """What a packed stream holds, in pieces so small that a cut one loses as little as it can."""
    yield from iter(lambda: read(_PIECE), b"")


class _Peekable(io.RawIOBase):
    """A stream as the raw base of a buffered one: members of an archive and standard input cannot seek."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.taken = 0
        """Bytes that were read from it."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


def _fresh(work: Path) -> Path:
    work.mkdir(exist_ok=True)
    path = work / f"{uuid.uuid4().hex}.plain"
    path.touch()
    return path


def words(error: BaseException) -> str:
    """An error in words."""
    return str(error).rstrip(".") or type(error).__name__
