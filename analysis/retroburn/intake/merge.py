"""Records that were met before, or that are a part of another: one row stays, and the ledger counts the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.stage import FOLDED, REFUSED, Stage


@dataclass(frozen=True)
class Merged:
    """What merging did, by source file."""

    duplicates: Counter[str] = field(default_factory=Counter)
    """Records that were met before."""
    folded: Counter[str] = field(default_factory=Counter)
    """Records that are accepted as a part of another and have no row of their own."""


def settle(eng: Engine, stage: Stage) -> Merged:
    """Leaves one row for every trace and id, and none that was refused. Only parts that hold such are rewritten."""
    unfit = stage.unfit()
    merged = Merged()
    repeated = _repeated(eng, stage)
    if repeated:
        eng.run(formats.step("repeated"), {"parts": stage.parts()})
        merged = Merged(
            _counted(eng, "again or (place > 1 and not folded)"), _counted(eng, "place > 1 and folded and not again")
        )
        unfit |= {name for (name,) in eng.con.execute("select distinct part from intake.repeats").fetchall()}
    for part in sorted(unfit):
        stage.replace(Path(part), _STAYS if repeated else _FIT)
    if repeated:
        stage.append(formats.step("merged").sql)
        eng.con.execute("drop table intake.repeats")
    return merged


_FIT = f"p.format <> '{REFUSED}' and not ends_with(p.format, '{FOLDED}')"
_STAYS = f"{_FIT} and not exists (select 1 from intake.repeats as r where r.trace_id = p.trace_id and r.id = p.id)"


def _counted(eng: Engine, which: str) -> Counter[str]:
    found = eng.con.execute(f"select source_file, count(*) from intake.repeats where {which} group by all").fetchall()
    return Counter(dict(found))


def _repeated(eng: Engine, stage: Stage) -> bool:
    """Whether any key occurs twice: a hash first, since most logs have none and 64 bits are cheap to group."""
    if not (parts := stage.parts()):
        return False
    eng.con.execute(
        "create or replace table intake.keys as select hash(trace_id, id) as key "
        f"from read_parquet($parts, hive_partitioning = false) where format <> '{REFUSED}' group by key "
        f"having count(*) > 1 or bool_or(ends_with(format, '{FOLDED}'))",
        {"parts": parts},
    )
    return eng.con.execute("select 1 from intake.keys limit 1").fetchall() != []
