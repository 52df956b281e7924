"""Whether the times in a file say their zone: a look at some of its records, before they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

LOOKED_AT = frozenset({"native", "generic"})
"""Formats whose times are the application's own; vendors write theirs in UTC, with a zone or without."""

# a field whose whole value is a time of day on a date, and the zone behind it
_TIME = re.compile(
    rb'"([^"\\]{1,99})"\s*:\s*"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?"',
    re.ASCII,
)


class Written(NamedTuple):
    """How many times say their zone and how many do not, in all and in the field that is most mixed."""

    zoned: int = 0
    bare: int = 0
    mixed_zoned: int = 0
    mixed_bare: int = 0


def counted(records: Iterable[bytes]) -> Written:
    """How the times in some records are written."""
    fields: dict[bytes, list[int]] = {}
    for record in records:
        for name, zone in _TIME.findall(record):
            fields.setdefault(name, [0, 0])[not zone] += 1
    zoned, bare = (sum(each[at] for each in fields.values()) for at in (0, 1))
    return Written(zoned, bare, *max(fields.values(), key=min, default=(0, 0)))
