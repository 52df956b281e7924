"""The smallest slice that holds a shift of a level: nearly all of what is amiss, while the rest goes on as usual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retroburn.detect.frame import FIELDS
from retroburn.stats import shifts
from retroburn.stats.season import Array
from retroburn.stats.shifts import Model, Shift

MOST = 0.7
"""A slice must hold this part of what is amiss, up to the noise of the whole."""

WHOLE = 0.9
"""A slice of which this part is expected is the whole under another name."""

TRIES = 12
"""Slices looked at in detail, the likeliest first."""

SPILL = 0.4
"""Another value strays too when it does by this part of what the slice does ..."""

SURE = 9.0
"""... and by three standard deviations."""


@dataclass(frozen=True)
class Table:
    """Series of slices, the first of them the whole; `unit` turns a series' numbers into a common one."""

    wheres: Sequence[dict[str, str]]
    model: Model
    unit: Array


def smallest(table: Table, suspect: Shift, sign: int) -> Shift:
    """The shift in the slice that holds it; in the suspect's own series where no other explains it better."""
    whole = shifts.settled(table.model, 0, at(suspect, 0), sign)
    own = shifts.settled(table.model, suspect.row, suspect, sign) or suspect
    if whole is None:
        return own
    fitting = _fitting(table, suspect, whole, sign)
    ranked = sorted(fitting, key=lambda s: -_llr(table, s, whole))[:TRIES]
    best = next((s for s in ranked if not _spills(table, s, sign)), None)
    if best is None:
        return whole if suspect.row == 0 or fitting or (own.expected > 0 and _spills(table, own, sign)) else own
    same = [s for s in fitting if _alike(table, s, best)]
    named = min(same, key=lambda s: _age(table, s), default=best)
    return shifts.settled(table.model, named.row, named, sign) or own


def at(shift: Shift, row: int) -> Shift:
    """The same interval of another series."""
    return Shift(row, shift.first, shift.last, 0.0, 0.0, 0.0)


def _age(table: Table, shift: Shift) -> list[int]:
    return [FIELDS.index(name) for name in table.wheres[shift.row]]


def _fitting(table: Table, suspect: Shift, whole: Shift, sign: int) -> list[Shift]:
    every = (shifts.held(table.model, row, at(suspect, row), sign) for row in range(1, len(table.wheres)))
    return [s for s in every if s is not None and _holds(table, s, whole, sign)]


def _numbers(table: Table, shift: Shift) -> tuple[float, float]:
    unit = float(table.unit[shift.row])
    return shift.seen * unit, shift.expected * unit


def _holds(table: Table, part: Shift, whole: Shift, sign: int) -> bool:
    (seen, want), (all_seen, all_want) = _numbers(table, part), _numbers(table, whole)
    amiss, all_amiss = sign * (seen - want), sign * (all_seen - all_want)
    # what the whole strays by itself need not lie in the slice
    noise = 2 * whole.error * all_want
    left, rest = max(all_amiss - amiss, 0.0), max(all_want - want, 1e-12)
    covered = amiss >= MOST * all_amiss or left <= noise
    return covered and want < WHOLE * all_want and amiss / want > 2 * left / rest


def _spills(table: Table, part: Shift, sign: int) -> bool:
    """Whether other values of the slice's field stray as well, each beyond its own noise: then it is not the place."""
    fields = set(table.wheres[part.row])
    ratio = sign * (part.seen / part.expected - 1)
    for row, where in enumerate(table.wheres):
        if row == part.row or set(where) != fields:
            continue
        near = shifts.held(table.model, row, at(part, row), sign)
        if near is None or sign * (near.seen / near.expected - 1) < SPILL * ratio:
            continue
        other = shifts.settled(table.model, row, at(part, row), sign)
        if other is not None and other.g >= SURE:
            return True
    return False


def _llr(table: Table, part: Shift, whole: Shift) -> float:
    """How much better two levels explain the interval than one, for a slice and the rest."""
    (seen, want), (all_seen, all_want) = _numbers(table, part), _numbers(table, whole)
    rest = max(all_seen - seen, 0.0), max(all_want - want, 1e-12)
    alone = sum(y * math.log(y / m) for y, m in ((seen, want), rest) if y > 0)
    common = all_seen * math.log(all_seen / all_want) if all_seen > 0 else 0.0
    return alone - common


def _alike(table: Table, one: Shift, other: Shift) -> bool:
    """Whether two slices name the same requests."""
    (seen, want), (seen2, want2) = _numbers(table, one), _numbers(table, other)
    return abs(want - want2) <= 0.02 * want2 and abs(seen - seen2) <= 0.02 * max(seen2, want2)
