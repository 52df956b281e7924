"""Whether two findings of one kind are one trouble: one that wavers, or whose strongest part was taken out first.

A second finding needs as much evidence as a first. Where one rate, in one slice and from the first beginning to the
last end, explains the cases nearly as well as two do, there is one trouble.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np

from retroburn.detect import cases, where
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.frame import Run

Array = np.ndarray[Any, Any]

BACK = 0.5
"""Part of the evidence for a finding from which the time between two was as usual. It is the longest lull of many, for
the edges of both were set where they stand out most: what one lull does once in a thousand is common in the longest."""

Option = tuple[tuple[Candidate, Candidate], Where, datetime, datetime | None]


@dataclass(frozen=True)
class Parts:
    """Cases and bad ones that are of the first, else of the second, else of neither; inside the joint slice or not."""

    n: Array
    bad: Array


def options(run: Run, found: list[Candidate], needed: float) -> Iterator[Option]:
    """Pairs that one slice and interval explains as well, the best first: the pair, the slice, its start and end."""
    tried = []
    for one, other in combinations(found, 2):
        start, end = min(one.start, other.start), _later(one.end, other.end)
        for place in _places(one.where, other.where):
            loss = _loss(run, one, other, place, BACK * needed)
            if loss < needed:
                tried.append((loss, ((one, other), place, start, end)))
    yield from (option for _, option in sorted(tried, key=lambda pair: pair[0]))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _places(one: Where, other: Where) -> list[Where]:
    """The slices that may be both; none where neither slice holds the other."""
    if one == other:
        return [one]
    smaller, larger = sorted((one, other), key=len)
    return [smaller, larger] if smaller.items() <= larger.items() else []


def _loss(run: Run, one: Candidate, other: Candidate, place: Where, back: float) -> float:
    """How much better (G) two explain the cases than one; without limit where it went `back` to the usual between."""
    start, end = min(one.start, other.start), _later(one.end, other.end) or run.frame.end
    counts = cases.totals(run, place, start, end)
    rate0 = where.usual_of(counts, where.usual_rate(cases.totals(run, {}, start, end)))
    parts = _parts(run, one, other, place)
    between = parts.n[2, 1], parts.bad[2, 1]
    rate = parts.bad[:, 1].sum() / max(parts.n[:, 1].sum(), 1)
    if 2 * (_fit(*between, rate0) - _fit(*between, rate)) > back:
        return float("inf")
    two = sum(_fit(parts.n[i].sum(), parts.bad[i].sum(), None if i < 2 else rate0) for i in range(3))
    joint = _fit(parts.n[:, 1].sum(), parts.bad[:, 1].sum(), None)
    return 2 * (two - joint - _fit(parts.n[:, 0].sum(), parts.bad[:, 0].sum(), rate0))


def _parts(run: Run, one: Candidate, other: Candidate, place: Where) -> Parts:
    """Counts of the cases of either slice, from the first beginning to the last end."""
    texts, params = [], {}
    for name, candidate in (("v", one), ("w", other)):
        text, values = cases.condition(candidate.where, prefix=name)
        params.update(values)
        params |= {f"from_{name}": candidate.start, f"to_{name}": candidate.end or run.frame.end}
        texts.append((text, f'{text} and "at" >= $from_{name} and "at" < $to_{name}'))
    joint, values = cases.condition(place, prefix="j")
    rows = run.engine.rows(
        f"select case when {texts[0][1]} then 0 when {texts[1][1]} then 1 else 2 end as part, "
        f"coalesce({joint}, false)::integer as inside, count(*) as n, count(*) filter (where bad) as bad "
        f"from cases where era = 1 and ({texts[0][0]} or {texts[1][0]}) "
        'and "at" >= least($from_v, $from_w) and "at" < greatest($to_v, $to_w) group by all',
        {**params, **values},
    )
    parts = Parts(np.zeros((3, 2)), np.zeros((3, 2)))
    for row in rows:
        parts.n[row["part"], row["inside"]] = row["n"]
        parts.bad[row["part"], row["inside"]] = row["bad"]
    return parts


def _fit(n: float, bad: float, rate: float | None) -> float:
    """Log-likelihood of counts under a rate, their own where none is given."""
    p = min(max(bad / max(n, 1) if rate is None else rate, 1e-6), 1 - 1e-6)
    return float(bad * np.log(p) + (n - bad) * np.log1p(-p))
