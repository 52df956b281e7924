"""Times as a user writes them: RFC 3339, a date, or `7d` / `24h` before the newest record."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from retroburn.errors import UsageError

_AGO = re.compile(r"(\d+)\s*([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def zone(name: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"--tz {name}: no such time zone. Write it like Asia/Seoul or UTC.") from None


def parse(text: str, flag: str, newest: datetime, tz: str) -> datetime:
    """A naive UTC time. `newest` is the newest record's, which relative times count back from."""
    ago = _AGO.fullmatch(text.strip())
    if ago:
        return newest - int(ago[1]) * _UNITS[ago[2]]
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{flag} {text}: not a time. Write 2026-10-05, 2026-10-05T09:00Z, 7d or 24h.") from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone(tz))
    return found.astimezone(UTC).replace(tzinfo=None)


def day(at: datetime, tz: str) -> date:
    """The day of a naive UTC time, where people are."""
    return at.replace(tzinfo=UTC).astimezone(zone(tz)).date()


def written(at: str | datetime | None) -> str | datetime | None:
    """A time given in code as a flag has it: a naive one is UTC."""
    return at.replace(tzinfo=UTC).isoformat() if isinstance(at, datetime) and at.tzinfo is None else at
