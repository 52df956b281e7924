"""Whether the times in a file say their zone: a look at some of its records, before they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable

LOOKED_AT = frozenset({"native", "generic"})
"""Formats whose times are the application's own; vendors write theirs in UTC, with a zone or without."""

# a whole JSON string that is a time of day on a date, and the zone behind it
_TIME = re.compile(
    rb':\s*"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?"', re.ASCII
)


def counted(records: Iterable[bytes]) -> tuple[int, int]:
    """How many times say their zone, and how many do not."""
    zoned = bare = 0
    for record in records:
        for zone in _TIME.findall(record):
            zoned, bare = (zoned + 1, bare) if zone else (zoned, bare + 1)
    return zoned, bare
