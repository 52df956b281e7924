"""Prints `docs/reference/` from the code: commands, tables, detectors, formats, and the fields of findings.json.

`python tools/reference.py` writes the pages. With `--check` it writes nothing, shows what is out of date as a diff, and
ends with 1 where something is.
"""

from __future__ import annotations

import difflib
import re
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import typer
import typer.core
import typer.main
from pydantic import BaseModel

from retroburn import assets, header
from retroburn.findings import Document

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
MARKUP = re.compile(r"\[/?(?:bold|dim|italic|cyan|green|red|yellow)[^\]]*\]")
NOTE = "<!-- Printed from the code by `make docs`. Do not edit. -->"


def cell(value: object) -> str:
    """A value as the text of one cell of a Markdown table."""
    return " ".join(str(value).split()).replace("|", "\\|")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table, or nothing where there are no rows."""
    lines = ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns), *lines, ""] if lines else []


def plain(text: str | None) -> str:
    """A help text without Rich's markup and click's marks against wrapping."""
    return re.sub(
        r"\[/?(?:bold|dim|italic|cyan|green|red|yellow)[^\]]*\]", "", (text or "").replace("\b\n", "")
    ).strip()


# --- cli.md


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


def cli_page() -> list[str]:
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


# --- tables.md


def tables_page() -> list[str]:
    """The canonical tables, from the schema that the engine creates them by."""
    lines = ["# Tables", "", "What `retroburn sql` and `logs.sql()` can ask. Times are UTC.", ""]
    with duckdb.connect() as con:
        for path in assets.queries("schema"):
            query = header.read(path)
            con.execute(query.sql)
            columns = con.execute(
                "select column_name, lower(data_type), comment from duckdb_columns() "
                "where table_name = $name order by column_index",
                {"name": query.name},
            ).fetchall()
            lines += [f"## {query.title}", "", f"{query.head.get('summary', '')}".strip().capitalize() + ".", ""]
            lines += table(("column", "type", "meaning"), [(f"`{c}`", f"`{t}`", m or "") for c, t, m in columns])
    return lines


# --- detectors.md


def detectors_page() -> list[str]:
    """Every detector, by cause, from the head of its file."""
    lines = ["# Detectors", "", "One SQL file a kind. A kind whose fields the log does not have is *not assessed*.", ""]
    cause = ""
    for path in assets.queries("detectors"):
        query = header.read(path)
        if query.folder != cause:
            cause = query.folder
            lines += [f"## {cause}", ""]
        lines += detector(query)
    return lines


def detector(query: header.Query) -> list[str]:
    """One detector: its question, what it needs, its thresholds with their reasons, its advice."""
    head = query.head
    facts = [
        (
            "needs",
            ", ".join(f"`{column}`" for column in head.get("needs", [])) or "nothing beyond the required columns",
        ),
        *((key, head[key]) for key in ("method", "unit", "rule", "advice") if head.get(key)),
        ("query", f"[`{assets.relative(query.path)}`](../../{assets.relative(query.path)})"),
    ]
    lines = [f"### {query.name}", "", cell(head.get("question") or query.title), ""]
    lines += [f"- **{name}**: {cell(value)}" for name, value in facts]
    return [*lines, "", *thresholds(head.get("params") or {})]


def thresholds(params: dict[str, Any]) -> list[str]:
    """The parameters of a detector, each with its default and why."""
    rows = [
        (f"`{name}`", f"`{given.get('default')}`" if isinstance(given, dict) else f"`{given}`",
         given.get("why", "") if isinstance(given, dict) else "")
        for name, given in params.items()
    ]  # fmt: skip
    return table(("parameter", "default", "why"), rows)


# --- formats.md


def formats_page() -> list[str]:
    """Every format, from the head of its importer."""
    lines = ["# Formats", "", "A file is recognised by its content, never by its name alone.", ""]
    for path in assets.queries("importers"):
        query = header.read(path)
        lines += [f"## {query.name}", "", cell(query.head.get("summary") or query.title), ""]
        known = {key: value for key, value in query.head.items() if key not in ("title", "summary")}
        for key, value in known.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            lines.append(f"- **{key}**: {cell(shown)}")
        lines.append("")
    return lines


# --- findings.md


def models(model: type[BaseModel], seen: list[type[BaseModel]]) -> list[type[BaseModel]]:
    """A model and every model that its fields hold, each once, the outer first."""
    if model not in seen:
        seen.append(model)
        for field in model.model_fields.values():
            for inner in inside(field.annotation):
                models(inner, seen)
    return seen


def inside(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models named in a type, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from inside(argument)


def type_name(annotation: Any) -> str:
    """A type as people write it, without its modules."""
    name = annotation.__name__ if isinstance(annotation, type) and not typing.get_args(annotation) else str(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", name).replace("NoneType", "None")


def findings_page() -> list[str]:
    """The fields of findings.json, from its models."""
    lines = ["# findings.json", ""]
    for model in models(Document, []):
        rows = [
            (f"`{field.alias or name}`", f"`{type_name(field.annotation)}`", "no" if field.is_required() else "yes")
            for name, field in model.model_fields.items()
            if not field.exclude
        ]
        lines += [
            f"## {model.__name__}",
            "",
            cell(model.__doc__ or ""),
            "",
            *table(("field", "type", "may be absent"), rows),
        ]
    return lines


PAGES: dict[str, Callable[[], list[str]]] = {
    "cli.md": cli_page,
    "tables.md": tables_page,
    "detectors.md": detectors_page,
    "formats.md": formats_page,
    "findings.md": findings_page,
}


def text(page: Callable[[], list[str]]) -> str:
    """A whole page, one newline at its end."""
    title, *rest = page()
    return "\n".join([title, "", NOTE, *rest]).rstrip() + "\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """The differences between the pages as they are and as they should be, as lines of a diff."""
    lines: list[str] = []
    for name, page in PAGES.items():
        path = folder / name
        now = path.read_text(encoding="utf-8") if path.is_file() else ""
        lines += difflib.unified_diff(
            now.splitlines(), text(page).splitlines(), f"{name} (now)", f"{name} (printed)", lineterm=""
        )
    return lines


def main(arguments: Sequence[str]) -> int:
    """Writes the pages, or checks them."""
    if "--check" in arguments:
        lines = stale()
        print("\n".join([*lines, "", "Out of date: run `make docs`."]) if lines else "docs/reference is current")
        return 1 if lines else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(text(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
