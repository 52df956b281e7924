"""`retroburn import`: logs into a Parquet store that every command reads as SOURCE."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retroburn import door
from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps
from retroburn.errors import UsageError

if TYPE_CHECKING:
    from retroburn.intake import Options, Result


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
        str | None, typer.Option("--store", metavar="DIR", help="Folder of the store; made where it is not there yet.")
    ] = None,
    keep_findings: Annotated[
        bool,
        typer.Option(
            "--keep-findings",
            help="Then judge the last seven full days and keep in the store what was found, for later weekly reports.",
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Write no store: say what each file is taken for and why, field by field."),
    ] = False,
    flags: dict[str, Any],
) -> int:
    """Read logs into a store; run again, it adds only what is new."""
    from retroburn import config, intake
    from retroburn.engine import Engine

    if keep_findings and store is None:
        raise UsageError("--keep-findings keeps them in a store: name it with --store DIR.")
    if (store is None) is not explain:
        raise UsageError("import needs --store DIR to write to, or --explain to say what would be read; one of them.")
    options = intake.Options(
        fmt=flags.get("format"),
        tz=str(flags.get("tz", "UTC")),
        config=config.load(flags.get("config")),
        importers=flags.get("importers"),
    )
    if store is None:
        return _explain(source, options, flags.get("memory"))
    start, end = _window(source, flags)
    with steps("importing"), Engine(flags.get("memory")) as engine:
        result = intake.import_store(engine, source, store, options, start, end)
    _tell(result)
    if keep_findings:
        _keep(store, flags)
    return 3 if result.partial else 0


def _keep(store: str, flags: dict[str, Any]) -> None:
    """Judges the last week of a store. What the rows outside --from and --to would say is no part of it."""
    from pathlib import Path

    import retroburn
    from retroburn.report import history

    told = {name: value for name, value in flags.items() if name not in {"start", "end", "format", "importers"}}
    with steps("judging"), retroburn.open([store], **told) as logs:
        path = history.keep(logs, Path(store))
    note = f"kept: {path.name}" if path else "kept: nothing, for the store holds no seven full days yet"
    typer.echo(note, err=True)


def _explain(source: list[str], options: Options, memory: str | None) -> int:
    from retroburn import intake
    from retroburn.cli import explained
    from retroburn.engine import Engine

    with steps("reading"), Engine(memory) as engine:
        found = intake.explain(engine, source, options)
    for place, told in enumerate(found):
        typer.echo("\n".join([*([""] if place else []), *explained.lines(told)]))
    return 3 if any(told.entry.format and told.entry.note for told in found) else 0


def _window(source: list[str], flags: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The rows to keep, in naive UTC. A time counted back from the newest record needs a look at the logs first."""
    if not {"start", "end"} & flags.keys():
        return None, None
    import retroburn

    with retroburn.open(source, **flags) as logs:
        return logs.window


def _tell(result: Result) -> None:
    for entry in result.inputs:
        counts = (
            f"{entry.records:,} records, {entry.accepted:,} new, {entry.duplicates:,} held already or repeated, "
            f"{entry.rejected:,} rejected"
        )
        typer.echo(door.show(f"{entry.path}: {counts if entry.format else entry.note or 'no log, skipped'}", 500))
        if entry.format and entry.note:
            typer.echo(door.show(f"{entry.path}: {entry.note}", 500), err=True)
    for fact in result.health:
        typer.echo(door.show(fact.text, 500), err=True)
