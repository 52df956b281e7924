"""The result of a query as a table, CSV or JSON. The machine forms are exact: nothing shortened, masked or prefixed."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from retroburn.errors import QueryError

_BATCH = 10_000
_ROWS_SHOWN = 200


class Result:
    """Rows of a query with the names and types of their columns."""

    def __init__(self, fetched: duckdb.DuckDBPyConnection) -> None:
        self._fetched = fetched
        described = fetched.description or []
        self.names = [str(column[0]) for column in described]
        self.types = [str(column[1]) for column in described]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Every row, a batch at a time."""
        try:
            while batch := self._fetched.fetchmany(_BATCH):
                yield from batch
        except duckdb.Error as error:
            # rows come as they are made: a value that cannot be cast is met on the way
            raise QueryError(f"The query cannot be run: {str(error).strip()}") from None


def as_csv(result: Result) -> None:
    """RFC 4180 with a header, UTF-8, LF."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(result.names)
    for row in result.rows():
        writer.writerow([_cell(value) for value in row])
    out.detach()


def as_json(result: Result) -> None:
    """One array of objects, an object a line."""
    out = sys.stdout
    out.write("[")
    for number, row in enumerate(result.rows()):
        pairs = (
            f"{json.dumps(name, ensure_ascii=False)}: {_parsed(value) if kind == 'JSON' else _json(value)}"
            for name, kind, value in zip(result.names, result.types, row, strict=True)
        )
        out.write(f"{',' if number else ''}\n{{{', '.join(pairs)}}}")
    out.write("\n]\n")


def as_table(result: Result) -> None:
    """A table for people; says when there are more rows than it shows."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(result.rows())
    table = Table(box=None, pad_edge=False, header_style="dim")
    numeric = {"NUMBER", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT"}
    for name, kind in zip(result.names, result.types, strict=True):
        table.add_column(Text(name), justify="right" if kind in numeric or kind.startswith("DECIMAL") else "left")
    for row in rows[:_ROWS_SHOWN]:
        table.add_row(*(Text(_shown(value)) for value in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)
    if len(rows) > _ROWS_SHOWN:
        sys.stderr.write(f"{len(rows):,} rows, the first {_ROWS_SHOWN} shown; --csv or --json has all.\n")


def _shown(value: Any) -> str:
    from retroburn import door

    # people read the clock; that every time has its fraction is for programs
    text = f"{_naive(value).isoformat()}Z" if isinstance(value, datetime) else _cell(value)
    return door.plain(text if len(text) <= 300 else f"{text[:297]}…")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict | tuple):
        return _json(value)
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        # one form for a whole column: readers take that of the first row for all
        return f"{_naive(value).isoformat(timespec='microseconds')}Z"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds()}s"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _naive(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_json(v) for v in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else "null"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(_scalar(value), ensure_ascii=False)


def _parsed(value: Any) -> str:
    """A column of type JSON is JSON already; what does not parse stays a string."""
    if value is None:
        return "null"
    try:
        json.loads(value)
    except ValueError:
        return json.dumps(value, ensure_ascii=False)
    return str(value)
