"""Records that were met before, or that are a part of another: one row stays, and the ledger counts the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.mapping import FOLDED, REFUSED
from retroburn.intake.stage import Stage


@dataclass(frozen=True)
class Merged:
    """What merging did, by source file."""

    duplicates: Counter[str] = field(default_factory=Counter)
    """Records that were met before."""
    folded: Counter[str] = field(default_factory=Counter)
    """Records that are accepted as a part of another and have no row of their own."""
    unplaced: list[tuple[str, int, int, str]] = field(default_factory=list)
    """Source file, how many parts of records that are not there, the first one's line, and what it names."""


def settle(eng: Engine, stage: Stage) -> Merged:
    """Leaves one row for every trace and id, and none that was refused. Only parts that hold such are rewritten."""
    if stage.has_hex_ids:
        _respell(eng, stage)
    unfit = stage.unfit()
    merged = Merged()
    repeated = _repeated(eng, stage)
    if repeated:
        eng.run(formats.step("repeated"), {"parts": repeated})
        merged = Merged(
            _counted(eng, "again or (place > 1 and not folded)"),
            _counted(eng, "place > 1 and folded and not again"),
            eng.con.execute(formats.step("unplaced").sql).fetchall(),
        )
        unfit |= {name for (name,) in eng.con.execute("select distinct part from intake.repeats").fetchall()}
    for part in sorted(unfit):
        stage.replace(Path(part), _STAYS if repeated else _FIT)
    if repeated:
        stage.append(formats.step("merged").sql)
        if merged.unplaced:
            stage.set_waiting(formats.step("waiting").sql)
        eng.con.execute("drop table intake.repeats")
    return merged


_FIT = f"p.format <> '{REFUSED}' and not ends_with(p.format, '{FOLDED}')"
_STAYS = f"{_FIT} and not exists (select 1 from intake.repeats as r where r.trace_id = p.trace_id and r.id = p.id)"


_OF_TWO = "lower(p.trace_id) in (select s.trace from intake.spellings as s)"
_LOWER = (
    "case when {mixed} and regexp_full_match({name}, '[0-9a-fA-F]{{16}}|[0-9a-fA-F]{{32}}') "
    "then lower({name}) else {name} end as {name}"
)


def _respell(eng: Engine, stage: Stage) -> None:
    """Writes ids of traces that the log spells in two ways in one: they would not join."""
    if not (parts := stage.parts()):
        return
    eng.run(formats.step("spellings"), {"parts": parts})
    query = (
        "select distinct filename from read_parquet($parts, hive_partitioning = false, filename = true) as p "
        f"where {_OF_TWO}"
    )
    respelled = ", ".join(_LOWER.format(mixed=_OF_TWO, name=name) for name in ("trace_id", "id", "parent_id"))
    for (name,) in eng.con.execute(query, {"parts": parts}).fetchall():
        stage.replace(Path(name), "true", taken=f"* replace ({respelled})")
    eng.con.execute("drop table intake.spellings")


def _counted(eng: Engine, which: str) -> Counter[str]:
    found = eng.con.execute(f"select source_file, count(*) from intake.repeats where {which} group by all").fetchall()
    return Counter(dict(found))


def _repeated(eng: Engine, stage: Stage) -> list[str]:
    """The parts in which keys stand that occur twice: by a hash, since most logs have none and it is cheap to group.

    A folded record may belong to a span of any part.
    """
    if not (parts := stage.parts()):
        return []
    eng.con.execute(
        "create or replace table intake.keys as select hash(trace_id, id) as key, "
        f"bool_or(ends_with(format, '{FOLDED}')) as folded "
        f"from read_parquet($parts, hive_partitioning = false) where format <> '{REFUSED}' group by key "
        "having count(*) > 1 or folded",
        {"parts": parts},
    )
    found = eng.con.execute("select folded from intake.keys order by folded desc limit 1").fetchall()
    if not found or found[0][0]:
        return parts if found else []
    query = (
        "select distinct filename from read_parquet($parts, hive_partitioning = false, filename = true) "
        "where hash(trace_id, id) in (select key from intake.keys) order by filename"
    )
    return [name for (name,) in eng.con.execute(query, {"parts": parts}).fetchall()]
