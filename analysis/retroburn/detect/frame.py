"""The times of one run: where findings are looked for, and what they are compared with."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from retroburn.config import Config
from retroburn.engine import Engine

if TYPE_CHECKING:
    from retroburn.detect.candidate import Candidate
    from retroburn.findings import Finding

How = Literal["source", "until", "history"]

FIELDS = (
    "tenant",
    "locale",
    "region",
    "client",
    "route",
    "feature",
    "provider",
    "model",
    "prompt_version",
    "app_version",
    "index_version",
    "arm",
    "name",
)
"""Fields that may confine a finding. Where two name the same rows, the earlier speaks: it says more to a reader."""

CALLED = {"model", "provider"}
"""Fields that requests have which called a model, and no others."""

YOUNG = timedelta(days=8)
"""A log of a week and no past is mostly of something new, of which nobody knows a habit."""

TWO_DAYS = timedelta(days=2)
"""Length of log from which each hour of the day has been seen twice."""

_WIDTHS = (60, 300, 900, 3600, 4 * 3600, 86400)


@dataclass(frozen=True)
class Frame:
    """Naive UTC times, ends excluded. `start`…`end` is searched; `first`…`end` is all there is."""

    first: datetime
    start: datetime
    end: datetime
    how: How
    requests: int
    baseline: tuple[datetime, datetime] | None = None

    @property
    def width(self) -> int:
        """Seconds of a coarse bucket: about ten requests each if there are enough, and 30 to 1500 buckets in all."""
        seconds = max((self.end - self.first).total_seconds(), 1.0)
        wanted = max(seconds / 1500, min(seconds / 30, 10 * seconds / max(self.requests, 1)))
        return next((width for width in _WIDTHS if width >= wanted), math.ceil(seconds / 1500 / 86400) * 86400)

    @property
    def young(self) -> bool:
        """Whether it is a week at most, be there a baseline or not."""
        return self.end - self.first <= YOUNG

    @property
    def without_past(self) -> float | None:
        """Hours of a young log that nothing was named to compare with; None for another."""
        alone = self.young and self.how == "history" and self.start <= self.first
        return (self.end - self.first).total_seconds() / 3600 if alone else None

    @property
    def buckets(self) -> int:
        """Number of coarse buckets from `first` on."""
        return max(1, math.ceil((self.end - self.first).total_seconds() / self.width))

    @property
    def t0(self) -> float:
        """Seconds since 1970 at which bucket 0 begins: whole hours stay whole hours."""
        seconds = self.first.replace(tzinfo=UTC).timestamp()
        return seconds - seconds % min(self.width, 3600)

    def time(self, seconds: float) -> datetime:
        """A time from seconds since 1970."""
        return datetime(1970, 1, 1) + timedelta(seconds=seconds)

    def seconds(self, time: datetime) -> float:
        """Seconds since 1970 of a time."""
        return (time - datetime(1970, 1, 1)).total_seconds()

    @property
    def outside_is_reference(self) -> bool:
        """Whether what lies outside an interval is usual too; not where a baseline was named."""
        return self.how == "history"

    @property
    def no_other_day(self) -> bool:
        """Whether nothing shows what another day is like: who asks in the morning, who in the evening, is no change."""
        return self.outside_is_reference and self.end - self.first < TWO_DAYS


@dataclass
class Run:
    """All that a method needs: the engine, the times, the settings, and what was found so far."""

    engine: Engine
    frame: Frame
    config: Config
    zone: str = "UTC"
    mixed: bool = False
    """Whether times with a zone and without one are mixed, so that some may stand hours off."""
    cause: str = ""
    """The cause whose cases are looked at."""
    hurt: int = field(default=0)
    """Number of the next set of rows in the table `hurt`."""
    unsure: list[tuple[str, str]] = field(default_factory=list)
    """Kinds that a method could not tell about, or not wholly, and why."""
    lacking: dict[str, list[str]] = field(default_factory=dict)
    """What such a kind lacks, where it has a name."""
    told: list[tuple[Candidate, Finding]] = field(default_factory=list)
    """What was found, once it is folded and told: for methods that speak of findings."""
