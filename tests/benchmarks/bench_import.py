"""Reading a log into a store: against DuckDB's own copy of the same file, and against the same mapping in polars."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

from tests.benchmarks import logs
from tests.benchmarks.harness import Comparison, Contender, python, retroburn

# one line in so many is broken, and one in so many is said twice
_BROKEN, _TWICE = 100, 200
_COPY = """
import duckdb, sys
source = f"read_json('{sys.argv[1]}', format='newline_delimited')"
duckdb.execute(f"copy (from {source}) to '{sys.argv[2]}' (format parquet)")
"""
_COPY_DIRTY = """
import duckdb, sys
source = f"read_json('{sys.argv[1]}', format='newline_delimited', ignore_errors=true)"
duckdb.execute(f"copy (from {source}) to '{sys.argv[2]}' (format parquet)")
"""
_POLARS = """
import polars as pl, sys
log = pl.read_ndjson(sys.argv[1], infer_schema_length=None).with_row_index("source_line", offset=1)
start = pl.col("start").str.to_datetime(time_zone="UTC")
log = log.with_columns(
    start.alias("start"),
    (start + pl.duration(microseconds=(pl.col("duration_ms") * 1000).cast(pl.Int64))).alias("end"),
    pl.col("provider").str.to_lowercase(),
    pl.col("cost_usd").cast(pl.Decimal(18, 9)),
    pl.coalesce("trace_id", "id").alias("trace_id"),
)
log = log.unique(["trace_id", "id"], keep="first")
log.write_parquet(sys.argv[2], compression="snappy")
"""


def comparison(folder: Path, spans: int) -> Comparison:
    """The clean log and one with broken and repeated lines, each against DuckDB; polars on the clean one."""
    clean = logs.native(folder / "clean.jsonl", spans)
    dirty = _dirty(clean, folder / "dirty.jsonl")
    plain, plain_dirty, table = folder / "duckdb.parquet", folder / "duckdb-dirty.parquet", folder / "polars.parquet"
    return Comparison(
        "import",
        [
            Contender("DuckDB copy, clean", python(_COPY, clean, plain)),
            _ours("retroburn import, clean", clean, folder / "clean.store", "DuckDB copy, clean", 1.5, spans),
            Contender("polars, clean", python(_POLARS, clean, table), against="DuckDB copy, clean"),
            Contender("DuckDB copy, broken lines skipped", python(_COPY_DIRTY, dirty, plain_dirty)),
            _ours(
                "retroburn import, broken and repeated lines",
                dirty,
                folder / "dirty.store",
                "DuckDB copy, broken lines skipped",
                2.5,
                spans,
            ),
        ],
    )


def _ours(name: str, log: Path, store: Path, against: str, aim: float, spans: int) -> Contender:
    return Contender(
        name,
        retroburn("import", log, "--store", store),
        against=against,
        aim=aim,
        tidy=partial(shutil.rmtree, store, ignore_errors=True),
        check=partial(_account, log, store),
    )


def _dirty(clean: Path, path: Path) -> Path:
    """The log with some lines cut in half and some said twice."""
    if not path.exists():
        with clean.open(encoding="utf-8") as source, path.open("w", encoding="utf-8") as target:
            for number, line in enumerate(source):
                target.write(line[: len(line) // 2] + "\n" if number % _BROKEN == 7 else line)
                if number % _TWICE == 9:
                    target.write(line)
    return path


def _account(log: Path, store: Path) -> str:
    """Whether the account adds up to the lines of the file, and the broken and repeated ones to what was put there."""
    [entry] = json.loads((store / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    with log.open("rb") as file:
        lines = sum(1 for line in file if line.strip())
    originals = round(lines / (1 + 1 / _TWICE)) if log.name == "dirty.jsonl" else lines
    broken = len(range(7, originals, _BROKEN)) if log.name == "dirty.jsonl" else 0
    exact = entry["records"] == lines == entry["accepted"] + entry["duplicates"] + entry["rejected"]
    exact = exact and entry["rejected"] == broken and entry["duplicates"] == lines - originals
    return f"account {'exact' if exact else 'WRONG'}: " + ", ".join(
        f"{entry[name]:,} {name}" for name in ("records", "accepted", "duplicates", "rejected")
    )
