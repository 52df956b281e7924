"""What a slice had before tells whether it fell, where what came later is no measure."""

from __future__ import annotations

import numpy as np
import pytest

from retroburn.detect.levels.hours import Hours
from retroburn.detect.methods.level import _beside_the_rest
from retroburn.stats import season
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
