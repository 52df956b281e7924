"""The detectors there are: whatever lies in `queries/detectors/<cause>/<kind>.sql`, with what its head says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from retroburn import assets, header


class Parameter(BaseModel):
    """One number a detector can be set by, and why it is what it is."""

    model_config = ConfigDict(extra="forbid")
    value: float | int | str | bool
    why: str


class MeasureHead(BaseModel):
    """What is measured: a rate of units (of the bad or the good), or a quantile, mean or sum of the cases' values."""

    model_config = ConfigDict(extra="forbid")
    name: str
    unit: str = "share"
    stat: Literal["rate", "good", "count", "mean", "p50", "p95", "sum"] = "rate"


class Head(BaseModel):
    """The head of a detector file. What is judged the same way for all kinds is not here but in `judge.py`."""

    model_config = ConfigDict(extra="forbid")
    title: str
    question: str
    needs: list[str]
    """Columns of spans that must hold something; `a | b` where either will do."""
    wants: list[str] = Field(default_factory=list)
    """Columns without which fewer cases can be judged: named as missing where that leaves too few."""
    rule: str
    """Line of the contract's "Which kind?" that makes this kind, such as 7.2: lower lines win when kinds are folded."""
    method: str
    unit: str = "requests"
    measure: MeasureHead
    alone: float | None = None
    """Share that is too many even with nothing to compare with; none: then nothing can be told."""
    min_bad: int | None = None
    """Cases from which one speaks of a finding, where one case is not too many already."""
    min_units: int | None = None
    """Units below which the kind is not judged, where the default of 20 does not suit."""
    falls: float | None = None
    """Where the share of the good is what counts (cache hits), the least fall of it that is told."""
    hurts: Literal["users", "patience", "data", "money", "none"] = "users"
    """What is at risk: who waits longer is served all the same; what hurts nobody yet is told for what may follow."""
    folds: bool = True
    """False: it speaks of objectives or of people, is looked for when all else is found, and stands beside it."""
    beside: str | None = None
    """The query of `queries/cube/` that tells what the cause hurts too, though it is no case of the kind."""
    params: dict[str, Parameter] = Field(default_factory=dict)
    advice: str


@dataclass(frozen=True)
class Detector:
    """One kind of finding: its query and its head."""

    query: header.Query
    head: Head

    @property
    def kind(self) -> str:
        """The kind of finding, as the contract names it."""
        return self.query.name

    @property
    def cause(self) -> str:
        """One of the five causes; the folder the file lies in."""
        return self.query.folder

    @property
    def order(self) -> tuple[int, ...]:
        """Place among the kinds when the same rows are a case of several: the lowest wins."""
        return tuple(int(part) for part in self.head.rule.split("."))

    @property
    def path(self) -> str:
        """The query as evidence names it."""
        return assets.relative(self.query.path)

    def params(self, overrides: dict[str, Any]) -> dict[str, Any]:
        """Its parameters, those of `--config` first."""
        return {name: overrides.get(name, parameter.value) for name, parameter in self.head.params.items()}


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector, in the order of their kinds' rules."""
    found = []
    for path in assets.queries("detectors"):
        query = header.read(path)
        found.append(Detector(query, Head.model_validate(query.head)))
    return tuple(sorted(found, key=lambda d: (d.order, d.kind)))
