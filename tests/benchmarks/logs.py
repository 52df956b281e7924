"""A large native log for comparisons: one made-up assistant, four weeks, three spans a request, about 1 kB a span."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

SPANS = Path(__file__).with_name("logs.sql")
WORDS = (
    "invoice refund order delivery address card payment account password reset login plan upgrade cancel monthly "
    "yearly team member invite role admin report export import file folder share link limit quota region server error "
    "message change update remove create new old first last open close start stop send receive find search list "
    "filter sort by date name size number"
)


def native(path: Path, spans: int) -> Path:
    """Writes the log to `path`, unless it is there; the same one for the same size.

    In a process of its own: the system counts what the measuring one has held to the peak of all that it starts.
    """
    subprocess.run([sys.executable, "-m", __name__, str(path), str(spans)], check=True)
    return path


def write(path: Path, spans: int) -> None:
    """Writes the log here and now."""
    if not path.exists():
        part = path.with_suffix(".part")
        with duckdb.connect() as con:
            params = {"requests": max(1, spans // 3), "words": WORDS.split()}
            rows = con.execute(SPANS.read_text(encoding="utf-8"), params)
            with part.open("w", encoding="utf-8") as file:
                while batch := rows.fetchmany(10_000):
                    file.writelines(f"{row[0]}\n" for row in batch)
        part.rename(path)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
