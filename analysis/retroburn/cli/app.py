"""The commands put together, and what happens when one fails: a plain message, an exit code, no traceback."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from retroburn import __version__
from retroburn.cli import check, collect, lists, look, reports, store
from retroburn.errors import NO_ROOM, RetroburnError, WriteError, is_no_room
from retroburn.lab.cli import app as lab

app = typer.Typer(
    name="retroburn",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    # rich's tracebacks show the values of variables: log text
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for _module in (check, reports, store, look, collect, lists):
    _module.add(app)
app.add_typer(lab, name="lab", help="Make realistic logs with planted faults, and score check on them.")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"retroburn {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The morning after an AI launch: finds what went wrong in exported logs, and writes the report.

    Start with: retroburn check LOGS
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs a command and ends the process with the contract's exit code."""
    try:
        app(arguments, prog_name="retroburn")
    except RetroburnError as error:
        typer.echo(f"retroburn: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        if not is_no_room(error):
            raise
        typer.echo(f"retroburn: {NO_ROOM}", err=True)
        sys.exit(WriteError.exit_code)
    sys.exit(0)
