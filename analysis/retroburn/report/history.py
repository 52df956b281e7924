"""What was found in earlier weeks, as it was told then: kept in a store, one file a week, and never written again.

Late records change what a week holds. The weekly report compares with what was told, and says how many came after.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError, field_validator

from retroburn.findings import Document, Finding, Time
from retroburn.report import clean, weeks
from retroburn.report.bundle import naive
from retroburn.report.source import Logs

FOLDER, SCHEMA = "history", "retroburn.week/1"


class Week(BaseModel):
    """One week as it was judged; `requests` are those that the log held of it then. Times are UTC."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    start: Time
    end: Time
    requests: int
    findings: list[Finding] = Field(default_factory=list)

    @field_validator("start", "end")
    @classmethod
    def _utc(cls, value: datetime) -> datetime:
        return naive(value)


def keep(logs: Logs, store: Path) -> Path | None:
    """Judges the last seven full days and keeps what was found in `store`; None where the log holds fewer.

    A week that is there already stays as it is.
    """
    if logs.span is None:
        return None
    period = weeks.period(*logs.span, logs.tz)
    if period.start is None or period.end is None:
        return None
    path = store / FOLDER / f"{period.start:%Y-%m-%dT%H%MZ}--{period.end:%Y-%m-%dT%H%MZ}.json"
    if path.exists():
        return path
    found = clean.document(logs.between(period.start, period.end).check().document)
    week = Week(
        start=period.start,
        end=period.end,
        requests=logs.count(period.start, period.end),
        findings=found.findings,
    )
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(week.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


def kept(stores: Iterable[Path]) -> list[Week]:
    """Every week that the stores keep, the oldest first; a file that is none of ours is passed over."""
    return sorted(_read(stores), key=lambda week: (week.start, week.end))


def _read(stores: Iterable[Path]) -> Iterable[Week]:
    for path in sorted(path for store in stores for path in (store / FOLDER).glob("*.json")):
        try:
            week = Week.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
        document = Document(findings=week.findings)
        yield week.model_copy(update={"findings": clean.document(document).findings})


def of(weeks_kept: Iterable[Week], start: datetime, end: datetime) -> Week | None:
    """The week of exactly this time."""
    return next((week for week in weeks_kept if (week.start, week.end) == (start, end)), None)
