"""Side effects of one cause are one finding: the kind of the first rule that fits stands, the others go into `also`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from retroburn.detect import cases, tell
from retroburn.detect.candidate import Candidate, Where
from retroburn.detect.frame import Run

EXPLAINED = 0.5
"""A finding whose rows are to this part another's is a face of that one."""

WITHIN = 0.9
"""A finding of which this part is another's, and that half of the other's cases at most could be, is told after it."""

MOST_ALSO = 5


def fold(run: Run, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that stand by themselves, each with its side effects in `also`, the strongest first."""
    for candidate in candidates:
        if candidate.keys is None:
            candidate.keys = keys_of(run, candidate.hurt)
    for candidate in candidates:
        candidate.behind = (
            candidate.behind or _explained(candidate, candidates) or _is_smaller(run, candidate, candidates)
        )
    heads: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.behind, c.place, -c.g)):
        head = _cause(run, candidate, heads)
        if head is None:
            candidate.beside = _beside(run, candidate)
            heads.append(candidate)
        elif candidate.detector.kind != head.detector.kind:
            head.also.append(candidate)
    for head in heads:
        head.also = _strongest(head.also)
    return heads


def _strongest(also: list[Candidate]) -> list[Candidate]:
    by_kind: dict[str, Candidate] = {}
    for candidate in sorted(also, key=lambda c: -c.g):
        by_kind.setdefault(candidate.detector.kind, candidate)
    return list(by_kind.values())[:MOST_ALSO]


def keys_of(run: Run, hurt: int) -> np.ndarray[Any, Any]:
    """Sorted hashes of the rows of a set in the table `hurt`."""
    found = run.engine.arrays(
        "select distinct hash(trace_id, id) as key from hurt where candidate = $hurt order by key", {"hurt": hurt}
    )
    return np.asarray(found["key"], dtype=np.uint64)


def _cause(run: Run, candidate: Candidate, heads: list[Candidate]) -> Candidate | None:
    """The earlier finding of which this one is a face: the same rows, or the same place and time."""
    best, most = None, 0.0
    heads = [head for head in heads if not _apart(candidate, head)]
    # a slice that others explain is a face of the one that shares most, be it less than half
    enough = EXPLAINED if not (candidate.least and candidate.behind) else 0.0
    for head in heads:
        # what is no alarm (a campaign's bill) names all there was in its time: to lie in it says nothing
        part = _shared(candidate, head) if head.cap is None else 0.0
        if part >= enough and part > most:
            best, most = head, part
    if best is not None:
        return best
    return next((head for head in heads if _together(run, candidate, head) or _carries(run, candidate, head)), None)


def _apart(candidate: Candidate, head: Candidate) -> bool:
    """Whether two are several troubles of one kind: fields lost where records come twice, not on the copies alone."""
    if candidate.detector.kind != head.detector.kind or candidate.facet == head.facet:
        return False
    return min(_shared(candidate, head), _shared(head, candidate)) < WITHIN


def _shared(candidate: Candidate, head: Candidate) -> float:
    """The part of the candidate's rows that are the head's too, or hurt beside them."""
    if candidate.keys is None or head.keys is None or not len(candidate.keys):
        return 0.0
    both = np.union1d(head.keys, head.beside) if len(head.beside) else head.keys
    return len(np.intersect1d(candidate.keys, both, assume_unique=True)) / len(candidate.keys)


def _explained(part: Candidate, candidates: list[Candidate]) -> bool:
    """Whether another kind leaves a slice too little harm of its own to be seen by itself.

    That kind must lie elsewhere for the most part, or stand out more than all of the slice does: several sorts of harm
    in one slice stand out more together than each of them.
    """
    if not part.least or part.keys is None:
        return False
    kinds: dict[str, list[Candidate]] = {}
    for one in candidates:
        if one.keys is not None and one.detector.kind != part.detector.kind:
            kinds.setdefault(one.detector.kind, []).append(one)
    for found in kinds.values():
        rows = np.unique(np.concatenate([one.keys for one in found if one.keys is not None]))
        both = len(np.intersect1d(rows, part.keys, assume_unique=True))
        clearer = any(one.g > part.g and _shared(one, part) >= EXPLAINED for one in found)
        if len(part.keys) - both < part.least and (both < EXPLAINED * len(rows) or clearer):
            return True
    return False


def _is_smaller(run: Run, part: Candidate, candidates: list[Candidate]) -> bool:
    """Whether bad answers are the smaller part of a wider sort: refusals do not parse where JSON was asked for."""
    return any(
        one.detector.cause == part.detector.cause == "answers"
        and one.keys is not None and part.keys is not None
        # it could befall few of the others: where it could befall all, it is the clearer of two names
        and part.n <= EXPLAINED * one.n
        and _at_once(run, part, one)
        and len(np.intersect1d(one.keys, part.keys, assume_unique=True)) >= WITHIN * len(part.keys)
        for one in candidates
    )  # fmt: skip


def _beside(run: Run, head: Candidate) -> np.ndarray[Any, Any]:
    """Sorted hashes of the rows that the head's cause hurts, though they are no cases of its kind."""
    name = head.detector.head.beside
    if name is None:
        return np.zeros(0, dtype=np.uint64)
    found = run.engine.arrays(f"select distinct hash(trace_id, id) as key from ({cases.cube(name).sql}) order by key")
    return np.asarray(found["key"], dtype=np.uint64)


def _together(run: Run, one: Candidate, other: Candidate) -> bool:
    """Whether two began together in the same place and lasted about as long."""
    if not _at_once(run, one, other):
        return False
    start, end = max(one.start, other.start), min(one.end or run.frame.end, other.end or run.frame.end)
    return _same_place(run, one.where, other.where, start, end) or _pays(run, one, other) or _same_rows(one, other)


def _at_once(run: Run, one: Candidate, other: Candidate) -> bool:
    """Whether two began together and lasted about as long."""
    a, b = (one.start, one.end or run.frame.end), (other.start, other.end or run.frame.end)
    common = (min(a[1], b[1]) - max(a[0], b[0])).total_seconds()
    longer = max((a[1] - a[0]).total_seconds(), (b[1] - b[0]).total_seconds(), 1.0)
    apart = abs((a[0] - b[0]).total_seconds())
    return apart <= max(2 * run.frame.width, 0.1 * longer) and common / longer >= EXPLAINED


def _same_rows(one: Candidate, other: Candidate) -> bool:
    """Whether most rows of the smaller of two are the other's: hits of a wrong key among all that is answered wrong.

    Not of bills and of what comes in, whose rows are all there was in their time.
    """
    rows = {"answers", "dependencies", "state"}
    if not {one.detector.cause, other.detector.cause} <= rows or one.cap is not None or other.cap is not None:
        return False
    return max(_shared(one, other), _shared(other, one)) >= EXPLAINED


def _pays(run: Run, candidate: Candidate, head: Candidate) -> bool:
    """Whether most of a candidate's money went out in the head's slice: a dear canary is seen in the whole bill."""
    if not candidate.cost_usd or candidate.cost_usd <= 0 or not head.where or candidate.where:
        return False
    cost = tell.excess_cost(run, head.where, head.start, head.end or run.frame.end)
    return cost is not None and cost >= EXPLAINED * candidate.cost_usd


def _carries(run: Run, candidate: Candidate, head: Candidate) -> bool:
    """Whether the head's own rows cost so much too much that they are most of a candidate's money.

    Answers that loop are long; where they grow slowly, the bill stands out later than they do, and began elsewhere.
    """
    if not candidate.cost_usd or candidate.cost_usd <= 0:
        return False
    end = candidate.end or run.frame.end
    excess = run.engine.one(
        "select sum(s.cost_usd) - count(s.cost_usd) * "
        "(select avg(cost_usd) from slices where not is_baseline and start < $h) "
        "from (select distinct id, trace_id from hurt where candidate = $hurt) as h "
        "inner join slices as s on h.id = s.id and h.trace_id = s.trace_id "
        "where not s.is_baseline and s.start >= $a and s.start < $b",
        {"hurt": head.hurt, "h": head.start, "a": candidate.start, "b": end},
    )
    return bool(excess is not None and excess >= EXPLAINED * candidate.cost_usd)


def _same_place(run: Run, one: Where, other: Where, start: datetime, end: datetime) -> bool:
    """Whether two slices are the same, or name nearly the same requests."""
    if one == other:
        return True
    if not one or not other:
        return False
    text, params = cases.condition(one)
    text2, params2 = cases.condition(other, prefix="v")
    row = run.engine.rows(
        f"select count(*) filter (where {text} and {text2}) as common, "
        f"count(*) filter (where {text} or {text2}) as either "
        "from slices where not is_baseline and start >= $a and start < $b",
        {**params, **params2, "a": start, "b": end},
    )[0]
    return bool(row["either"]) and row["common"] / row["either"] >= 0.9
