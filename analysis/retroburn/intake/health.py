"""What a log is worth: one fact a file in `queries/health/`, each with its sentence in every language of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from retroburn import assets, header
from retroburn.engine import Engine
from retroburn.intake.ledger import Fact, Ledger, Result
from retroburn.intake.zones import Written

_LANGUAGE = "en"
_READ, _CHECKED, _CUT_SHORT = "read", "checked", "cut_short"


def of_read(eng: Engine, ledger: Ledger, schema: str, tz: str) -> list[Fact]:
    """The facts on what was read into a schema; none for a log with nothing to say about."""
    _enter(eng, ledger, tz)
    for query in _made():
        eng.run(query.sql.replace("$schema", schema))
    found = _facts(eng, _READ, schema)
    for name in ("ledger", "unplaced", *(query.name for query in _made())):
        eng.con.execute(f"drop table temp.{name}")
    return sorted([*found, *of_files(ledger.result)], key=lambda fact: _order(fact.fact))


def of_files(result: Result) -> list[Fact]:
    """The facts on files that could not be read to their end, whatever they hold."""
    return [_fact(_CUT_SHORT, {"told": told}) for told in result.partial]


def of_check(eng: Engine, lacks: Sequence[tuple[str, Sequence[str]]], no_past: float | None = None) -> list[Fact]:
    """The facts on a check: kinds that could not be looked for, each with the fields that any one of would do.

    `no_past`: hours of a young log that has nothing to compare with.
    """
    eng.con.execute("create or replace temp table lacks (kind varchar, fields varchar[])")
    if lacks:
        eng.con.executemany("insert into lacks values (?, ?)", [[kind, list(fields)] for kind, fields in lacks])
    eng.con.execute("create or replace temp table no_past as select ?::double as hours", [no_past])
    found = _facts(eng, _CHECKED, "main")
    eng.con.execute("drop table temp.lacks")
    eng.con.execute("drop table temp.no_past")
    return found


def are_zones_mixed(facts: Sequence[Fact]) -> bool:
    """Whether some times say their zone and others do not, in one file or from file to file."""
    told = {fact.fact: fact.values for fact in facts if fact.role == "source"}
    written = told.get("written_zones")
    return "mixed_zones" in told or (written is not None and written["bare"] < written["files"])


def sentence(fact: str, values: Mapping[str, Any], lang: str = _LANGUAGE) -> str:
    """A fact in words; in English where its file has no others."""
    words = _queries()[fact].head["sentence"]
    return str(words.get(lang) or words[_LANGUAGE]).format(**{name: _timed(value) for name, value in values.items()})


@cache
def _queries() -> dict[str, header.Query]:
    """Name of a fact → its query, in the order in which they are told."""
    found = sorted(
        (header.read(path) for path in (assets.folder("queries") / "health").glob("*.sql")),
        key=lambda query: (query.head["order"], query.name),
    )
    return {query.name: query for query in found}


def _order(fact: str) -> int:
    return list(_queries()).index(fact)


@cache
def _made() -> list[header.Query]:
    """Small tables that several facts read: `queries/health/made/`."""
    return [header.read(path) for path in assets.queries("health", "made")]


def _facts(eng: Engine, when: str, schema: str) -> list[Fact]:
    found = []
    for query in _queries().values():
        if query.sql and query.head.get("when", _READ) == when:
            params = {name: one["value"] for name, one in query.head.get("params", {}).items()}
            rows = eng.rows(query.sql.replace("$schema", schema), params)
            found += [_fact(query.name, values) for values in rows]
    return found


def _fact(name: str, values: dict[str, Any]) -> Fact:
    return Fact(fact=name, values=values, text=sentence(name, values))


def _timed(value: Any) -> Any:
    """A value to be put into a sentence: times come back from JSON as text."""
    if not isinstance(value, str) or len(value) < len("2026-10-05T00:00:00"):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _enter(eng: Engine, ledger: Ledger, tz: str) -> None:
    """The account of every file as a table, in the order of reading."""
    eng.con.execute(
        "create or replace temp table ledger (place integer, path varchar, format varchar, records bigint, "
        "duplicates bigint, named boolean, zoned integer, bare integer, mixed_zoned integer, mixed_bare integer, "
        "tz varchar)"
    )
    eng.con.execute("create or replace temp table unplaced (path varchar, n bigint, line bigint, named varchar)")
    if ledger.unplaced:
        eng.con.executemany("insert into unplaced values (?, ?, ?, ?)", ledger.unplaced)
    named = set(ledger.result.partial)
    rows: list[tuple[Any, ...]] = [
        (
            place,
            entry.path,
            entry.format,
            entry.records,
            entry.duplicates,
            f"{entry.path}: {entry.note}" in named,
            *ledger.zones.get(entry.path, Written()),
            tz,
        )
        for place, entry in enumerate(ledger.result.inputs)
    ]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        eng.con.execute(f"insert into ledger select {', '.join(['unnest(?)'] * len(columns))}", columns)
