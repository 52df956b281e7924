"""The rows behind a condition over `requests`: counted in SQL, and as codes for the search over slices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from retroburn.detect.frame import Run
from retroburn.errors import QueryError, did_you_mean
from retroburn.stats import contrast
from retroburn.stats.contrast import Column, Counts, Table, Term

ROWS = 300_000
"""Rows searched: a slice of one in two hundred still has 1,500 of them."""
VALUES = 60
"""Values of a field that are told apart, those with the most bad rows first. A field with more is not combined."""
FEW_NUMBERS = 12
"""A number with so few different values (hits, retries) is told by them; with more, by how large it is."""
POINTS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995)
"""Parts of the rows below the edges of a number: finer at its ends, where trouble is."""


class Asked:
    """The table `asked`: whether a condition fits each request, and the fields it may be cut by.

    Requests of which that cannot be told are left out. `era` is 1 for those asked about, 0 for those to compare with.
    """

    def __init__(self, run: Run, condition: str, text: bool, fields: Sequence[str], params: Mapping[str, Any]) -> None:
        """`text`: whether the condition reads input or output. Raises QueryError for what is no condition."""
        self._engine = run.engine
        kinds = _kinds(run)
        self._numbers = {name for name in fields if _is_number(kinds.get(name, ""))}
        columns = ", ".join(f"{self._value(name)} as {_quoted(name)}" for name in fields)
        given = {**params, "zone_": run.zone, "a_": run.frame.start, "b_": run.frame.end}
        self._engine.run("drop table if exists asked")
        for number, (schema, era, inside) in enumerate(_eras(run)):
            with self._engine.within(schema):
                self._put(
                    f"select ({condition}\n) as bad, {era} as era, hash(trace_id, id) as h, {columns} "
                    f"from {rows_of(schema, text)} as requests where {inside}",
                    number == 0,
                    given,
                )

    def _value(self, name: str) -> str:
        if name == "hour":
            return "hour(timezone($zone_, timezone('UTC', requests.start)))::varchar"
        if name == "model":  # a failed call has no model that answered, so it counts for the one that was asked for
            return "coalesce(requests.model, requests.model_requested)"
        return f"requests.{_quoted(name)}::{'double' if name in self._numbers else 'varchar'}"

    def _put(self, query: str, first: bool, given: Mapping[str, Any]) -> None:
        head = "create temp table asked as" if first else "insert into asked by name"
        try:
            self._engine.run(f"{head} select * from ({query}) where bad is not null", given)
            if self._engine.one("select typeof(bad) from asked limit 1") not in {None, "BOOLEAN"}:
                raise QueryError("That is a value, not a condition. Compare it with something: status = 'error'.")
        except duckdb.BinderException as error:
            raise QueryError(reworded(str(error))) from None
        except duckdb.Error as error:
            raise QueryError(f"The condition cannot be answered: {str(error).splitlines()[0]}") from None

    def columns(self, fields: Sequence[str]) -> list[Column]:
        """The fields with what can be told apart in each; those in which nothing can are left out."""
        found = []
        for name in fields:
            many = 0
            if name in self._numbers:
                many = self._engine.one(f"select approx_count_distinct({_quoted(name)}) from asked")
            found.append(self._bins(name) if many > FEW_NUMBERS else self._contents(name))
        return [column for column in found if column.tried]

    def _bins(self, name: str) -> Column:
        edges = self._engine.one(
            f"select quantile_disc({_quoted(name)}, $points::double[]) from asked "
            f"where {_quoted(name)} is not null and ($all or h < $part::ubigint)",
            {"points": list(POINTS), **_part(self._engine.one("select count(*) from asked"))},
        )
        kept = tuple(sorted({float(f"{edge:.3g}") for edge in edges or []}))
        return Column(name, kept, 2 * len(kept), numeric=True)

    def _contents(self, name: str) -> Column:
        rows = self._engine.rows(
            f"select {_quoted(name)} as content, count(*) over () as tried from asked "
            f"where {_quoted(name)} is not null "
            "group by content having count(*) filter (where era = 1) >= $fewest "
            "order by count(*) filter (where bad and era = 1) desc, count(*) desc, content limit $most",
            {"fewest": contrast.FEWEST, "most": VALUES},
        )
        contents = tuple(f"{r['content']:g}" if name in self._numbers else str(r["content"]) for r in rows)
        tried = rows[0]["tried"] if rows else 0
        return Column(name, contents, tried, alone=tried > VALUES or name == "hour")

    def table(self, columns: Sequence[Column]) -> Table:
        """The rows as codes: all of them or, of more than ROWS, a sample of bad and of good ones by hash."""
        joins, params = [], {}
        for i, column in enumerate(columns):
            if not column.numeric:
                params[f"v{i}"] = list(column.contents)
                content = "content::double" if column.name in self._numbers else "content"
                joins.append(
                    f"left join (select unnest($v{i}::varchar[]) as content, "
                    f"unnest(range(1, {len(column.contents) + 1})) as code) as v{i} "
                    f"on v{i}.{content} = a.{_quoted(column.name)}"
                )
        picked = ", ".join(
            f"a.{_quoted(column.name)} as c{i}" if column.numeric else f"coalesce(v{i}.code, 0) as c{i}"
            for i, column in enumerate(columns)
        )
        parts, factors = [], []
        for era, bad in ((1, True), (1, False), (0, True), (0, False)):
            which = {"era": era, "bad": bad}
            count = self._engine.one("select count(*) from asked where era = $era and bad = $bad", which)
            found = self._engine.arrays(
                f"select {picked} from asked as a {' '.join(joins)} "
                "where a.era = $era and a.bad = $bad and ($all or a.h < $part::ubigint)",
                {**params, **which, **_part(2 * count)},
            )
            coded = [_codes(found[f"c{i}"], column) for i, column in enumerate(columns)]
            parts.append(np.array(coded, dtype=np.int16).reshape(len(columns), -1))
            factors.append(count / max(parts[-1].shape[1], 1))
        some = 4 if parts[2].shape[1] + parts[3].shape[1] else 2
        return Table(tuple(columns), tuple(parts[:some]), tuple(factors[:some]))

    def counts(
        self, slices: Sequence[tuple[Term, ...]], taken: Sequence[tuple[Term, ...]] = ()
    ) -> tuple[Counts, Counts]:
        """The rows in any of the slices, and all rows, exactly; those in slices `taken` before are left out."""
        params: dict[str, Any] = {}
        inside = " or ".join(self._where(terms, f"s{i}_", params) for i, terms in enumerate(slices)) or "false"
        before = " or ".join(self._where(terms, f"t{i}_", params) for i, terms in enumerate(taken)) or "false"
        told = ", ".join(
            f"count(*) filter (where era = {era}{' and bad' if bad else ''}{' and held' if held else ''})"
            for held in (True, False)
            for era in (1, 0)
            for bad in (False, True)
        )
        row = (
            self._engine.run(
                f"select {told} from (select era, bad, coalesce({inside}, false) as held from asked "
                f"where not coalesce({before}, false))",
                params,
            ).fetchone()
            or (0,) * 8
        )
        numbers = [np.float64(one) for one in row]
        return Counts(*numbers[:4]), Counts(*numbers[4:])

    def _where(self, terms: Sequence[Term], prefix: str, params: dict[str, Any]) -> str:
        """A slice as a condition over `asked`, its values put into `params`."""
        parts = []
        for i, term in enumerate(terms):
            params[f"{prefix}{i}"] = term.content
            kind = "double" if term.field in self._numbers else "varchar"
            parts.append(f"{_quoted(term.field)} {term.is_} ${prefix}{i}::{kind}")
        return f"({' and '.join(parts)})"


def _eras(run: Run) -> list[tuple[str, int, str]]:
    """What is asked about (1), and what it is compared with (0): schema, era, and which of its rows."""
    asked = [("main", 1, "start >= $a_ and start < $b_")]
    if run.frame.how == "source":
        return [*asked, ("baseline", 0, "true")]
    return [*asked, ("main", 0, "start < $a_")] if run.frame.how == "until" else asked


def rows_of(schema: str, text: bool) -> str:
    """The requests to read; the view that carries text only where text is asked for."""
    return (
        f"{schema}.requests"
        if text
        else f'(select *, start as start_time, "end" as end_time from {schema}.request_facts)'
    )


def reworded(message: str) -> str:
    """DuckDB's word on a column there is none of, with the nearest that there is."""
    found = re.search(r'column "?([^"\s]+)"? not found', message)
    near = re.findall(r'"([^"]+)"', message.partition("Candidate bindings:")[2].partition("\n")[0])
    if not found:
        return f"The condition cannot be answered: {message.splitlines()[0]}"
    return f"requests have no column {found[1]}. {did_you_mean(found[1], [name.split('.')[-1] for name in near])}"


def _kinds(run: Run) -> dict[str, str]:
    rows = run.engine.rows(
        "select column_name as name, data_type as kind from duckdb_columns() "
        "where table_name = 'request_facts' and schema_name = 'main' and database_name = current_database()"
    )
    return {row["name"]: row["kind"] for row in rows}


def _is_number(kind: str) -> bool:
    return kind.startswith(("DECIMAL", "DOUBLE", "FLOAT", "INTEGER")) or kind.endswith("INT")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _part(rows: int) -> dict[str, Any]:
    """Which of so many rows a sample of ROWS takes, by their hash."""
    return {"all": rows <= ROWS, "part": min(int(ROWS / max(rows, 1) * 2**64), 2**64 - 1)}


def _codes(found: Any, column: Column) -> Any:
    if not column.numeric:
        return np.ma.filled(found, 0)
    values = np.ma.filled(found.astype(float), np.nan)
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(np.array(column.contents), values, side="right"))
