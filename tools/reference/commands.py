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


def parameter(given: Any, context: typer.Context) -> tuple[str, str, str]:
    """A flag or an argument: how it is written, its default, its help."""
    shown = given.make_metavar(context)
    if isinstance(given, typer.core.TyperArgument):
        return f"`{shown}`", "", plain(given.help)
    names = ", ".join([*given.opts, *given.secondary_opts])
    bare = given.default in (None, False, (), []) or callable(given.default)
    written = f"`{names}`" if given.is_flag else f"`{names} {shown}`"
    return written, "" if bare else f"`{given.default}`", plain(given.help)


def page() -> list[str]:
    """Every command with its help and its flags."""
    from retroburn import cli

    lines = ["# Commands", ""]
    for path, command in commands(typer.main.get_command(cli.app), ("retroburn",)):
        context = typer.Context(command, info_name=" ".join(path))
        shown = [given for given in command.get_params(context) if not getattr(given, "hidden", False)]
        rows = [parameter(given, context) for given in shown if given.name != "help"]
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [f"## {' '.join(path)}", "", "```", f"{' '.join(path)} {usage}", "```", "", plain(command.help), ""]
        lines += table(("", "default", "meaning"), rows)
    return lines
