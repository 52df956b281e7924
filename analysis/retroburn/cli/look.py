"""`retroburn sql`, `show` and `why`: one query, one trace, one question."""

from __future__ import annotations

import sys
from json import dumps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps
from retroburn.errors import UsageError

if TYPE_CHECKING:
    from retroburn.found import Slices


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(
        "sql",
        epilog="""Example: retroburn sql "select status, count(*) from requests group by all" exports/ --csv""",
        short_help="Run one SELECT over the canonical tables.",
    )(sql)
    app.command(
        epilog="Example: retroburn show 35a2181e60fc exports/", short_help="Show one request or trace, step by step."
    )(show)
    app.command(
        epilog="""Example: retroburn why "status = 'error'" exports/ --by tenant --by model""",
        short_help="Say what is different about the requests that fit a condition.",
    )(why)


@data
def sql(
    query: Annotated[
        str,
        typer.Argument(
            metavar="SELECT", help="One SELECT over spans, requests, operations, signals, findings, rejects, context."
        ),
    ],
    source: Source,
    *,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV (RFC 4180).")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
    flags: dict[str, Any],
) -> int:
    """Run one SELECT over the canonical tables and print what it gives, as the log has it."""
    import retroburn
    from retroburn.cli import tables

    if csv and json:
        raise UsageError("--csv and --json: choose one.")
    with steps("reading"), retroburn.open(source, **flags) as logs:
        if flags.keys() & {"start", "end"}:
            logs.cut()
        result = tables.Result(logs.query(query))
        (tables.as_csv if csv else tables.as_json if json else tables.as_table)(result)
        return 3 if logs.partial else 0


@data
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of a span, a request or a trace.")],  # noqa: A002 - its name in --help
    source: Source,
    *,
    flags: dict[str, Any],
) -> int:
    """Show one request or trace, step by step. Text is masked and shortened; `retroburn sql` has it whole."""
    import retroburn
    from retroburn.explore import steps as trace

    with steps("reading"), retroburn.open(source, **flags) as logs:
        found = trace.of(logs, id)
        if not found:
            raise UsageError(f"No span, request or trace has the id {id}.")
        for line in trace.lines(found):
            typer.echo(line)
        return 3 if logs.partial else 0


@data
def why(
    condition: Annotated[
        str, typer.Argument(metavar="CONDITION", help="SQL over requests: status = 'error' and cost_usd > 0.1.")
    ],
    source: Source,
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="FIELD", help="A field to cut by (default: those a request comes with). Repeatable."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
    flags: dict[str, Any],
) -> int:
    """Say what is different about the requests that fit a condition: slices of one to three fields, ranked.

    With a baseline each slice is compared with it, else with the other rows. Nothing is listed where only noise tells
    them apart.
    """
    import retroburn

    with steps("reading"), retroburn.open(source, **flags) as logs:
        found = logs.why(condition, by=by)
        partial = bool(logs.partial)
    if json:
        typer.echo(_objects(found.rows()))
    else:
        _slices(found)
    return 3 if partial else 0


def _objects(rows: list[dict[str, Any]]) -> str:
    """Rows as JSON; what is infinite has no number there."""
    plain = [{k: None if v == float("inf") else v for k, v in row.items()} for row in rows]
    return dumps(plain, ensure_ascii=False, indent=2)


def _slices(found: Slices) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from retroburn import door
    from retroburn.found import TOLD, place, told

    if not found:
        typer.echo("No slice stands out: what tells these requests from the others is not in their fields.", err=True)
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("where", *TOLD):
        table.add_column(name, justify="left" if name == "where" else "right", overflow="fold")
    for one in found:
        table.add_row(Text(door.show(place(one))), *told(one))
    Console(highlight=False, width=None if sys.stdout.isatty() else 140).print(table)
