"""What a method finds, before it is judged, folded and told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from retroburn.detect.catalogue import Detector
from retroburn.findings import Driver, Measure, Point, Severity, Share

Where = dict[str, str | list[str]]


@dataclass
class Candidate:
    """One interval of one slice in which something is not as usual.

    `start` and `end` are naive UTC; `end` is None while it goes on. `hurt` is the set in the table `hurt` that holds
    its rows. `g` is the evidence, comparable between kinds.
    """

    detector: Detector
    start: datetime
    end: datetime | None
    where: Where
    measure: Measure
    g: float
    n: int
    bad: int
    hurt: int
    earliest: datetime | None = None
    cost_usd: float | None = None
    drivers: list[Driver] = field(default_factory=list)
    series: list[Point] = field(default_factory=list)
    spread: list[Share] = field(default_factory=list)
    summary: str | None = None
    title: str | None = None
    examples: list[str] | None = None
    keys: np.ndarray[Any, Any] | None = None
    """Sorted hashes of the rows it hurts, to see which findings share them."""
    beside: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """Sorted hashes of rows that its cause hurts beside its own, once it stands by itself."""
    requests: int | None = None
    """Requests it cost, where no row is hurt because they never came: then `share` goes with it."""
    share: float | None = None
    cap: Severity | None = None
    """The gravest it can be, where the kind alone does not say: what is no alarm is at most low."""
    weak: bool = False
    """Whether so little speaks for it that it may be chance: at most low."""
    behind: bool = False
    """Whether it is a part of something wider, which then speaks for it whatever the order of rules."""
    least: int = 0
    """Rows of its own that it takes: where those of wider findings leave fewer, it is a face of one of them."""
    order: tuple[int, ...] | None = None
    """Its place among the kinds, where it is another than its detector's."""
    facet: str = ""
    """Which of several troubles of its kind it is: two of them on the same rows are two findings."""
    also: list[Candidate] = field(default_factory=list)
    about: str | None = None
    """The id of the finding that it speaks of, where it is none of its own."""

    @property
    def place(self) -> tuple[int, ...]:
        """Where it stands among the kinds: of several faces of one cause, the lowest speaks."""
        return self.order or self.detector.order
