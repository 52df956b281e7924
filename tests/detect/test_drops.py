"""What a drop is held against: what a slice had before, days off, and how little a few hours like it tell."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import retroburn
from retroburn.detect.levels.hours import Hours
from retroburn.detect.methods.level import _beside_the_rest, _holiday
from retroburn.stats import season, shifts
from retroburn.stats.shifts import Shift

BUCKETS, FIRST, LAST = 14 * 24, 150, 159


@pytest.mark.parametrize(("seen", "fell"), [(9.0, False), (4.0, True)])
def test_a_slice_that_had_its_part_of_the_requests_did_not_fall_though_it_has_twice_as_many_later_on(
    seen: float, fell: bool
) -> None:
    rest, own = np.full(BUCKETS, 20.0), np.full(BUCKETS, 10.0)
    own[LAST + 60 :] = 20.0  # another model is down, and this one has its requests
    own[FIRST:LAST] = seen
    n = np.vstack([rest + own, own])
    table = Hours([{}, {"model": "m-1"}], n, n, n, 0.0, season.clock(0.0, BUCKETS, 0.0, BUCKETS * 3600.0))
    drop = Shift(1, FIRST, LAST, seen * (LAST - FIRST), 17.0 * (LAST - FIRST), 40.0)
    assert _beside_the_rest(table, np.ones(n.shape, bool), drop) is fell


DAYS = 21
DAY = np.array([5, 3, 2, 1, 2, 4, 8, 14, 24, 30, 30, 26, 30, 34, 34, 32, 28, 24, 20, 18, 16, 14, 12, 8], float)
"""Requests an hour of a day that begins at midnight, with a quiet night."""


def held(first: int, last: int, left: float, busy: float = 1.0, zone: int = 9) -> bool:
    """Whether a drop is taken for a day off: seen from hour `first` to `last` of the local day 10, `left` of it there.

    What is outside of those hours is as usual where the log is `busy`, and as on the day off where not.
    """
    usual = np.tile(np.roll(DAY, -zone), 14) * busy
    day = 10 * 24 - zone
    y = usual.copy()
    y[day + first : day + last] *= left
    if busy == 1.0:
        y[day : day + 24] = usual[day : day + 24] * left
    table = Hours([{}], y[None, :], y[None, :], y[None, :], 0.0, season.clock(0.0, BUCKETS, 0.0, BUCKETS * 3600.0))
    inside = slice(day + first, day + last)
    drop = Shift(0, day + first, day + last, float(y[inside].sum()), float(usual[inside].sum()), 99.0)
    return _holiday(table, drop, usual)


@pytest.mark.parametrize("zone", [9, 0, -8])
def test_a_day_off_is_one_though_its_quiet_night_shows_no_edge(zone: int) -> None:
    assert held(0, 24, 0.33, zone=zone)
    assert held(7, 24, 0.33, zone=zone)


@pytest.mark.parametrize("zone", [9, 0, -8])
def test_a_drop_that_begins_in_the_day_is_no_day_off(zone: int) -> None:
    assert not held(12, 36, 0.33, zone=zone)
    assert not held(13, 38, 0.33, zone=zone)
    assert not held(8, 18, 0.33, zone=zone)


def test_a_drop_before_which_the_night_was_as_busy_as_ever_is_no_day_off() -> None:
    assert not held(7, 24, 0.33, busy=40.0)


def test_a_part_of_a_weekend_is_as_unsure_as_the_only_other_one() -> None:
    y = np.full((1, BUCKETS), 20.0)
    clock = season.clock(0.0, BUCKETS, 0.0, BUCKETS * 3600.0)
    saturday = int(np.flatnonzero(clock.slot == 140)[0])
    weekday = int(np.flatnonzero(clock.slot == 50)[0])
    unsure = [
        shifts.unsure(shifts.model(y, clock, shifts.without(np.ones(y.shape, bool), a, a + 10)), 0, a, a + 10)
        for a in (saturday, weekday)
    ]
    assert unsure[0] > 1.5 > unsure[1] > 1.0


@pytest.mark.parametrize("mixed", [True, False])
def test_a_log_ends_on_half_of_its_requests_where_the_others_times_say_no_zone(tmp_path: Path, mixed: bool) -> None:
    begun, draw, lines = datetime(2026, 10, 5), random.Random(1), []
    for at, minute in enumerate(sorted(draw.uniform(0, DAYS * 24 * 60) for _ in range(DAYS * 24 * 30))):
        start = begun + timedelta(minutes=minute)
        zoned = at % 2 == 1 or not mixed
        written = f"{start.isoformat()}Z" if zoned else (start + timedelta(hours=9)).isoformat()
        if at % 2 or mixed or minute < (DAYS * 24 - 9) * 60:
            lines.append({"id": f"a{at}", "start": written})
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with retroburn.open(tmp_path) as logs:
        found = logs.check()
    assert [finding.kind for finding in found] == ([] if mixed else ["traffic_drop"])
    unsure = [one.why for one in found.document.not_assessed if one.kind == "traffic_drop"]
    assert any("with and without a zone are mixed" in why for why in unsure) is mixed
