"""What a change of mix lets expect, where a field may be the outcome under another name."""

from __future__ import annotations

from retroburn.detect.where import _called, _mixed, stands_out
from retroburn.stats.slices import Cell, Scored

WHOLE = Cell({}, 1000, 800, 1000, 300)


def test_more_traffic_of_a_value_that_is_always_worse_is_a_change_of_mix() -> None:
    worse, better = Cell({"tenant": "a"}, 900, 780, 300, 240), Cell({"tenant": "b"}, 100, 20, 700, 60)
    assert _mixed([worse, better], WHOLE, 0.3) > 500


def test_a_field_that_only_bad_cases_have_is_no_mix() -> None:
    assert _mixed([Cell({"model": "m"}, 800, 800, 300, 300)], WHOLE, 0.3) == 300


def test_one_model_is_held_against_the_others_not_against_what_came_from_the_cache() -> None:
    small, large = Cell({"model": "s"}, 600, 300, 600, 30), Cell({"model": "l"}, 200, 100, 200, 10)
    whole = Cell({}, 1000, 402, 1000, 42)  # two hundred came from the cache
    found = Scored(small, 30.0, 100.0, 100.0)
    assert stands_out(found, whole)
    assert not stands_out(found, _called([small, large], whole))
