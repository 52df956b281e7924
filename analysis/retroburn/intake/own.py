"""Importers of the user's own: tried before any record is read, so that what is wrong with one is said at once."""

from __future__ import annotations

import duckdb

from retroburn import header
from retroburn.engine import Engine
from retroburn.errors import UsageError, did_you_mean
from retroburn.intake import formats, mapping
from retroburn.intake.identify import Format
from retroburn.intake.layout import Layout

# what an importer gives besides leaves
_OTHER_TYPES = {"file", "line", "ord", "body", "folded"}
_REQUIRED = ("file", "line", "ord", "body", "id", "start")


def try_importer(eng: Engine, name: str) -> None:
    """Compiles an importer over an empty `stream`. Raises UsageError where it is none, or fills what is no column."""
    query = formats.importers()[name]
    known = [column for (column, *_) in eng.con.execute("describe leaf_shape").fetchall()]
    fmt = Format(name)
    try:
        eng.con.execute(f"select {query.head['detect']} from (select '{{}}'::json as body)").fetchall()
        found = eng.con.execute(
            f"describe with records as ({mapping.records(fmt)}), {mapping.mapped(fmt, Layout())} select * from mapped"
        ).fetchall()
    except duckdb.Error as error:
        raise wrong(query, error) from None
    for column, kind, *_ in found:
        if column not in known:
            raise UsageError(f"--importers: {name}.sql: {column} is no column. {did_you_mean(column, known)}")
        if column not in _OTHER_TYPES and kind not in {"JSON", "VARCHAR"}:
            raise UsageError(f"--importers: {name}.sql: {column} is {kind}. Give the JSON value: to_json(…).")
    for column in _REQUIRED:
        if column not in {column for column, *_ in found}:
            raise UsageError(f"--importers: {name}.sql does not give {column}.")


def wrong(query: header.Query, error: duckdb.Error) -> UsageError:
    """What DuckDB says of a user's importer, in one line."""
    return UsageError(f"--importers: {query.path.name}: {str(error).splitlines()[0]}")
