"""What a fault is: a class that knows what to change, found by its decorator in any file of this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, TypeVar

import numpy as np
from numpy.random import Generator

from retroburn.errors import UsageError, did_you_mean
from retroburn.lab import world
from retroburn.lab.cache import Cache
from retroburn.lab.model import HOUR, STRENGTHS, Fault, Planted
from retroburn.lab.trace import Row, Span, Trace
from retroburn.lab.traffic import Array, Plan

Where = dict[str, str]
Slice = Mapping[str, str | list[str]]
TALKING: Slice = {"route": ["/v1/support/ask", "/v1/agent/run", "/v1/chat"]}
"""The apps that answer in words."""
ASKING: Slice = {"route": "/v1/support/ask"}
"""The help centre, which searches and has a cache."""
AGENT: Slice = {"route": "/v1/agent/run"}
"""The agent, which takes several steps a request."""
BUSY: tuple[Where, ...] = ({"locale": "ko-KR", "client": "web"}, {"locale": "en-US", "client": "web"})
"""Pairs big enough for what happens in one app alone."""
FEWEST: Mapping[str, float] = {"strong": 30.0, "medium": 20.0, "weak": 10.0}
"""Requests that a fault of a strength is to hit. A share alone is no strength: half of four requests is nothing that
anybody could tell from chance. A test of every slice and hour of a log that is wrong once in twenty clean weeks needs
about nine bad requests where none are usual, and 25 where one in seven is; a count varies by twice its root around what
is meant. So with 20 it can be told, with 30 it must be, and with ten it can as often as not."""
LONGEST = 1 / 3
"""Part of the log that a fault may take to hit so many: what goes on for longer is the usual."""


class Planter:
    """Plants one fault. A kind overrides what it needs; every hook does nothing by default."""

    kind: ClassVar[str] = ""
    variants: ClassVar[tuple[str, ...]] = ("plain",)
    also: ClassVar[tuple[str, ...]] = ()
    """Other kinds that are a right name for it too."""
    eligible: ClassVar[Slice] = {}
    """Requests that can be hit at all, as a slice."""
    spoils: bool = True
    """Whether what it hit is not worth keeping: no cache stores it."""
    lasts: ClassVar[bool] = False
    """Whether nothing tells the app that an answer is wrong: then a cache keeps it, and hits whoever asks again."""
    rates: ClassVar[tuple[float, float, float]] = (0.45, 0.15, 0.05)
    """Strong, medium, weak: the share of eligible requests hit, or whatever the kind makes of it."""
    ones: ClassVar[tuple[Where, ...]] = (
        {"locale": "ko-KR"},
        {"client": "web"},
        {"tenant": "hanbit-mart"},
        {"region": "us-east-1"},
        {"client": "android"},
    )
    twos: ClassVar[tuple[Where, ...]] = (
        {"locale": "ko-KR", "client": "web"},
        {"locale": "en-US", "client": "web"},
        {"region": "ap-northeast-2", "client": "android"},
    )

    def __init__(self, fault: Fault, truth: Planted, rng: Generator) -> None:
        self.fault = fault
        self.truth = truth
        self.rng = rng
        self.variant = truth.variant
        self.hit: set[int] = set()
        """Rows that were hit, by uid."""
        self.level = fault.rate if fault.rate is not None else self.rates[STRENGTHS.index(fault.strength)]

    @classmethod
    def names(cls, variant: str) -> tuple[str, ...]:  # noqa: ARG003 - for kinds whose variants differ
        """Other kinds that are a right name for a variant."""
        return cls.also

    @classmethod
    def driver(cls, variant: str) -> str | None:  # noqa: ARG003 - for costs
        """What drives the cost, for kinds that have a driver."""
        return None

    @property
    def odds(self) -> float:
        """The chance of a request of the slice, while the fault is at its height, to be hit for all to see."""
        return min(self.level, 1.0)

    def confine(self) -> None:
        """Says which requests can be hit, and where, where the variant tells: before anything is drawn."""

    def settle(self, plan: Plan, begin: int, hours: int) -> None:
        """Lets a fault of a stated strength hit enough: it begins days earlier, else in another slice of its kind.

        What was asked for by name stays as it is, and so does what hits enough where it was drawn.
        """
        fault, truth = self.fault, self.truth
        if fault.rate is not None or fault.onset is not None or fault.hours is not None:
            return
        day, first = 24 * HOUR, truth.start
        lasts = (begin + hours * HOUR if truth.end is None else truth.end) - first
        more = max(0, int(hours * LONGEST * HOUR - lasts) // day)
        tried = []
        for where in self._places():
            for start in range(first, first - more * day - 1, -day):
                truth.where, truth.start = where, start
                tried.append((self.expected(plan), where, start))
                if tried[-1][0] >= FEWEST[fault.strength]:
                    return
        _, truth.where, truth.start = max(tried, key=lambda one: one[0])

    def expected(self, plan: Plan) -> float:
        """How many requests it may be expected to hit, as it is planted now."""
        rows = self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})
        return float(self.odds * self.intensity(plan.t[rows]).sum())

    def _places(self) -> list[Where]:
        """The slice that was drawn, and after it those that could have been, in turn."""
        drawn = dict(self.truth.where)
        choices = {"one": self.ones, "two": self.twos}.get(str(self.fault.where), ())
        if drawn not in choices:
            return [drawn]
        at = choices.index(drawn)
        return [dict(each) for each in (*choices[at:], *choices[:at])]

    def plan(self, plan: Plan) -> Plan:
        """Changes rows before anything is told; may add or drop some."""
        return plan

    def choose(self, plan: Plan) -> Array:
        """A mask of the rows that `touch` shall change."""
        candidates = self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})
        self.truth.candidates = int(candidates.sum())
        return candidates & (self.rng.random(len(plan)) < self.level * self.intensity(plan.t))

    def meet(self, trace: Trace) -> None:
        """Sees every request of the log as it is told: for what a log must have before the fault can show in it."""

    def touch(self, trace: Trace) -> bool:  # noqa: ARG002 - a hook
        """Changes one told request and says whether it is truly hit now."""
        return False

    def served(self, trace: Trace, cache: Cache) -> bool:
        """Whether a request of the slice and time, once it is told, was hit by what the cache gave it."""
        entry = cache.served.get(trace.row.uid) if self.lasts else None
        return entry is not None and entry.uid in self.hit

    def reaches(self, row: Row) -> bool:
        """Whether a request lies inside the slice and the time."""
        truth = self.truth
        if row.t < truth.start or (truth.end is not None and row.t >= truth.end):
            return False
        wanted = (*truth.eligible.items(), *truth.where.items())
        return all(field_of(row, name) in ([value] if isinstance(value, str) else value) for name, value in wanted)

    def spans(self, spans: list[Span], trace: Trace) -> list[Span]:  # noqa: ARG002 - a hook
        """Changes the log itself: what was recorded of a request of the time, hit or not."""
        return spans

    def notes(self) -> list[dict[str, str]]:
        """What people noticed of it, as rows of the context file: nothing by default."""
        return []

    def window(self, t: Array) -> Array:
        """A mask: rows inside the time of the fault."""
        mask = t >= self.truth.start
        return np.asarray(mask if self.truth.end is None else mask & (t < self.truth.end))

    def intensity(self, t: Array) -> Array:
        """How hard it hits at a time, 0 to 1: a ramp grows over 36 hours, or the first half of its time."""
        if self.truth.shape != "ramp":
            return np.ones(len(t))
        length = 72 * HOUR if self.truth.end is None else self.truth.end - self.truth.start
        return np.clip((t - self.truth.start) / (length / 2), 0.0, 1.0)


def field_of(row: Row, name: str) -> str:
    """A field of a request by the name that the log gives it."""
    if name in ("route", "feature"):
        return str(getattr(world.APPS[row.app], name))
    if name == "provider":
        return world.MODELS[row.model].provider
    return str(getattr(row, name))


_KINDS: dict[str, type[Planter]] = {}
P = TypeVar("P", bound=type[Planter])


def plants(kind: str, *variants: str) -> Callable[[P], P]:
    """Makes a Planter known under the kind of finding that it should give."""

    def register(planter: P) -> P:
        planter.kind = kind
        planter.variants = variants or ("plain",)
        _KINDS[kind] = planter
        return planter

    return register


def kinds() -> dict[str, type[Planter]]:
    """Every kind that can be planted, by name."""
    package = importlib.import_module("retroburn.lab.faults")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_KINDS.items()))


def prepare(faults: Iterable[Fault], rng: Generator, start: int, hours: int) -> list[Planter]:
    """Planters for faults: what was left open is drawn."""
    return [_prepare(fault, rng, start, hours) for fault in faults]


def _prepare(fault: Fault, rng: Generator, start: int, hours: int) -> Planter:
    known = kinds()
    if fault.kind not in known:
        raise UsageError(f"The lab cannot plant {fault.kind!r}. {did_you_mean(fault.kind, known)}")
    planter = known[fault.kind]
    variant = fault.variant or planter.variants[0]
    if variant not in planter.variants:
        raise UsageError(f"{fault.kind} has no variant {variant!r}. {did_you_mean(variant, planter.variants)}")
    onset = _onset(fault, rng, start, hours)
    length = fault.hours
    if length is None and fault.shape == "burst":
        length = 12.0 if fault.where == "whole" and not planter.eligible else 24.0
    end = None if length is None else onset + round(length * HOUR)
    truth = Planted(
        fault.kind,
        list(planter.names(variant)),
        variant,
        fault.strength,
        fault.shape,
        onset,
        end,
        {},
        dict(planter.eligible),
        planter.driver(variant),
    )
    made = planter(fault, truth, rng)
    truth.where = _slice(made, rng)
    made.confine()
    return made


def _slice(planter: Planter, rng: Generator) -> Where:
    where = planter.fault.where
    if not isinstance(where, str):
        return dict(where)
    choices = {"one": planter.ones, "two": planter.twos}.get(where, ({},))
    return dict(choices[int(rng.integers(len(choices)))])


def _onset(fault: Fault, rng: Generator, start: int, hours: int) -> int:
    if fault.onset is not None and not isinstance(fault.onset, float):
        return round(fault.onset.timestamp() * 1e6)
    if fault.onset is not None:
        return start + int(hours * fault.onset) * HOUR
    # two to four days before the end, in the working day of Seoul, at some minute
    day = hours // 24 - int(rng.integers(2, 4))
    return start + day * 24 * HOUR + int(rng.integers(0, 8)) * HOUR + int(rng.integers(0, 60)) * HOUR // 60
