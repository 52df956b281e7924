"""Whether a kind is only a part of something wider: hits that repeat fresh failures, time-outs among many errors.

A kind whose rule comes first stands for the others. Where most of the trouble lies outside it, it does not: the query
`queries/cube/wider_<kind>.sql` says what else goes wrong, and the kind stands behind if that is more.
"""

from __future__ import annotations

from retroburn import assets
from retroburn.detect import cases
from retroburn.detect.candidate import Candidate
from retroburn.detect.frame import Run


def stands_behind(run: Run, candidate: Candidate) -> bool:
    """Whether more than usual goes wrong beside the candidate's rows, in its place and time, than in them."""
    name = f"wider_{candidate.detector.kind}"
    if not (assets.folder("queries") / "cube" / f"{name}.sql").is_file():
        return False
    text, params = cases.condition(candidate.where)
    inside = "s.start >= $a and s.start < $b"
    row = run.engine.rows(
        f"select count(*) filter (where {inside}) as n, count(*) filter (where w.bad and {inside}) as bad, "
        f"count(*) filter (where not ({inside})) as n0, count(*) filter (where w.bad and not ({inside})) as bad0 "
        f"from ({cases.cube(name).sql}) as w "
        "inner join slices as s on w.id = s.id and w.trace_id = s.trace_id and not s.is_baseline "
        f"where {text}",
        {**params, "a": candidate.start, "b": candidate.end or run.frame.end},
    )[0]
    usual = row["bad0"] / row["n0"] if row["n0"] else 0.0
    return bool(row["bad"] - row["n"] * usual > candidate.bad)
