"""`retroburn formats`, `detectors`, `reports` and `doctor`: what there is, and what works on this machine."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON array of objects.")]


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: retroburn formats --json", short_help="List the log formats that can be read.")(
        formats
    )
    app.command(epilog="Example: retroburn detectors", short_help="List what is looked for.")(detectors)
    app.command(epilog="Example: retroburn reports", short_help="List the reports that can be written.")(reports)
    app.command(
        epilog="Example: retroburn doctor", short_help="Say what works on this machine, and how to mend the rest."
    )(doctor)


def formats(
    as_json: AsJson = False,
    importers: Annotated[
        str | None, typer.Option("--importers", metavar="DIR", help="A folder with importers of your own.")
    ] = None,
) -> None:
    """List the log formats that can be read; recognised by content, not by name."""
    from retroburn import intake

    _print(intake.formats_listed(importers), as_json)


def detectors(as_json: AsJson = False) -> None:
    """List what is looked for: one kind of finding a line."""
    from retroburn.detect import catalogue

    found = [
        {
            "name": d.kind,
            "summary": d.head.question,
            "kind": d.kind,
            "cause": d.cause,
            "needs": d.head.needs,
            "query": d.path,
        }
        for d in catalogue.detectors()
    ]
    _print(found, as_json)


def reports(as_json: AsJson = False) -> None:
    """List the reports that can be written."""
    from retroburn import report

    _print([{"name": r.name, "summary": r.question, "title": r.title} for r in report.available()], as_json)


def doctor(as_json: AsJson = False) -> None:
    """Say what works on this machine, and how to mend the rest."""
    from retroburn.cli.machine import examine

    found = examine()
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for item in found:
        mend = f"  → {item['mend']}" if item["mend"] else ""
        typer.echo(f"{'ok ' if item['ok'] else '-- '} {item['name']}: {item['summary']}{mend}")


def _print(items: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    width = max((len(item["name"]) for item in items), default=0)
    for item in items:
        typer.echo(f"{item['name']:<{width}}  {item['summary']}")
