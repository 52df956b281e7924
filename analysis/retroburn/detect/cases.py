"""The cases of one detector: a table of units, good and bad, with the fields that may confine them; and its counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np

from retroburn import assets, header
from retroburn.detect.candidate import Where
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import FIELDS, Run
from retroburn.engine import Engine
from retroburn.stats.slices import Cell

Array = np.ndarray[Any, Any]
_COLUMNS = ", ".join(FIELDS)


@dataclass(frozen=True)
class Grid:
    """Counts of rows (all, then one slice each) by bucket, and of each row's reference."""

    wheres: list[dict[str, str]]
    n: Array
    bad: Array
    n0: Array
    bad0: Array


def cube(name: str) -> header.Query:
    """The query `queries/cube/<name>.sql`."""
    return header.read(assets.folder("queries") / "cube" / f"{name}.sql")


def prepare(engine: Engine, schemas: Sequence[str]) -> None:
    """Makes the table `slices` (once a run): the fields of every request, values too rare for a slice left out."""
    for schema in schemas:
        with engine.within(schema):
            engine.run(
                f"create or replace table dimensions as {cube('slices').sql}", {"is_baseline": schema == "baseline"}
            )
    union = " union all by name ".join(f"select * from {schema}.dimensions" for schema in schemas)
    engine.run(f"create or replace temp table all_dimensions as {union}")
    engine.run(f"create or replace temp table slice_values as {cube('slice_values').sql}")
    kept = ", ".join(
        f"case when d.{f} in (select content from slice_values where field = '{f}') then d.{f} end as {f}"
        for f in FIELDS
    )
    engine.run(
        "create or replace temp table slices as "
        f"select d.id, d.trace_id, d.is_baseline, d.start, d.cost_usd, {kept} from all_dimensions as d"
    )
    engine.run(
        "create or replace temp table hurt "
        '(candidate integer, id varchar, trace_id varchar, "at" timestamp, value double)'
    )


def collect(run: Run, detector: Detector, params: Mapping[str, Any], baseline: bool) -> int:
    """Fills the table `cases` with what the detector says; returns how many there are inside the window.

    `era` is 1 where findings are looked for, 0 for what is only compared with.
    """
    frame, engine = run.frame, run.engine
    run.cause = detector.cause
    engine.run(
        'create or replace temp table cases (id varchar, trace_id varchar, "at" timestamp, bad boolean, value double, '
        f"era integer, {', '.join(f'{name} varchar' for name in FIELDS)})"
    )
    for is_baseline in [False, True] if baseline else [False]:
        with engine.within("baseline" if is_baseline else "main"):
            engine.run(_insert(detector.query.sql, is_baseline), {**params, "start": frame.start, "end": frame.end})
    return int(engine.one("select count(*) from cases where era = 1"))


def _insert(select: str, is_baseline: bool) -> str:
    era = "0" if is_baseline else 'case when c."at" >= $start then 1 else 0 end'
    late = "" if is_baseline else 'and c."at" < $end'
    fields = ", ".join(f"s.{f}" for f in FIELDS)
    return (
        f'insert into cases select c.id, c.trace_id, c."at", c.bad, c.value::double, {era}, {fields} '
        f"from (select *, null as value from (select 1) where false union all by name ({select}\n)) as c "
        "left join slices as s on c.id = s.id and c.trace_id = s.trace_id "
        f"and s.is_baseline = {str(is_baseline).lower()} where c.bad is not null and c.id is not null {late}"
    )


def grid(run: Run) -> Grid:
    """Counts by slice and bucket, slices of no use (fewer than 20 cases, or nothing bad) left out."""
    frame = run.frame
    found = run.engine.arrays(cube("counts"), {"t0": frame.t0, "width": frame.width})
    cut, content = found["cut"], found["content"]
    whole = (1 << len(FIELDS)) - 1
    names = {whole - (1 << (len(FIELDS) - 1 - i)): name for i, name in enumerate(FIELDS)}
    keys: dict[tuple[int, str | None], int] = {(whole, None): 0}
    rows = np.full(len(cut), -1)
    # plain lists: a masked array would be asked a million times, and slowly
    for i, (key, value) in enumerate(zip(cut.tolist(), content.tolist(), strict=True)):
        if key == whole:
            rows[i] = 0
        elif value is not None:
            rows[i] = keys.setdefault((key, str(value)), len(keys))
    wheres = [{} if value is None else {names[key]: value} for key, value in keys]
    return _filled(found, rows, wheres, frame.buckets + 1)


def _filled(found: Mapping[str, Array], rows: Array, wheres: list[dict[str, str]], buckets: int) -> Grid:
    searched = (found["era"] == 1) & (rows >= 0)
    usual = (found["era"] == 0) & (rows >= 0)
    n, bad = np.zeros((len(wheres), buckets)), np.zeros((len(wheres), buckets))
    n0, bad0 = np.zeros(len(wheres)), np.zeros(len(wheres))
    place = np.ma.filled(found["bucket"], 0).astype(int)
    np.add.at(n, (rows[searched], place[searched]), found["n"][searched])
    np.add.at(bad, (rows[searched], place[searched]), found["bad"][searched])
    np.add.at(n0, rows[usual], found["n"][usual])
    np.add.at(bad0, rows[usual], found["bad"][usual])
    useful = (n.sum(axis=1) >= 20) & (bad.sum(axis=1) > 0)
    useful[0] = True
    kept = np.flatnonzero(useful)
    return Grid([wheres[i] for i in kept], n[kept], bad[kept], n0[kept], bad0[kept])


def condition(where: Mapping[str, str | list[str]], prefix: str = "w") -> tuple[str, dict[str, Any]]:
    """A slice as an SQL condition over fields of our own list, its values as parameters."""
    parts, params = ["true"], {}
    for i, (name, value) in enumerate(sorted(where.items())):
        if name not in FIELDS:
            raise ValueError(f"{name} is not a field that confines")
        params[f"{prefix}{i}"] = value if isinstance(value, list) else [value]
        parts.append(f"list_contains(${prefix}{i}, {name})")
    return " and ".join(parts), params


def totals(run: Run, where: Where, start: datetime, end: datetime) -> Cell:
    """Counts of one slice inside an interval, and of its reference."""
    text, params = condition(where)
    inside = 'era = 1 and "at" >= $a and "at" < $b'
    rest = f"(era = 0 or ($outside and not ({inside})))"
    row = run.engine.rows(
        f"select count(*) filter (where {inside}) as n, count(*) filter (where bad and {inside}) as bad, "
        f"count(*) filter (where {rest}) as n0, count(*) filter (where bad and {rest}) as bad0 from cases where {text}",
        {**params, "a": start, "b": end, "outside": run.frame.outside_is_reference},
    )[0]
    return Cell({}, row["n"], row["bad"], row["n0"], row["bad0"])


def cells(run: Run, start: datetime, end: datetime, groups: Iterable[tuple[str, ...]]) -> list[Cell]:
    """Counts of every slice of the named groups of fields inside an interval, and of its reference."""
    listed = list(groups)
    if not listed:
        return []
    names = sorted({name for group in listed for name in group})
    sets = ", ".join(f"({', '.join(group)})" for group in listed)
    grouped = ", ".join(f"grouping({name}) as g_{name}" for name in names)
    inside = 'era = 1 and "at" >= $a and "at" < $b'
    found = run.engine.rows(
        f"select {', '.join(names)}, {grouped}, count(*) filter (where {inside}) as n_, "
        f"count(*) filter (where bad and {inside}) as bad_, "
        f"count(*) filter (where era = 0 or ($outside and not ({inside}))) as n0_, "
        f"count(*) filter (where bad and (era = 0 or ($outside and not ({inside})))) as bad0_ "
        f"from cases group by grouping sets ({sets}) having bad_ > 0",
        {"a": start, "b": end, "outside": run.frame.outside_is_reference},
    )
    out = []
    for row in found:
        where = {name: row[name] for name in names if row[f"g_{name}"] == 0}
        if all(value is not None for value in where.values()):
            out.append(Cell(where, row["n_"], row["bad_"], row["n0_"], row["bad0_"]))
    return out


def pairs(fields: Iterable[str]) -> list[tuple[str, ...]]:
    """Every pair of fields, each in the order of FIELDS."""
    return list(combinations([f for f in FIELDS if f in set(fields)], 2))


def sequence(run: Run, where: Where, start: datetime, end: datetime) -> tuple[Array, Array]:
    """The searched cases of a slice in order of time: seconds since 1970, and 1 where bad."""
    text, params = condition(where)
    found = run.engine.arrays(
        f'select epoch("at") as seconds, bad::integer as bad from cases where era = 1 and {text} '
        'and "at" >= $a and "at" < $b order by "at", id',
        {**params, "a": start, "b": end},
    )
    return found["seconds"], found["bad"]


def keep_hurt(run: Run, where: Where, start: datetime, end: datetime) -> int:
    """Notes the bad cases of a slice and an interval in the table `hurt`; returns the number of the set."""
    text, params = condition(where)
    run.hurt += 1
    run.engine.run(
        f'insert into hurt select $hurt, id, trace_id, "at", value from cases where bad and era = 1 and {text} '
        'and "at" >= $a and "at" < $b',
        {**params, "a": start, "b": end, "hurt": run.hurt},
    )
    return run.hurt


def remove(run: Run, where: Where, start: datetime, end: datetime) -> None:
    """Takes a found interval out of the cases, so that what is left can be searched again."""
    text, params = condition(where)
    run.engine.run(
        f'delete from cases where era = 1 and {text} and "at" >= $a and "at" < $b', {**params, "a": start, "b": end}
    )
