"""`retroburn report weekly` on the sample against the smallest notebook that anyone would write by hand for it.

The other notebook imports duckdb, pandas and altair, reads the same logs, and draws one chart; it is run and made into
a page by the commands that come with papermill and Jupyter. Both start from nothing, as cron would.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import nbformat

from tests.benchmarks.harness import Comparison, Contender, retroburn

LOGS = Path(__file__).resolve().parents[2] / "sample_logs"
CELLS = (
    "import altair as alt\nimport duckdb\nimport pandas as pd",
    "spans = duckdb.read_json({logs!r}, format='newline_delimited', union_by_name=True, ignore_errors=True)\n"
    "hours = duckdb.sql('''\n"
    "    select date_trunc('hour', start::timestamp) as hour, count(*) as n, countif(status = 'error') as bad\n"
    "    from spans group by hour order by hour''').df()",
    "alt.Chart(hours).mark_line().encode(x='hour:T', y='bad:Q')",
)


def by_hand(path: Path) -> None:
    """Writes the other notebook."""
    logs = str(LOGS / "**" / "*.jsonl*")
    cells = [nbformat.v4.new_code_cell(cell.replace("{logs!r}", repr(logs))) for cell in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def comparison(folder: Path, spans: int) -> Comparison:
    """The two ways; the size of the log is that of the sample."""
    bins = str(Path(sys.executable).parent)
    notebook, run, out = folder / "by_hand.ipynb", folder / "run.ipynb", folder / "weekly"
    by_hand(notebook)
    papermill = shlex.join(["papermill", "-k", "python3", str(notebook), str(run)])
    nbconvert = shlex.join(["jupyter", "nbconvert", "--to", "html", str(run)])

    def pages() -> str:
        return f"{(out / 'weekly.html').stat().st_size / 1e3:.0f} kB of page"

    hand = Contender(
        "papermill + nbconvert",
        ["/bin/sh", "-c", f"{papermill} && {nbconvert}"],
        env={"PATH": f"{bins}{os.pathsep}{os.environ['PATH']}"},
        check=lambda: f"{run.with_suffix('.html').stat().st_size / 1e3:.0f} kB of page",
    )
    ours = Contender(
        "retroburn report",
        retroburn("report", "weekly", LOGS, "--out", out),
        against=hand.name,
        aim=1.5,
        tidy=lambda: shutil.rmtree(out, ignore_errors=True),
        check=pages,
    )
    return Comparison("A report on the sample", [hand, ours])
