"""`retroburn import`: logs into a Parquet store that every command reads as SOURCE."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "import",
        epilog="Example: retroburn import exports/ --store logs.store",
        short_help="Normalise logs into a Parquet store.",
    )(import_)


@data
def import_(
    source: Source,
    *,
    store: Annotated[
        str, typer.Option("--store", metavar="DIR", help="Folder of the store; made where it is not there yet.")
    ],
    flags: dict[str, Any],
) -> int:
    """Read logs into a store; run again, it adds only what is new."""
    from retroburn.logs import Options, import_into

    with steps("importing"):
        added = import_into(source, store, Options(**flags))
    for line in added.lines():
        typer.echo(line)
    return 3 if added.partial else 0
