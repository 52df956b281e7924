"""The scoreboard: what `check` was worth on a set of logs."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from retroburn.lab.match import Judged, Outcome
from retroburn.lab.model import STRENGTHS

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Line:
    """The scoreboard's line on a kind (or on all). Shares are None where there is nothing to take a share of."""

    kind: str
    planted: int
    recall: float | None
    """Share of planted faults that a finding names by a right kind."""
    strict: float | None
    """Share named by the very kind, as the finding's own or in `also`."""
    loud: float | None
    """Share named at medium or above."""
    onset_minutes: float | None
    """Median distance of the onset, of those found."""
    onset_buckets: float | None
    """The same in hours, the bucket of the cube."""
    where: float | None
    """Share of slices that are exact, of those found."""
    driver: float | None
    """Share of cost findings whose first driver is the planted one."""
    examples: float | None
    """Mean share of examples that are truly hit."""
    top3: float | None
    """Share found among the first three findings."""
    strong: float | None
    medium: float | None
    weak: float | None
    """Recall by strength."""
    plain: float | None
    """Recall of the baseline: an hourly z-score."""


@dataclass(frozen=True)
class Scoreboard:
    """What `check` was worth on a set of logs."""

    outcomes: list[Outcome]

    @property
    def judged(self) -> list[Judged]:
        """All planted faults."""
        return [fault for outcome in self.outcomes for fault in outcome.faults]

    @property
    def clean_weeks(self) -> float:
        """Weeks of log without a fault."""
        return sum(outcome.days for outcome in self.outcomes if not outcome.faults) / 7

    @property
    def alarms_per_clean_week(self) -> float | None:
        """Findings of medium or above in a week of clean log; None without clean logs."""
        alarms = sum(len(outcome.alarms) for outcome in self.outcomes if not outcome.faults)
        return alarms / self.clean_weeks if self.clean_weeks else None

    @property
    def plain_alarms_per_clean_week(self) -> float | None:
        """The same of the baseline."""
        alarms = sum(outcome.plain_alarms for outcome in self.outcomes if not outcome.faults)
        return alarms / self.clean_weeks if self.clean_weeks else None

    def lines(self) -> list[Line]:
        """A line a kind, and one for all."""
        kinds = sorted({fault.kind for fault in self.judged})
        return [
            *(_line(kind, [each for each in self.judged if each.kind == kind]) for kind in kinds),
            _line("all", self.judged),
        ]

    def by_strength(self) -> dict[str, float | None]:
        """Recall by strength."""
        return {
            strength: _share(each.found for each in self.judged if each.strength == strength)
            for strength in dict.fromkeys(each.strength for each in self.judged)
        }

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "kinds": [asdict(line) for line in self.lines()],
            "recall_by_strength": self.by_strength(),
            "clean_weeks": self.clean_weeks,
            "alarms_per_clean_week": self.alarms_per_clean_week,
            "plain_alarms_per_clean_week": self.plain_alarms_per_clean_week,
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
        }

    def table(self) -> Table:
        """As the terminal shows it."""
        from rich import box
        from rich.table import Table

        alarms, theirs = _number(self.alarms_per_clean_week, 2), _number(self.plain_alarms_per_clean_week, 1)
        title = (
            f"{len(self.judged)} planted faults; {alarms} alarms a week in {self.clean_weeks:.1f} clean weeks "
            f"(an hourly z-score: {theirs})"
        )
        table = Table(title=title, caption=_CAPTION, box=box.SIMPLE, padding=(0, 0, 0, 1))
        table.add_column("kind", no_wrap=True)
        for name in _COLUMNS:
            table.add_column(name, justify="right")
        lines = self.lines()
        for place, line in enumerate(lines):
            table.add_row(*_cells(line), end_section=place == len(lines) - 2)
        return table


_COLUMNS = ("n", "rec", "str", "med", "weak", "kind", "loud", "h", "slice", "drv", "ex", "top3", "z")
_CAPTION = (
    "In percent. rec: recall; str, med, weak: of faults of that strength; kind: under the very kind; loud: medium or "
    "above; h: median distance of the onset in hours, the bucket of the cube; slice: exact; drv: first cost driver "
    "right; ex: examples truly hit; z: recall of an hourly z-score with obvious phrases, the baseline to beat"
)


def _cells(line: Line) -> list[str]:
    """A line of the scoreboard as text."""
    first = (line.recall, line.strong, line.medium, line.weak, line.strict, line.loud)
    rest = (line.where, line.driver, line.examples, line.top3, line.plain)
    onset = _number(line.onset_buckets, 1)
    return [line.kind, str(line.planted), *map(_percent, first), onset, *map(_percent, rest)]


def _line(kind: str, judged: Sequence[Judged]) -> Line:
    found = [each for each in judged if each.found]
    onset = _median(each.onset_minutes for each in found)
    strong, medium, weak = (_share(each.found for each in judged if each.strength == one) for one in STRENGTHS)
    return Line(
        kind,
        planted=len(judged),
        recall=_share(each.found for each in judged),
        strict=_share(each.strict for each in judged),
        loud=_share(each.loud for each in judged),
        onset_minutes=onset,
        onset_buckets=None if onset is None else onset / 60,
        where=_share(each.where for each in found),
        driver=_share(each.driver for each in found),
        examples=_share(each.examples for each in found),
        top3=_share(each.rank is not None and each.rank <= 3 for each in judged),
        strong=strong,
        medium=medium,
        weak=weak,
        plain=_share(each.plain for each in judged),
    )


def _share(values: Iterable[float | bool | None]) -> float | None:
    """The mean of what is known; None when nothing is."""
    known = [float(value) for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
