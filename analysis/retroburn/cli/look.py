"""`retroburn sql` and `show`: one query, one trace."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps
from retroburn.errors import UsageError


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
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of a span, a request or a trace.")],  # noqa: A002
    source: Source,
    *,
    flags: dict[str, Any],
) -> int:
    """Show one request or trace, step by step. Text is masked and shortened; `retroburn sql` has it whole."""
    import retroburn
    from retroburn.cli import steps as trace

    with steps("reading"), retroburn.open(source, **flags) as logs:
        found = trace.of(logs, id)
        if not found:
            raise UsageError(f"No span, request or trace has the id {id}.")
        for line in trace.lines(found):
            typer.echo(line)
        return 3 if logs.partial else 0
