"""The likelihood scan over slices."""

from __future__ import annotations

import numpy as np

from retroburn.stats.slices import Cell, expected, rank


def test_the_slice_that_holds_the_excess_wins_over_a_larger_one_that_contains_it() -> None:
    cells = [
        Cell({"tenant": "a"}, 1000, 60, 10_000, 100),
        Cell({"tenant": "a", "locale": "ko"}, 200, 52, 2_000, 20),
        Cell({"locale": "ko"}, 900, 59, 9_000, 90),
    ]
    ranked = rank(cells, total_bad=92, total_expected=50, rate0=0.01)
    assert ranked[0].cell.where == {"tenant": "a", "locale": "ko"}


def test_slices_with_no_more_than_expected_are_left_out() -> None:
    assert rank([Cell({"tenant": "a"}, 1000, 9, 10_000, 100)], 90, 90, 0.01) == []


def test_a_slice_that_was_always_worse_is_expected_to_be() -> None:
    worse, usual = Cell({"t": "x"}, 100, 0, 5000, 500), Cell({"t": "y"}, 100, 0, 5000, 50)
    assert expected(worse, 0.01) > 5 * expected(usual, 0.01)


def test_a_thin_slice_leans_on_the_common_rate() -> None:
    assert np.isclose(expected(Cell({"t": "new"}, 100, 0, 0, 0), 0.02), 2.0)


def test_of_rare_things_a_large_slice_is_not_surer_than_its_part() -> None:
    whole, part = Cell({"l": "ko"}, 600, 0, 2400, 0), Cell({"l": "ko", "r": "/d"}, 300, 0, 1200, 0)
    rate0 = 0.5 / 7200
    assert np.isclose(expected(whole, rate0) / expected(part, rate0), 2.0, rtol=0.1)
