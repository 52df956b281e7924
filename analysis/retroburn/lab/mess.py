"""Files as exports leave them: repeated and broken lines, other clocks and line ends, every packing. Nothing is lost.

Broken lines come on top of the whole ones, so the truth stays true, and a reader that counts right says how many.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import zstandard
from numpy.random import Generator

REPEATED, BROKEN = 0.01, 0.003
"""Shares of lines that the next day's file holds once more, and whose first half stands there again."""
_SEOUL = timezone(timedelta(hours=9))


def spoil(folder: Path, rng: Generator) -> None:
    """Writes the files of a made log anew, each in another manner."""
    late: list[str] = []
    for number, path in enumerate(sorted(folder.glob("*.jsonl.gz"))):
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        again = [line for line in lines if rng.random() < REPEATED]
        halves = [line[: len(line) // 2] for line in lines if rng.random() < BROKEN]
        mixed = [*_CLOCKS[number % len(_CLOCKS)](lines), *late, *halves]
        rng.shuffle(mixed)
        path.unlink()
        _write(path.with_suffix(""), mixed, number)
        late = again


def _write(path: Path, lines: Sequence[str], number: int) -> None:
    end = "\r\n" if number % 2 else "\n"
    body = (("\ufeff" if number % 5 == 3 else "") + end.join(lines) + end).encode()
    if number % 3 == 0:
        path.write_bytes(body)
    elif number % 3 == 1:
        path.with_suffix(".jsonl.zst").write_bytes(zstandard.compress(body))
    else:
        path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(body, mtime=0))


def _as_told(lines: Sequence[str]) -> list[str]:
    return list(lines)


def _in_seoul(lines: Sequence[str]) -> list[str]:
    """Times with the offset of another zone."""
    return [_with_start(line, lambda at: at.astimezone(_SEOUL).isoformat(timespec="milliseconds")) for line in lines]


def _in_milliseconds(lines: Sequence[str]) -> list[str]:
    """Times as numbers."""
    return [_with_start(line, lambda at: round(at.timestamp() * 1000)) for line in lines]


def _with_start(line: str, told: Callable[[datetime], str | int]) -> str:
    record = json.loads(line)
    record["start"] = told(datetime.fromisoformat(record["start"]))
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


_CLOCKS: tuple[Callable[[Sequence[str]], list[str]], ...] = (_as_told, _in_seoul, _in_milliseconds)
