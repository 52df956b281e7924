"""What is asked of the lab: scenarios and the faults in them; and what it tells afterwards: the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Strength = Literal["strong", "medium", "weak"]
Shape = Literal["burst", "step", "ramp"]
Suite = Literal["small", "quick", "all"]
STRENGTHS: tuple[Strength, ...] = ("strong", "medium", "weak")
SHAPES: tuple[Shape, ...] = ("step", "burst", "ramp")
PLACES: tuple[str, ...] = ("whole", "one", "two")
HOUR = 3_600_000_000
"""An hour in microseconds, the lab's unit of time."""


@dataclass(frozen=True)
class Fault:
    """One fault to plant. What is left out is drawn from the seed.

    `where` is a slice (field to value), or `whole`, `one`, `two`: how many fields the drawn slice shall have.
    `onset` is a share of the log's length, or a moment; `hours` how long it lasts (None: a burst half a day, or a whole
    one in a slice; all else to the end of the log).
    """

    kind: str
    variant: str = ""
    strength: Strength = "strong"
    where: Mapping[str, str] | str = "whole"
    shape: Shape = "step"
    onset: float | datetime | None = None
    hours: float | None = None
    rate: float | None = None
    """In place of the strength: the share of requests hit, or what the kind makes of it."""


@dataclass(frozen=True)
class Release:
    """Something that went live: of an app (or of all), a field and its new value."""

    t: int
    app: str
    field: str
    value: str


@dataclass(frozen=True)
class Scenario:
    """A log to make: its faults, its harmless surprises, what people noticed (`context`), and its usual size."""

    name: str
    faults: tuple[Fault, ...] = ()
    surprises: tuple[str, ...] = ()
    context: tuple[Mapping[str, str], ...] = ()
    releases: tuple[Release, ...] = ()
    days: int = 15
    requests_per_day: int = 2000
    extra_hours: int = 0
    """Hours of the day after the last full one."""
    messy: bool = False
    """Whether the files are as exports are: repeated lines, halves of lines, other clocks, line ends and packings."""
    demo: bool = False
    """Whether three quiet days before the launch lie beside the log, to be compared with."""


@dataclass
class Planted:
    """The truth of one fault. `ids` are the request ids that it truly hit; `traces` theirs, in the same order."""

    kind: str
    also: list[str]
    variant: str
    strength: str
    shape: str
    start: int
    end: int | None
    where: dict[str, str]
    eligible: dict[str, str | list[str]]
    """Requests that the fault can hit at all; it says nothing of the others."""
    driver: str | None
    ids: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    candidates: int = 0
    """Requests inside the slice and the time, hit or not."""

    def to_dict(self) -> dict[str, Any]:
        """As it stands in truth.json: times in RFC 3339, `from` and `to` for start and end."""
        data = asdict(self)
        data["from"], data["to"] = rfc3339(data.pop("start")), None if self.end is None else rfc3339(self.end)
        data.pop("end")
        data["affected"] = len(self.ids)
        return data


def rfc3339(at: int) -> str:
    """Microseconds since 1970 as RFC 3339 with Z, to the millisecond."""
    moment = datetime.fromtimestamp(at // 1_000_000, tz=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at // 1000 % 1000:03d}Z"


def micros(moment: datetime) -> int:
    """A moment as microseconds since 1970."""
    return round(moment.timestamp()) * 1_000_000
