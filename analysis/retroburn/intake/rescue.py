"""Records that an importer cannot map: found by halving, so that one of them does not cost the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from retroburn.engine import Engine

UNMAPPABLE = (duckdb.DataError, duckdb.InvalidInputException)
"""What a value raises that no importer foresaw; a lack of memory or a wrong query is none of these."""
REASON = "cannot be mapped"
# each look maps a part of the records once more: after so many, what is left unsettled is refused together
_LOOKS = 100


def refuse(eng: Engine, copy: Callable[[Path], None], trial: Path) -> list[tuple[int, int, str, str]]:
    """Leaves in `stream` what can be mapped; gives the records that cannot: file, line, reason and text.

    `copy` maps what is in `stream` into a file and raises where it cannot.
    """
    # what is no JSON is entered elsewhere: it may be no UTF-8 either, which no table takes
    eng.con.execute(
        "create or replace temp table held as "
        "select row_number() over () as place, * from stream where json_valid(body)"
    )
    eng.con.unregister("stream")
    last = int(eng.one("select count(*) from held"))
    eng.con.execute("create or replace temp table unfit (place bigint)")
    for first, end in _unfit(eng, copy, trial, last):
        eng.con.execute("insert into unfit select unnest(range(?, ?))", [first, end])
    _show(eng, "place not in (select u.place from unfit as u)")
    rows = eng.con.execute(
        "select file, line, $reason, encode(body::varchar) from held where place in (select place from unfit) "
        "order by file, line",
        {"reason": REASON},
    ).fetchall()
    return [(file, line, reason, bytes(body[:2000]).decode("utf-8", "replace")) for file, line, reason, body in rows]


def done(eng: Engine) -> None:
    """Forgets what `refuse` held."""
    eng.con.execute("drop view if exists temp.stream")
    eng.con.execute("drop table if exists temp.held")
    eng.con.execute("drop table if exists temp.unfit")


def _unfit(eng: Engine, copy: Callable[[Path], None], trial: Path, last: int) -> Iterator[tuple[int, int]]:
    """Ranges of places that cannot be mapped, end excluded."""
    waiting, looks = [(1, last + 1)], 0
    while waiting:
        first, end = waiting.pop()
        if looks >= _LOOKS:
            yield first, end
            continue
        looks += 1
        _show(eng, f"place >= {first} and place < {end}")
        if _maps(copy, trial):
            continue
        if end - first == 1:
            yield first, end
        else:
            middle = (first + end) // 2
            waiting += [(middle, end), (first, middle)]


def _maps(copy: Callable[[Path], None], trial: Path) -> bool:
    try:
        copy(trial)
    except UNMAPPABLE:
        return False
    finally:
        trial.unlink(missing_ok=True)
    return True


def _show(eng: Engine, which: str) -> None:
    eng.con.execute(f"create or replace temp view stream as select file, line, body from held where {which}")
