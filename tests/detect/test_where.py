"""Which slice explains a rise, and what a change of mix lets expect."""

from __future__ import annotations

import pytest

from retroburn.detect.where import Usual, _called, _likeliest, _mixed, stands_out
from retroburn.stats.slices import Cell, Scored, rank

WHOLE = Cell({}, 1000, 800, 1000, 300)


def test_more_traffic_of_a_value_that_is_always_worse_is_a_change_of_mix() -> None:
    worse, better = Cell({"tenant": "a"}, 900, 780, 300, 240), Cell({"tenant": "b"}, 100, 20, 700, 60)
    assert _mixed([worse, better], WHOLE, 0.3) > 500


def test_a_field_that_only_bad_cases_have_is_no_mix() -> None:
    assert _mixed([Cell({"model": "m"}, 800, 800, 300, 300)], WHOLE, 0.3) == 300


def test_one_model_is_held_against_the_others_not_against_what_came_from_the_cache() -> None:
    small, large = Cell({"model": "s"}, 600, 300, 600, 30), Cell({"model": "l"}, 200, 100, 200, 10)
    whole = Cell({}, 1000, 402, 1000, 42)  # two hundred came from the cache
    found = Scored(small, 30.0, 100.0)
    assert stands_out(found, whole)
    assert not stands_out(found, _called([small, large], whole))


def _place(whole: Cell, cells: list[Cell]) -> dict[str, object]:
    expected, rate = whole.bad0 * whole.n / whole.n0, whole.bad0 / whole.n0
    return dict(
        _likeliest(rank(cells, whole.bad, expected, rate), Usual(whole, expected, rate), ["locale", "client", "route"])
    )


RARE = Cell({}, 700, 18, 11_800, 20)
KO, WEB = Cell({"locale": "ko"}, 280, 16, 4_900, 10), Cell({"client": "web"}, 290, 14, 4_600, 8)


def test_a_pair_is_named_whose_fields_by_themselves_hardly_stand_out_from_the_rest() -> None:
    assert _place(RARE, [KO, WEB, Cell({"locale": "ko", "client": "web"}, 115, 14, 2_000, 4)]) == {
        "locale": "ko",
        "client": "web",
    }


def test_a_field_that_brings_in_only_its_part_of_the_trouble_is_not_named_beside_the_other() -> None:
    assert _place(RARE, [KO, WEB, Cell({"locale": "ko", "client": "web"}, 200, 12, 3_000, 6)]) == {"locale": "ko"}


@pytest.mark.parametrize("bad", [12, 13])
def test_a_part_with_a_little_more_than_its_share_is_not_the_place(bad: int) -> None:
    assert _place(RARE, [Cell({"locale": "ko"}, 420, bad, 7_000, 12)]) == {}
