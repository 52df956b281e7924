"""How much memory DuckDB may use: what `--memory` leaves it, or a part of what is free."""

from __future__ import annotations

import re
from pathlib import Path

from retroburn.errors import UsageError

_SIZE = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[KMGTP]i?)?B", re.IGNORECASE)
_FREE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)
_MACHINE = Path("/proc/meminfo")

OWN = 320_000_000
"""Bytes that the process takes besides DuckDB's tables: Python, libraries, the lines at hand (290 MB in an import)."""
LEAST = 200_000_000
"""Bytes below which every query is written to disk in crumbs, and nothing ever ends."""
PART = 0.8
"""Part of the memory that DuckDB takes of its own accord."""
ENOUGH = 2_000_000_000
"""Bytes that are always allowed: what is in use now may be free in a moment, and with less a large log goes by disk."""


def of(memory: str) -> int:
    """The bytes that DuckDB may use of those that the whole process has. Raises UsageError for what is no size."""
    size = _bytes(memory)
    if size is None:
        raise UsageError(f"--memory {memory}: not a size. Write it like 4GB or 800MB.")
    if size < LEAST:
        raise UsageError(f"--memory {memory}: too small to work in. Give at least {LEAST // 1_000_000}MB.")
    return max(size // 2, size - OWN)


def left(own: str, machine: Path = _MACHINE) -> int:
    """The bytes that DuckDB may use where nobody said.

    `own` is what DuckDB would take (`13.4 GiB`): a part of the machine, or of the container that it runs in. Beside
    other work that is more than there is, and a process that takes it is ended without a word: it is never more than
    the same part of what is free.
    """
    most = _bytes(own) or ENOUGH
    try:
        found = _FREE.search(machine.read_text(encoding="ascii"))
    except OSError:  # not Linux: nothing says what is free
        found = None
    return most if found is None else min(most, max(int(int(found[1]) * 1024 * PART), ENOUGH))


def _bytes(text: str) -> int | None:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    unit = (found["unit"] or "").upper()
    base = 1024 if unit.endswith("I") else 1000
    return int(float(found["number"]) * base ** " KMGTP".index(unit[:1] or " "))
