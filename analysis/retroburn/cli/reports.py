"""`retroburn report`, `verify`, `explore`: pages for people, held against the log; and a notebook to look around."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from retroburn import door
from retroburn.cli.check import FailOn
from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps
from retroburn.errors import UsageError

MOST_SHOWN = 160
"""Characters of what differs: a chart is long, and its place says enough."""


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(
        epilog="Example: retroburn report weekly exports/ --out monday -p week=2026-W41",
        short_help="Write a report: HTML, Markdown, notebook, JSON.",
    )(report)
    app.command(
        epilog="Example: retroburn verify monday exports/", short_help="Recompute every number of a written report."
    )(verify)
    app.command(
        epilog="Example: retroburn explore exports/", short_help="Open JupyterLab on a ready notebook over the data."
    )(explore)


@data
def report(  # noqa: PLR0913 - its flags
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which report; see retroburn reports.")],
    source: Source,
    *,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Folder to write to (default: retroburn-NAME-DATE).")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NAME=VALUE", help="A parameter of the notebook. Repeatable."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="en|ko", help="Language of the page.")] = "en",
    live: Annotated[
        bool, typer.Option("--live", help="Charts that one can hover and zoom, by script in the page; still offline.")
    ] = False,
    timeout: Annotated[
        int | None,
        typer.Option("--timeout", metavar="SECONDS", min=1, help="End a part of the report that takes longer; exit 3."),
    ] = None,
    fail_on: FailOn = None,
    flags: dict[str, Any],
) -> int:
    """Run a notebook through papermill and write what people read, and findings.json beside it."""
    from retroburn import report as reports

    with steps(f"writing {name}"):
        made = reports.run(
            name,
            source,
            out=out,
            params=_pairs(param or []),
            flags=flags,
            lang=lang,
            fail_on=fail_on,
            timeout=timeout,
            live=live,
        )
    for reason in made.reasons:
        typer.echo(f"{made.status}: {reason}", err=True)
    for kept in made.kept:
        new = next(name for name in made.files if name.endswith(".md"))
        typer.echo(f"kept: somebody wrote into {kept}, so the new draft is {new} beside it.", err=True)
    typer.echo(made.page)
    return made.exit_code


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"-p {text}: write it like -p week=2026-W41.")
        pairs[name.strip()] = value
    return pairs


@data
def verify(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder of a written report.")],
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]", help="The logs it was made from; without them the page is held against itself."
        ),
    ] = None,
    *,
    param: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NAME=VALUE", help="Such as incidents=DIR, where it was made with it."),
    ] = None,
    flags: dict[str, Any],
) -> int:
    """Say of every number of a written report whether it is the same, changed or missing."""
    from retroburn import report as reports

    with steps("recomputing"):
        verified = reports.verify(folder, source, params=_pairs(param or []), flags=flags)
    for check in verified.differences:
        written, now = (door.show(text, MOST_SHOWN) or "-" for text in (check.written, check.now))
        typer.echo(f"{check.state}: {door.show(check.place)}: {written} → {now}")
    typer.echo(verified.summary)
    return verified.exit_code


@data
def explore(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE...]", help="Logs to look at (default: the sample).")
    ] = None,
    *,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="The notebook to open; made where it is not there yet.")
    ] = "retroburn-explore.ipynb",
    lab: Annotated[bool, typer.Option("--lab/--no-lab", help="Open JupyterLab on it.")] = True,
    flags: dict[str, Any],
) -> int:
    """Put a ready notebook beside you and open JupyterLab on it."""
    from retroburn.explore import desk

    path = Path(out)
    desk.place(path, source or [], flags)
    typer.echo(path)
    return desk.lab(path) if lab else 0
