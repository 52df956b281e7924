"""Records that were met before: one row stays, and the ledger counts the others."""

from __future__ import annotations

from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.stage import Stage


def merge(eng: Engine, stage: Stage) -> dict[str, int]:
    """Folds rows of the same trace and id into the first, and gives the number folded away by source file.

    Only the files that hold such rows are written again.
    """
    every = stage.parts()
    if every is None or not _repeated(eng, every):
        return {}
    eng.run(formats.step("repeated"), {"parts": every})
    counted = eng.rows("select source_file, count(*) as n from intake.repeats where place > 1 group by all")
    for (name,) in eng.con.execute("select distinct part from intake.repeats").fetchall():
        _rewrite(eng, Path(name))
    stage.append(formats.step("merged").sql)
    eng.con.execute("drop table intake.repeats")
    return {row["source_file"]: row["n"] for row in counted}


def _repeated(eng: Engine, parts: str) -> bool:
    """Whether any key occurs twice: a hash first, since most logs have none and 64 bits are cheap to group."""
    eng.con.execute(
        "create or replace table intake.keys as select hash(trace_id, id) as key "
        "from read_parquet(?, hive_partitioning = false) group by key having count(*) > 1",
        [parts],
    )
    return eng.con.execute("select 1 from intake.keys limit 1").fetchall() != []


def _rewrite(eng: Engine, part: Path) -> None:
    """One file without the rows that are merged."""
    rest = part.with_suffix(".tmp")
    eng.con.execute(
        f"copy (select * from read_parquet('{part}', hive_partitioning = false) as p where not exists "
        "(select 1 from intake.repeats as r where r.trace_id = p.trace_id and r.id = p.id)) "
        f"to '{rest}' (format parquet)"
    )
    rest.replace(part)
