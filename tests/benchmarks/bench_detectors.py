"""All detectors over a store against one full scan of it, every column of every row, by DuckDB alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.benchmarks.harness import Comparison, Contender, python, retroburn
from tests.benchmarks.logs import native

SCAN = """
import sys, duckdb
files = sys.argv[1] + '/**/*.parquet'
query = 'select count(*), bit_xor(hash(s)) from read_parquet($files, union_by_name = true) as s'
print(duckdb.execute(query, {'files': files}).fetchall())
"""


def comparison(folder: Path, spans: int) -> Comparison:
    """The two ways, on a store that is made once."""
    store, found = folder / "store", folder / "findings.json"
    if not store.exists():
        log = native(folder / "log.jsonl", spans)
        subprocess.run(retroburn("import", log, "--store", store), check=True, capture_output=True)
    scan = Contender("one full scan", python(SCAN, store))
    check = retroburn("check", store, "--json", found)
    return Comparison("Every detector from the store", [scan, Contender("retroburn check", check, against=scan.name)])
