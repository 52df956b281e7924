"""What a change of mix lets expect, where a field may be the outcome under another name."""

from __future__ import annotations

from retroburn.detect.where import _mixed
from retroburn.stats.slices import Cell

WHOLE = Cell({}, 1000, 800, 1000, 300)


def test_more_traffic_of_a_value_that_is_always_worse_is_a_change_of_mix() -> None:
    worse, better = Cell({"tenant": "a"}, 900, 780, 300, 240), Cell({"tenant": "b"}, 100, 20, 700, 60)
    assert _mixed([worse, better], WHOLE, 0.3) > 500


def test_a_field_that_only_bad_cases_have_is_no_mix() -> None:
    assert _mixed([Cell({"model": "m"}, 800, 800, 300, 300)], WHOLE, 0.3) == 300
