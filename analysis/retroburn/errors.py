"""The exceptions a user may meet, each with the exit code the command line gives it.

    RetroburnError               2   something foreseen; one plain message, no traceback
    ├── UsageError               2   a flag, a parameter or a name is wrong
    ├── SourceError              2   no SOURCE can be read as a log
    ├── ConfigError              2   --config does not say what it should
    ├── QueryError               2   a query is not one SELECT over the canonical tables
    ├── MemoryExceededError      2   a step does not fit into the memory there is (engine/duck.py)
    └── WriteError               3   it ran, and what it made could not be written

Whatever is not one of these is a bug and keeps its traceback; one in a detector is told among what failed (exit 3).
"""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Iterable


class RetroburnError(Exception):
    """A foreseen failure. The message names the value and how to mend it."""

    exit_code = 2


class UsageError(RetroburnError):
    """A flag, a parameter or a name is wrong."""


class SourceError(RetroburnError):
    """No SOURCE file is a log in a known format, or every record was rejected."""


class ConfigError(RetroburnError):
    """The configuration file does not say what it should."""


class QueryError(RetroburnError):
    """A query is not one SELECT over the canonical tables."""


class WriteError(RetroburnError):
    """It ran, and what it made could not be written: a full disk, most often."""

    exit_code = 3


NO_ROOM = (
    "No space is left on the disk, for what is written or for temporary files (TMPDIR). Free some and run it again."
)


def is_no_room(error: BaseException) -> bool:
    """Whether a disk was full: the system says so by a number, DuckDB in words that name a file of ours."""
    return getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or os.strerror(errno.ENOSPC) in str(error)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of an error message: the nearest known word, or the list of them.

    >>> did_you_mean("weakly", ["incident", "weekly"])
    'Did you mean weekly?'
    """
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(names)}."
