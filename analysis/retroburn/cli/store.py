"""`retroburn import`: logs into a Parquet store that every command reads as SOURCE."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retroburn import door
from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps

if TYPE_CHECKING:
    from retroburn.intake import Result


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
    from retroburn import config, intake
    from retroburn.engine import Engine

    start, end = _window(source, flags)
    options = intake.Options(
        fmt=flags.get("format"), tz=str(flags.get("tz", "UTC")), config=config.load(flags.get("config"))
    )
    with steps("importing"), Engine(flags.get("memory")) as engine:
        result = intake.import_store(engine, source, store, options, start, end)
    _tell(result)
    return 3 if result.partial else 0


def _window(source: list[str], flags: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The rows to keep, in naive UTC. A time counted back from the newest record needs a look at the logs first."""
    if not {"start", "end"} & flags.keys():
        return None, None
    import retroburn

    with retroburn.open(source, **flags) as logs:
        return logs.frame.start, logs.frame.end


def _tell(result: Result) -> None:
    for entry in result.inputs:
        counts = (
            f"{entry.records:,} records, {entry.accepted:,} new, {entry.duplicates:,} held already or repeated, "
            f"{entry.rejected:,} rejected"
        )
        typer.echo(f"{entry.path}: {counts if entry.format else entry.note or 'no log, skipped'}")
    for fact in result.health:
        typer.echo(door.show(fact.text, 500), err=True)
