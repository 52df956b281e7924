"""Lines that are mapped apart from the others: those that will not stay as they are, and those that are otherwise.

They go into parts of their own: only these are written again when refused records go and repeated ones are merged.
"""

from __future__ import annotations

from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.mapping import REFUSED

LINES = "select file, line, body, 0 as ord from stream"
_PLACE = "(file::bigint << 40 | line)"
# `not in` is always looked up line by line: of a join, DuckDB might take the log itself for the side to keep in memory
REST = f"{LINES} where {_PLACE} not in (select {_PLACE} from intake.odd)"
ODD = f"{LINES} where {_PLACE} in (select {_PLACE} from intake.odd where json)"


def prepare(eng: Engine) -> None:
    """Makes the tables: lines looked at beforehand, and those found odd."""
    eng.con.execute("create or replace table intake.odd (file integer, line bigint, json boolean)")
    eng.con.execute(
        "create or replace table intake.marked (file integer, line bigint, json boolean, refused boolean, key ubigint)"
    )


def mark(eng: Engine) -> None:
    """Looks at the lines in `stream`: which are no JSON, which cannot be accepted, and the key of each."""
    eng.con.execute(formats.step("aside").sql)


def set_aside(eng: Engine) -> None:
    """Takes for odd, of all marked lines, what will not stay as it is."""
    eng.con.execute(
        "insert into intake.odd select file, line, json from intake.marked where not json or refused or key in "
        "(select key from intake.marked where json group by key having count(*) > 1)"
    )
    eng.con.execute("delete from intake.marked")


def note(eng: Engine, part: Path) -> bool:
    """Takes for odd the lines in `stream` that a part holds without their content; says whether there are any."""
    found = f"from read_parquet($part) where format = '{REFUSED}'"
    if not eng.con.execute(f"select 1 {found} limit 1", {"part": str(part)}).fetchall():
        return False
    eng.con.execute(
        "insert into intake.odd select s.file, s.line, json_valid(s.body) from stream as s "
        "inner join intake.files as f on s.file = f.file "
        f"semi join (select * {found}) as p on f.label = p.source_file and s.line = p.source_line",
        {"part": str(part)},
    )
    return True


def finish(eng: Engine) -> None:
    """Leaves to `broken` what is no JSON, and forgets the rest, which is mapped."""
    eng.con.execute("insert into intake.broken select file, line from intake.odd where not json")
    eng.con.execute("delete from intake.odd")
