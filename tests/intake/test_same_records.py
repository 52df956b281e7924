"""A record is the same record as a line, in an array, in an envelope, as a row of a table or of a Parquet file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.intake.conftest import Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples"
Record = dict[str, Any]
RECORDS = {"langsmith": "runs.jsonl", "litellm": "callback.jsonl", "helicone": "with_bodies.jsonl"}


def as_array(path: Path, records: list[Record]) -> None:
    path.write_text(json.dumps(records, indent=2, ensure_ascii=False))


def as_envelope(path: Path, records: list[Record]) -> None:
    """Lines of a log shipper, the record as text inside."""
    lines = ({"@timestamp": "2026-10-05T12:00:00Z", "message": json.dumps(record)} for record in records)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def as_csv(path: Path, records: list[Record]) -> None:
    """A table: JSON as text, nothing where there is nothing, Python's words for truths."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(columns(records))
        for record in records:
            table.writerow([cell(record.get(name)) for name in columns(records)])


def as_parquet(path: Path, records: list[Record]) -> None:
    """A table with types: objects and lists as JSON text, the rest as DuckDB guesses it."""
    source = path.with_suffix(".source")
    rows = [{name: nested(record.get(name)) for name in columns(records)} for record in records]
    source.write_text(json.dumps(rows))
    with duckdb.connect() as con:
        con.execute(f"copy (from read_json('{source}', sample_size = -1)) to '{path}' (format parquet)")
    source.unlink()


def columns(records: list[Record]) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record))


def cell(value: object) -> object:
    return "" if value is None else nested(value)


def nested(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def told(rows: list[Row]) -> list[Row]:
    """What was read, but for where; attributes without their types, which a table of text does not keep."""
    place = {"source_file", "source_line", "start_time", "end_time", "attributes"}
    found = [
        {k: v for k, v in row.items() if k not in place} | {"rest": plain(json.loads(row["attributes"]))}
        for row in rows
    ]
    for row in found:
        for name in ("input", "output"):
            row[name] = plain(parsed(row[name]))
    return sorted(found, key=lambda row: row["id"])


def parsed(text: str | None) -> object:
    """JSON without its blanks; any other text as it is."""
    try:
        return json.loads(text) if text else text
    except ValueError:
        return text


def plain(value: object) -> object:
    """A value without the type its file gave it: numbers by their size, times by the moment, nothing left away."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if plain(item) not in (None, "", {}, [])}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is None:
        return None
    for read in (float, moment):
        try:
            return read(str(value))
        except ValueError:
            continue
    return str(value).lower()


def moment(text: str) -> str:
    """A time in UTC; one without a zone is."""
    found = datetime.fromisoformat(text)
    return str(found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))


@pytest.mark.parametrize("shape", [as_array, as_envelope, as_csv, as_parquet])
@pytest.mark.parametrize("name", RECORDS)
def test_the_shape_of_a_file_changes_no_span(
    tmp_path: Path, name: str, shape: Callable[[Path, list[Record]], None]
) -> None:
    sample = SAMPLES / name / RECORDS[name]
    path = tmp_path / "export"
    shape(path, [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()])
    straight, shaped = read_logs(sample), read_logs(path)
    assert [entry.format for entry in shaped.result.inputs] == [name]
    assert shaped.counts == straight.counts
    assert told(shaped.spans) == told(straight.spans)
