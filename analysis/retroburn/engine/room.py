"""Temporary folders that go with their process, however it ends.

A process that is killed cannot tidy up, and what it leaves is a copy of somebody's log. So each folder holds a lock,
which the system lets go with the process, and whoever makes the next folder removes those that nobody holds.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

fcntl: Any
try:
    import fcntl
except ImportError:  # no such locks: then only a process that ends by itself tidies up
    fcntl = None

_PREFIX, _LOCK = "retroburn-", "lock"
YOUNG_S = 60.0
"""A folder younger than this may not have locked itself yet."""


class Room:
    """A folder for one piece of work. Close it, or use it as a context manager for its path."""

    def __init__(self) -> None:
        """Makes the folder, readable by its owner alone, after removing those of processes that are gone."""
        _tidy(tempfile.gettempdir())
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._held = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        _lock(self._held)

    def close(self) -> None:
        """Removes the folder; a second call does nothing."""
        if self._held >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._held)
            self._held = -1

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@cache
def _tidy(place: str) -> None:
    """Removes, once a process, what killed processes left there."""
    if fcntl is not None:
        for folder in Path(place).glob(f"{_PREFIX}*"):
            with suppress(OSError):
                _remove_left(folder)


def _remove_left(folder: Path) -> None:
    """Removes a folder of this user in which a lock lies that nobody holds; any other stays."""
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
        return
    held = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    try:
        if time.time() - os.fstat(held).st_mtime > YOUNG_S and _lock(held):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(held)


def _lock(held: int) -> bool:
    """Whether the lock is ours now; where a file system has none, it is not."""
    try:
        fcntl and fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
