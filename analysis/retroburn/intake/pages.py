"""Pages of mapped files are given back after they were read: a log larger than the memory does not fill it."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# so many bytes are read at most before their pages are given back; a file of fewer is left alone
WINDOW = 64 << 20
# DuckDB reads from its own threads and tells nobody where it is; lines only passed over go by at ten gigabytes a second
_SECONDS = 0.01


def give_back(mapped: mmap.mmap, end: int | None = None) -> None:
    """Gives back the pages of a file up to a place; whoever reads there again finds them in the system's cache."""
    length = len(mapped) if end is None else end // mmap.PAGESIZE * mmap.PAGESIZE
    if hasattr(mmap, "MADV_DONTNEED") and length:
        mapped.madvise(mmap.MADV_DONTNEED, 0, length)


@contextmanager
def given_back(maps: Sequence[mmap.mmap]) -> Iterator[None]:
    """Gives back the pages of large files again and again, inside the block."""
    large = [mapped for mapped in maps if len(mapped) > WINDOW]
    done = threading.Event()

    def look() -> None:
        while not done.wait(_SECONDS):
            for mapped in large:
                give_back(mapped)

    thread = threading.Thread(target=look, name="pages", daemon=True)
    if large:
        thread.start()
    try:
        yield
    finally:
        done.set()
        if large:
            thread.join()
