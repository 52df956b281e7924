"""Records that were met before: one row stays, and the ledger counts the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.stage import Stage


@dataclass(frozen=True)
class Merged:
    """What merging did, by source file."""

    duplicates: Counter[str] = field(default_factory=Counter)
    """Records that were met before."""
    folded: Counter[str] = field(default_factory=Counter)
    """Records that are accepted as a part of another and have no row of their own."""


def merge(eng: Engine, stage: Stage) -> Merged:
    """Folds rows of the same trace and id into the first one. Only the files that hold such rows are written again."""
    every = [part for part in (stage.parts(), stage.parts("folded")) if part is not None]
    if not every or not _repeated(eng, every):
        return Merged()
    eng.run(formats.step("repeated"), {"parts": every})
    merged = Merged(_counted(eng, "place > 1 and not folded"), _counted(eng, "place > 1 and folded"))
    for (name,) in eng.con.execute("select distinct part from intake.repeats where not folded").fetchall():
        _rewrite(eng, Path(name))
    stage.append(formats.step("merged").sql)
    stage.drop("folded")
    eng.con.execute("drop table intake.repeats")
    return merged


def _counted(eng: Engine, which: str) -> Counter[str]:
    found = eng.con.execute(f"select source_file, count(*) from intake.repeats where {which} group by all").fetchall()
    return Counter(dict(found))


def _repeated(eng: Engine, parts: Sequence[str]) -> bool:
    """Whether any key occurs twice: a hash first, since most logs have none and 64 bits are cheap to group."""
    eng.con.execute(
        "create or replace table intake.keys as select hash(trace_id, id) as key "
        "from read_parquet($parts, hive_partitioning = false, filename = true) group by key "
        "having count(*) > 1 or bool_or(contains(filename, '/day=folded/'))",
        {"parts": list(parts)},
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
