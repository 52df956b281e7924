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
from retroburn.detect.frame import CALLED, FIELDS, Run
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
    """Makes, once a run, what every detector shares: the tables `slices` and `hurt`.

    `slices` has the fields of every request, values too rare for a slice left out; in `hurt` detectors note the rows
    that a finding speaks of. The view `usual_facts` has the requests from which habits are learnt: those of the
    baseline where one was named.
    """
    for schema in schemas:
        with engine.within(schema):
            engine.run(
                f"create or replace table dimensions as {cube('slices').sql}", {"is_baseline": schema == "baseline"}
            )
    union = " union all by name ".join(f"select * from {schema}.dimensions" for schema in schemas)
    engine.run(
        f"create or replace view usual_facts as select *, {schemas[-1] == 'baseline'} as is_baseline "
        f"from {schemas[-1]}.request_facts"
    )
    engine.run(f"create or replace table all_dimensions as {union}")
    engine.run(f"create or replace table slice_values as {cube('slice_values').sql}")
    kept = ", ".join(
        f"case when d.{f} in (select content from slice_values where field = '{f}') then d.{f} end as {f}"
        for f in FIELDS
    )
    engine.run(
        "create or replace table slices as "
        f"select d.id, d.trace_id, d.is_baseline, d.start, d.cost_usd, d.who, {kept} from all_dimensions as d"
    )
    engine.run(
        'create or replace table hurt (candidate integer, id varchar, trace_id varchar, "at" timestamp, value double)'
    )


def collect(run: Run, detector: Detector, params: Mapping[str, Any], baseline: bool) -> int:
    """Fills the table `cases` with what the detector says; returns how many there are inside the window.

    `era` is 1 where findings are looked for, 0 for what is only compared with. `by_itself` is false for a bad case that
    is none where it has always been so: it counts where its share rises. A case has the fields of its request, except
    for a `model` and `provider` of its own: who failed it, where another answered in the end.
    """
    frame, engine = run.frame, run.engine
    run.cause = detector.cause
    engine.run(
        'create or replace temp table cases (id varchar, trace_id varchar, "at" timestamp, bad boolean, value double, '
        f"by_itself boolean, era integer, who varchar, {', '.join(f'{name} varchar' for name in FIELDS)})"
    )
    for is_baseline in [False, True] if baseline else [False]:
        with engine.within("baseline" if is_baseline else "main"):
            engine.run(_insert(detector.query.sql, is_baseline), {**params, "start": frame.start, "end": frame.end})
    return int(engine.one("select count(*) from cases where era = 1"))


def _insert(select: str, is_baseline: bool) -> str:
    era = "0" if is_baseline else 'case when c."at" >= $start then 1 else 0 end'
    late = "" if is_baseline else 'and c."at" < $end'
    known = "(select content from slice_values where field = '{0}')"
    fields = ", ".join(
        f"case when c.{f} in {known.format(f)} then c.{f} else s.{f} end" if f in CALLED else f"s.{f}" for f in FIELDS
    )
    own = ", ".join(f"null::varchar as {f}" for f in sorted(CALLED))
    return (
        f'insert into cases select c.id, c.trace_id, c."at", c.bad, c.value::double, '
        f"coalesce(c.by_itself, true), {era}, s.who, {fields} "
        f"from (select *, null as value, null::boolean as by_itself, {own} from (select 1) where false "
        f"union all by name ({select}\n)) as c "
        "left join slices as s on c.id = s.id and c.trace_id = s.trace_id "
        f"and s.is_baseline = {str(is_baseline).lower()} where c.bad is not null and c.id is not null {late}"
    )


def any_bad(run: Run) -> bool:
    """Whether there is a bad case where findings are looked for."""
    return bool(run.engine.one("select exists (from cases where bad and era = 1)"))


def grid(run: Run) -> Grid:
    """Counts by slice and bucket, all cases first; slices of no use (fewer than 20 cases, nothing bad) left out."""
    frame = run.frame
    found = run.engine.rows(cube("counts"), {"t0": frame.t0, "width": frame.width})
    # place 0 is all
    wheres = [{FIELDS[row["place"] - 1]: row["content"]} if row["place"] else {} for row in found] or [{}]
    n, bad = np.zeros((len(wheres), frame.buckets + 1)), np.zeros((len(wheres), frame.buckets + 1))
    n0, bad0 = np.zeros(len(wheres)), np.zeros(len(wheres))
    for i, row in enumerate(found):
        n0[i], bad0[i] = row["n0"], row["bad0"]
        if row["buckets"] is not None:
            n[i, row["buckets"]], bad[i, row["buckets"]] = row["n"], row["bad"]
    return Grid(wheres, n, bad, n0, bad0)


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
    cut = [(slice_of(row, names), row) for row in found]
    return [
        Cell(dict(place), row["n_"], row["bad_"], row["n0_"], row["bad0_"]) for place, row in cut if place is not None
    ]


def slice_of(row: Mapping[str, Any], names: Iterable[str]) -> tuple[tuple[str, str], ...] | None:
    """The slice that a row of grouping sets counts, by its flags `g_NAME`; None where a field's value was not said."""
    place = tuple((name, row[name]) for name in names if row[f"g_{name}"] == 0)
    return None if any(value is None for _, value in place) else place


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


def keep(run: Run) -> None:
    """Keeps the cases as they are, before anything is taken out of them."""
    run.engine.run("create or replace temp table kept_cases as select * from cases")


def restore(run: Run) -> None:
    """Puts back all that was taken out since they were kept."""
    run.engine.run("create or replace temp table cases as select * from kept_cases")


def only_by_themselves(run: Run) -> None:
    """Takes what is bad only where it rises for good."""
    run.engine.run("update cases set bad = false where bad and not by_itself")
