"""How often a condition over `requests` holds: per bucket of time, and inside a box of it. Counts only, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb

from retroburn.ask.rows import reworded, rows_of
from retroburn.detect.frame import Run
from retroburn.errors import QueryError
from retroburn.findings import Point


def points(run: Run, condition: str, text: bool) -> list[Point]:
    """The share of the requests that fit, one point a bucket; a bucket without a request has no share.

    `text`: whether the condition reads input or output. Raises QueryError for what is no condition.
    """
    step, t0 = run.frame.width, run.frame.t0
    found = _rows(
        run,
        "select floor((epoch(start) - $t0) / $step)::bigint as bucket, count(*) as n, "
        f"count(*) filter (where bad) as bad from ({_told(condition, text)}) group by bucket order by bucket",
        {"t0": t0, "step": step},
    )
    by = {int(row["bucket"]): row for row in found}
    if not by:
        return []
    return [Point(at=run.frame.time(t0 + i * step), **_share(by.get(i))) for i in range(min(by), max(by) + 1)]


def _share(row: dict[str, Any] | None) -> dict[str, Any]:
    return {"n": row["n"], "bad": row["bad"], "value": row["bad"] / row["n"]} if row else {"n": 0, "bad": 0}


def counts(
    run: Run, condition: str, text: bool, box: tuple[datetime, datetime], params: Mapping[str, Any]
) -> dict[str, int]:
    """Requests inside and outside a box, and how many of each fit: `n`, `bad`, `others`, `bad_others`."""
    inside = "start >= $c and start < $d"
    row = _rows(
        run,
        f"select count(*) filter (where {inside}) as n, count(*) filter (where bad and {inside}) as bad, "
        f"count(*) filter (where not ({inside})) as others, "
        f"count(*) filter (where bad and not ({inside})) as bad_others "
        f"from ({_told(condition, text)})",
        {**params, "c": box[0], "d": max(box[1], box[0] + timedelta(microseconds=1))},
    )
    return {name: int(count) for name, count in row[0].items()}


def _told(condition: str, text: bool) -> str:
    """The requests of the window with whether they fit; those of which that cannot be told are left out.

    The condition was looked at by the guard.
    """
    return (
        f"select start, bad from (select start, ({condition}\n) as bad from {rows_of('main', text)} as requests "
        "where start >= $a_ and start < $b_) where bad is not null"
    )


def _rows(run: Run, query: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return run.engine.rows(query, {**params, "a_": run.frame.start, "b_": run.frame.end})
    except duckdb.BinderException as error:
        raise QueryError(reworded(str(error))) from None
    except duckdb.Error as error:
        raise QueryError(f"The condition cannot be answered: {str(error).splitlines()[0]}") from None
