"""Traffic and cost by hour, for all and for each slice: what the detectors of levels look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from retroburn.detect import cases
from retroburn.detect.frame import FIELDS, Run
from retroburn.findings import Point
from retroburn.stats import season
from retroburn.stats.season import Array, Clock

HOUR = 3600


@dataclass(frozen=True)
class Hours:
    """Series × hours: `n` counts requests, `cost` is their cost, `square` the sum of its squares.

    `wheres` says what each series is of; the first is all.
    """

    wheres: list[dict[str, str]]
    n: Array
    cost: Array
    square: Array
    t0: float
    clock: Clock

    def time(self, run: Run, bucket: int) -> datetime:
        """The moment at which a bucket begins, inside the log."""
        return min(max(run.frame.time(self.t0 + bucket * HOUR), run.frame.first), run.frame.end)

    def searched(self, run: Run) -> Array:
        """Which buckets findings are looked for in."""
        begin = (seconds(run.frame.start) - self.t0) / HOUR
        return np.asarray(np.arange(len(self.clock.slot)) >= np.floor(begin))

    def history(self, run: Run) -> Array:
        """Which buckets tell what is usual: all there are, but not the demo before the launch."""
        inside = self.searched(run) if run.frame.how == "until" else np.ones(len(self.clock.slot), bool)
        return np.broadcast_to(inside & (self.clock.cover > 0), self.n.shape).copy()


def seconds(time: datetime) -> float:
    """Seconds since 1970 of a naive UTC time."""
    return time.replace(tzinfo=UTC).timestamp()


ROUNDED = 1e-9
"""Part by which two sums of the same money may differ: where `least` is the whole's cost the whole is kept."""


def load(run: Run, groups: Iterable[tuple[str, ...]], least: float = 0.0) -> Hours:
    """The hours of the whole and of every slice of the named groups of fields that cost `least` dollars in all."""
    listed = [(), *groups]
    t0 = seconds(run.frame.first) // HOUR * HOUR
    buckets = max(1, int(np.ceil((seconds(run.frame.end) - t0) / HOUR)))
    floor = least * (1 - ROUNDED)
    names = sorted({name for group in listed for name in group}, key=FIELDS.index)
    found = run.engine.rows(_query(listed, names, least > 0), {"t0": t0, "end": run.frame.end, "least": floor})
    said = (row for row in found if row["buckets"] is not None)
    keyed = [(place, row) for row in said if (place := cases.slice_of(row, names)) is not None]
    keyed.sort(key=lambda pair: (len(pair[0]), pair[0]))
    n, cost, square = np.zeros((3, len(keyed), buckets))
    for at, (_, row) in enumerate(keyed):
        for name, out in (("n", n), ("cost", cost), ("square", square)):
            out[at, row["buckets"]] = row[name]
    clock = season.clock(t0, buckets, seconds(run.frame.first), seconds(run.frame.end), run.zone)
    return Hours([dict(place) for place, _ in keyed], n, cost, square, t0, clock)


def _query(groups: Sequence[tuple[str, ...]], names: Sequence[str], only_dear: bool) -> str:
    filled = {
        "fields": "".join(f", {name}, grouping({name}) as g_{name}" for name in names),
        "sets": ", ".join(f"({', '.join(('bucket', *group))})" for group in groups),
        "slice": "".join(f"{name}, g_{name}, " for name in names),
        "dear": f" replace ({', '.join(map(_dear, names))})" if only_dear and names else "",
    }
    query = cases.cube("hours").sql
    for place, text in filled.items():
        query = query.replace(f"/*{place}*/", text)
    return query


def _dear(name: str) -> str:
    costs = f"select {name} from slices group by {name} having sum(cost_usd) >= $least"
    return f"case when {name} in ({costs}) then {name} end as {name}"


def only(hours: Hours, rows: Sequence[int]) -> Hours:
    """Some of the series."""
    kept = list(rows)
    return Hours(
        [hours.wheres[i] for i in kept], hours.n[kept], hours.cost[kept], hours.square[kept], hours.t0, hours.clock
    )


POINTS = 180
"""Points of a drawn series: one each two or three pixels of a page's width."""


def points(run: Run, hours: Hours, seen: Array, usual: Array, inside: tuple[int, int]) -> list[Point]:
    """One series with its usual level over the interval and four times its length around, summed to at most POINTS."""
    around = max(24, 4 * (inside[1] - inside[0]))
    first, last = max(0, inside[0] - around), min(len(seen), inside[1] + around)
    step = max(1, -(-(last - first) // POINTS))
    return [
        Point(
            at=run.frame.time(hours.t0 + bucket * HOUR),
            value=float(seen[bucket : min(bucket + step, last)].sum()),
            usual=float(usual[bucket : min(bucket + step, last)].sum()),
        )
        for bucket in range(first, last, step)
    ]
