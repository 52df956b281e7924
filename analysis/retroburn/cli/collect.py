"""`retroburn collect`: failing cases as a regression set that can be replayed."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from retroburn.cli.check import write
from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps
from retroburn.errors import UsageError

_TEMPLATE = Path(__file__).with_name("replay.py.txt")
_NO_LINES = {".csv", ".parquet", ".html", ".md", ".ipynb", ".gz", ".zst", ".zip"}
"""Endings of names that say that a file holds something else."""


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        epilog="Example: retroburn collect exports/ --out cases.jsonl --pytest test_cases.py",
        short_help="Write failing cases as a regression set to replay.",
    )(collect)


@data
def collect(
    source: Source,
    *,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="JSON lines to write, a case a line; - for standard output.")
    ],
    pytest: Annotated[
        str | None,
        typer.Option(
            "--pytest", metavar="FILE", help="Also write a pytest file that replays them against your function."
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, help="Most cases in all; slices take turns.")
    ] = 200,
    flags: dict[str, Any],
) -> int:
    """Write failing cases as a regression set: what was asked and answered, why it failed, what would have been right.

    Cases are deduplicated, taken from every kind and slice in turn, and masked. `expected` is an answer that the log
    itself knows to be good (the fresh one, the one most give, the healthy one), else null.
    """
    import retroburn

    _no_contradiction(out, pytest)
    with steps("reading") as progress, retroburn.open(source, **flags) as logs:
        logs.check(progress)
        cases = logs.collect(most)
        partial = logs.check().document.status == "partial"
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    if out == "-":
        typer.echo(lines, nl=False)
    else:
        write(Path(out), lines, "--out")
    if pytest:
        write(Path(pytest), replay(Path(out), Path(pytest)), "--pytest")
    _told(cases)
    return 3 if partial else 0


def _no_contradiction(out: str, test: str | None) -> None:
    """Raises UsageError where the name of a file promises something else than what would be in it."""
    if test and out == "-":
        raise UsageError("--pytest needs a file to read the cases from: give --out a name.")
    if Path(out).suffix.lower() == ".py":
        raise UsageError(
            f"--out {out}: the cases are JSON lines. Give --out cases.jsonl --pytest {out} for both files."
        )
    if Path(out).suffix.lower() in _NO_LINES:
        raise UsageError(f"--out {out}: the cases are JSON lines, as they are. Give a name such as cases.jsonl.")
    if test and Path(test).suffix.lower() != ".py":
        raise UsageError(f"--pytest {test}: that is a Python file. Give a name such as test_cases.py.")


def replay(cases: Path, test: Path) -> str:
    """The pytest file for a set of cases; the set is named as seen from the file's own folder."""
    there = Path(os.path.relpath(cases.resolve(), test.resolve().parent)).as_posix()
    return _TEMPLATE.read_text(encoding="utf-8").replace("@CASES@", json.dumps(there)[1:-1])


def _told(cases: list[dict[str, Any]]) -> None:
    kinds = Counter(case["kind"] for case in cases)
    listed = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    known = sum(case["expected"] is not None for case in cases)
    noun = "case" if len(cases) == 1 else "cases"
    typer.echo(f"{len(cases)} {noun}{': ' if cases else ''}{listed}; {known} with an expected answer", err=True)
