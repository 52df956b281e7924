"""The page of commands, from the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer
import typer.core
import typer.main

from tools.reference.markdown import table

MARKUP = re.compile(r"\[/?(?:bold|dim|italic|cyan|green|red|yellow)[^\]]*\]")


def plain(text: str | None) -> str:
    """A help text without Rich's markup and click's marks against wrapping."""
    return re.sub(
        r"\[/?(?:bold|dim|italic|cyan|green|red|yellow)[^\]]*\]", "", (text or "").replace("\b\n", "")
    ).strip()


def commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], typer.core.TyperCommand]]:
    """Every command below one, itself first unless it is only a group, with the words that call it."""
    if not isinstance(command, typer.core.TyperGroup):
        yield path, command
        return
    for name, inner in sorted(command.commands.items()):
        if not inner.hidden:
            yield from commands(inner, (*path, name))


def parameter(given: Any, context: typer.Context) -> tuple[str, str] | None:
    """A flag or an argument: how it is written, and its help with its default. None where it is not shown."""
    record = given.get_help_record(context)
    return record and (f"`{re.sub(r' <[^>]*>', '', record[0])}`", plain(record[1]))


def page() -> list[str]:
    """Every command with its help, an example and its flags."""
    from retroburn import cli

    lines = ["# Commands", ""]
    for path, command in commands(typer.main.get_command(cli.app), ("retroburn",)):
        context = typer.Context(command, info_name=" ".join(path))
        shown = [parameter(given, context) for given in command.get_params(context) if given.name != "help"]
        usage = " ".join([*path, *(row[0].strip("`") for row in shown if row and "-" not in row[0]), "[OPTIONS]"])
        example = plain(command.epilog).removeprefix("Example: ")
        lines += [f"## {' '.join(path)}", "", plain(command.help), "", "```", usage, "```", ""]
        lines += ["For example:", "", "```bash", example, "```", ""] if example else []
        lines += table(("", "meaning"), [row for row in shown if row])
    return lines
