"""The pages of tables, detectors and formats, from the heads and comments of the SQL files."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb

import retroburn
from retroburn import assets, header
from retroburn.logs import TABLES
from tools.reference.markdown import cell, table

NATIVE = (
    "JSON lines, one span a line. `id` and `start` are required: without one, or with one that cannot be read, the",
    "record is rejected. A wrong type in another field leaves it null and keeps the value in `attributes`, and so does",
    "a field that is not listed here. Times are RFC 3339, or numbers: below 1e11 seconds, below 1e14 milliseconds,",
    "below 1e17 microseconds, else nanoseconds. A span without `parent_id` is a request; one without `trace_id` is its",
    "own trace.",
)
NOT_LOGGED = {"start_time", "end_time", "source_file", "source_line", "format"}
WORDS = {
    "varchar": "string",
    "integer": "integer",
    "bigint": "integer",
    "double": "number",
    "decimal(18,9)": "number",
    "timestamp": "time",
    "json": "object",
}
SPAN = {"id": "a", "start": "2026-10-05T08:00:00Z", "status": "ok"}
TEXTS = dict.fromkeys(("input", "output"), "string, list or object") | {"fallback": "boolean or string"}


def files(folder: str) -> list[Path]:
    """The `.sql` files right inside `queries/<folder>`."""
    return sorted((assets.folder("queries") / folder).glob("*.sql"))


def columns(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str, str]]:
    """A table's columns: name, type, comment. A view over a table of the same name may leave the comments there."""
    query = """
        select column_name, lower(any_value(data_type)), coalesce(max(comment), '')
        from duckdb_columns() where table_name = $name group by column_name order by min(column_index)"""
    return con.execute(query, {"name": name}).fetchall()


def canonical() -> dict[str, list[tuple[str, str, str]]]:
    """The columns of every canonical table, as they are after a log of one span was read and checked."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.jsonl")
        log.write_text(json.dumps(SPAN), encoding="utf-8")
        with retroburn.open(log) as logs:
            for name in TABLES:
                logs.query(f"select 1 from {name}").fetchall()  # noqa: S608 - our own names
            known = {name: columns(logs.engine.con, name) for name in TABLES}
    # what is read into has the types alone
    with duckdb.connect() as con:
        con.execute(header.read(assets.folder("queries") / "schema" / "spans.sql").sql)
        meant = {column: meaning for column, _, meaning in columns(con, "spans")}
    return known | {"spans": [(column, kind, meant.get(column, "")) for column, kind, _ in known["spans"]]}


def about(name: str) -> str:
    """What a row of a table is, from the head of the file that makes it."""
    paths = [path for path in [*files("schema"), *files("middle")] if path.stem == name]
    said = str(header.read(paths[0]).head.get("summary", "")) if paths else ""
    return f"One row is {said}." if said else ""


def tables() -> list[str]:
    """The canonical tables, from the comments on their columns."""
    lines = ["# Tables", "", "What `retroburn sql` and `logs.sql()` can ask. Times are UTC.", ""]
    for name, known in canonical().items():
        rows = [(f"`{column}`", f"`{kind}`", meaning) for column, kind, meaning in known]
        lines += [f"## {name}", "", about(name), "", *table(("column", "type", "meaning"), rows)]
    return lines


def native() -> list[str]:
    """The fields of the native log format: the columns of `spans`, spelled as a log has them."""
    with duckdb.connect() as con:
        con.execute(header.read(assets.folder("queries") / "schema" / "spans.sql").sql)
        known = [(name, kind, meaning) for name, kind, meaning in columns(con, "spans") if name not in NOT_LOGGED]
    rows = [(f"`{spelled(name)}`", TEXTS.get(name) or WORDS.get(kind, "list"), said) for name, kind, said in known]
    return ["# The native format", "", *NATIVE, "", *table(("field", "type", "meaning"), rows)]


def spelled(column: str) -> str:
    """A column's name in a native log: `cache_status` is `status` of the object `cache`.

    >>> spelled("cache_status"), spelled("retrieval_top_score"), spelled("cache_read_tokens")
    ('cache.status', 'retrieval.top_score', 'cache_read_tokens')
    """
    outer, _, inner = column.partition("_")
    nested = outer in ("cache", "retrieval", "guardrail") and not inner.endswith("_tokens")
    return f"{outer}.{inner}" if nested else column


def detectors() -> list[str]:
    """Every detector, by cause, from the head of its file."""
    lines = ["# Detectors", "", "One SQL file a kind. A kind whose fields the log does not have is *not assessed*.", ""]
    cause = ""
    for path in assets.queries("detectors"):
        query = header.read(path)
        if query.folder != cause:
            cause = query.folder
            lines += [f"## {cause}", ""]
        lines += detector(query)
    return lines


def detector(query: header.Query) -> list[str]:
    """One detector: its question, what it needs, its thresholds with their reasons, its advice."""
    head = query.head
    facts = [
        ("needs", ", ".join(f"`{column}`" for column in head.get("needs", [])) or "only what every log has"),
        *((key, head[key]) for key in ("method", "unit", "rule", "advice") if head.get(key)),
        ("query", f"[`{assets.relative(query.path)}`](../../{assets.relative(query.path)})"),
    ]
    lines = [f"### {query.name}", "", cell(head.get("question") or query.title), ""]
    lines += [f"- **{name}**: {cell(value)}" for name, value in facts]
    return [*lines, "", *thresholds(head.get("params") or {})]


def thresholds(params: dict[str, Any]) -> list[str]:
    """The parameters of a detector, each with its default and why."""
    rows = [(f"`{name}`", f"`{given['value']}`", given["why"]) for name, given in params.items()]
    return table(("parameter", "default", "why"), rows)


def formats() -> list[str]:
    """Every format, from the head of its importer."""
    lines = ["# Formats", "", "A file is recognised by its content, never by its name alone.", ""]
    for path in files("importers"):
        query = header.read(path)
        head = query.head
        lines += [f"## {query.name}", "", cell(head.get("summary") or query.title), ""]
        if head.get("docs"):
            lines += [f"Documented at {link(str(head['docs']))}.", ""]
        if head.get("detect"):
            lines += ["Recognised by:", "", "```sql", str(head["detect"]).strip(), "```", ""]
    return lines


def link(docs: str) -> str:
    """Where a vendor documents its format: an address, or a page of ours."""
    name = docs.removeprefix("docs/reference/")
    return f"<{docs}>" if "://" in docs else f"[{name}]({name})"
