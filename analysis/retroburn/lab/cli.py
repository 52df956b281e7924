"""`retroburn lab`: make logs with planted faults, and score `check` on them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from retroburn.lab.model import Planted, Suite, rfc3339

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Realistic logs with planted faults, and the score of `check` on them.",
)


@app.command(
    name="make", epilog="Example: `retroburn lab make storm --scenario retry_storm.billed.medium.one --seed 3`"
)
def make_(
    out: Annotated[Path, typer.Argument(help="Folder to write: logs/, context.csv and, beside the logs, truth.json.")],
    scenario: Annotated[
        str,
        typer.Option(
            help="A name of `retroburn lab list`, or KIND.variant.strength.where.shape; join several with +. A strong "
            "fault is to hit 30 requests, a medium one 20, a weak one 10: where traffic is low it begins earlier."
        ),
    ] = "clean",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    days: Annotated[int | None, typer.Option(min=1, help="Length of the log. [default: the scenario's]")] = None,
    requests_per_day: Annotated[
        int | None, typer.Option(min=1, help="On an average day. [default: the scenario's]")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, UTC. [default: 2026-09-28]")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Where the truth goes instead. Keep it out of what `check` reads.")
    ] = None,
) -> None:
    """Write a realistic log in the native format, with or without faults."""
    from rich.console import Console

    from retroburn.lab import make, world

    day = start.replace(tzinfo=UTC) if start else world.START
    made = make(out, scenario, seed=seed, days=days, requests_per_day=requests_per_day, start=day, truth=truth)
    console = Console(stderr=True)
    console.print(f"{made.requests:,} requests, {made.spans:,} spans in {made.logs}")
    for fault in made.faults:
        console.print(_told(fault), markup=False)
    console.print(f"next: retroburn check {made.logs}", markup=False)


def _told(fault: Planted) -> str:
    """A planted fault in one line."""
    where = ", ".join(f"{key}={value}" for key, value in fault.where.items()) or "everywhere"
    how = f"{fault.variant}, {fault.strength}, {fault.shape}"
    return f"planted {fault.kind} ({how}), {where}, from {rfc3339(fault.start)}: {len(fault.ids):,} requests hit"


@app.command(name="list", epilog="Example: `retroburn lab list --json`")
def list_(as_json: Annotated[bool, typer.Option("--json", help="An array of objects.")] = False) -> None:
    """List the scenarios with a name, and the faults with their variants."""
    from rich.console import Console
    from rich.table import Table

    from retroburn.lab.faults import kinds
    from retroburn.lab.scenarios import NAMED

    rows: list[dict[str, Any]] = [
        {"name": name, "summary": _summary(scenario.surprises, len(scenario.faults)), "variants": []}
        for name, scenario in NAMED.items()
    ]
    rows += [
        {"name": kind, "summary": (planter.__doc__ or "").splitlines()[0], "variants": list(planter.variants)}
        for kind, planter in kinds().items()
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("scenario or kind", "what it is", "variants")
    for row in rows:
        table.add_row(row["name"], row["summary"], " ".join(row["variants"]))
    Console().print(table)


def _summary(surprises: tuple[str, ...], faults: int) -> str:
    return (
        f"{faults} faults; surprises: {', '.join(surprises) or 'none'}"
        if faults
        else f"No fault; surprises: {', '.join(surprises) or 'none'}"
    )


@app.command(name="score", epilog="Example: `retroburn lab score --suite quick --seed 11 --json score.json`")
def score_(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Folders that `lab make` wrote, or names of scenarios. [default: the suite]"),
    ] = None,
    suite: Annotated[
        Suite,
        typer.Option(
            help="Without names: `small` (one of each kind), `quick` (every variant) or `all` (and every strength)."
        ),
    ] = "small",
    every: Annotated[bool, typer.Option("--all", help="The same as --suite all.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the logs that are made.")] = 1,
    days: Annotated[
        int | None, typer.Option(min=3, help="Length of the logs that are made. [default: the scenario's]")
    ] = None,
    requests_per_day: Annotated[
        int | None, typer.Option(min=1, help="On an average day. [default: the scenario's]")
    ] = None,
    to: Annotated[Path | None, typer.Option("--json", help="Write the score as JSON (`-`: standard output).")] = None,
) -> None:
    """Run `check` on logs whose faults are known: recall, false alarms, onset, slice, driver, examples."""
    from rich.console import Console

    from retroburn.lab.scenarios import suite as names
    from retroburn.lab.scoring import score

    console = Console(stderr=True)
    board = score(
        what or names("all" if every else suite),
        seed=seed,
        days=days,
        requests_per_day=requests_per_day,
        told=lambda outcome: console.print(outcome.line(), markup=False),
    )
    text = json.dumps(board.to_dict(), ensure_ascii=False, indent=2)
    if str(to) == "-":
        typer.echo(text)
        return
    if to:
        to.write_text(text + "\n", encoding="utf-8")
    Console().print(board.table())
