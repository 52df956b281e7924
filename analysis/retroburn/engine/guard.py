"""Lets one SELECT over known tables through, and nothing else.

DuckDB's own switches close files outside the allowed folders, but `COPY … TO` may still write into an allowed one, and
`getenv` or `duckdb_settings()` tell about the machine. So the parsed statement itself is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import duckdb

from retroburn.errors import QueryError, did_you_mean

_TABLE_FUNCTIONS = {"unnest", "range", "generate_series", "json_each", "json_tree"}
_CLOSED_FUNCTIONS = {
    "getenv",
    "current_setting",
    "getvariable",
    "read_text",
    "read_blob",
    "glob",
    "query",
    "query_table",
    "set_config",
    "nextval",
    "currval",
    "write_log",
}

_CLAUSES = ("where_clause", "group_expressions", "having", "sample", "qualify")


def check_select(con: duckdb.DuckDBPyConnection, sql: str, tables: Collection[str]) -> set[str]:
    """The tables that `sql` reads. Raises QueryError unless it is one SELECT over `tables` (`name`, `schema.name`)."""
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(f"The query cannot be read: {error}") from None
    if len(statements) != 1 or statements[0].type.name not in {"SELECT", "SELECT_STATEMENT"}:
        raise QueryError("Only one SELECT can be run here. Files, settings and other statements are closed.")
    tree = json.loads(_serialised(con, sql))
    if tree.get("error"):
        raise QueryError(f"The query cannot be read: {tree.get('error_message')}")
    nodes = list(_walk(tree))
    local = {entry["key"].lower() for node in nodes for entry in (node.get("cte_map") or {}).get("map", [])}
    return {name for node in nodes if (name := _check(node, local, tables))}


def check_condition(
    con: duckdb.DuckDBPyConnection, condition: str, table: str, tables: Collection[str]
) -> tuple[set[str], set[str]]:
    """What a condition over `table` reads: tables (of `tables`, in its subqueries) and columns.

    Raises QueryError unless it is one condition and nothing else.
    """
    if not condition.strip():
        raise QueryError("The condition is empty. Write one over requests, such as status = 'error'.")
    select = f"select ({condition}\n) from {table}"  # noqa: S608 - looked at here, before anything runs
    used = check_select(con, select, tables)
    tree = json.loads(_serialised(con, select))["statements"][0]
    node = tree["node"]
    plain = node.get("type") == "SELECT_NODE" and len(node["select_list"]) == 1 and not node["modifiers"]
    if not plain or node["from_table"].get("table_name") != table or any(node.get(part) for part in _CLAUSES):
        raise QueryError(f"Only a condition over {table} can be used here, such as status = 'error' and cost_usd > 1.")
    columns = {n["column_names"][-1].lower() for n in _walk(node["select_list"]) if n.get("type") == "COLUMN_REF"}
    return used - {table}, columns


def _serialised(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    row = con.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    return str(row[0]) if row else "{}"


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def _check(node: dict[str, Any], local: Collection[str], tables: Collection[str]) -> str | None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        return _check_table(node, local, tables)
    if kind == "TABLE_FUNCTION":
        name = str(node.get("function", {}).get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise QueryError(f"{name}() cannot be used here: a query reads only {', '.join(sorted(tables))}.")
    elif kind == "FUNCTION" and str(node.get("function_name", "")).lower() in _CLOSED_FUNCTIONS:
        raise QueryError(f"{node['function_name']}() cannot be used here: it tells about the machine, not the log.")
    return None


def _check_table(node: dict[str, Any], local: Collection[str], tables: Collection[str]) -> str | None:
    schema, name = str(node.get("schema_name") or "").lower(), str(node.get("table_name") or "").lower()
    if not schema and name in local:
        return None
    full = name if schema in {"", "main"} else f"{schema}.{name}"
    if full not in tables:
        raise QueryError(f"There is no table {full}. {did_you_mean(full, tables)}")
    return full
