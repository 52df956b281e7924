"""`retroburn check`: every detector over the logs, as a ranked table or as JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retroburn import door
from retroburn.cli.flags import Source, data
from retroburn.cli.progress import steps
from retroburn.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from rich.console import Console

    from retroburn.findings import Document, Finding

FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on", metavar="SEVERITY", help="Exit 1 when a finding is this grave: critical, high, medium, low, info."
    ),
]
_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}
_HINT = "lacking"
"""The fact on the log that says which field more would let it tell more."""
SOME = 6
"""Kinds named in one line; the rest is counted."""


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        epilog="Example: retroburn check exports/ --baseline demo/ --fail-on high",
        short_help="Find what went wrong, the gravest first.",
    )(check)


@data
def check(
    source: Source,
    *,
    json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write findings.json there; - for standard output.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a short text for mail or chat: at most seven lines, masked.")
    ] = False,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help="Language of --markdown: en or ko.")
    ] = None,
    fail_on: FailOn = None,
    flags: dict[str, Any],
) -> int:
    """Import the logs, run every detector, print what was found, the gravest first."""
    import retroburn

    known_severity(fail_on)
    if markdown and json == "-":
        raise UsageError("--markdown and --json -: both would be standard output. Name a file after --json.")
    known_language(lang, markdown)
    with steps("reading") as progress, retroburn.open(source, **flags) as logs:
        document = logs.check(progress).document
    if json == "-":
        sys.stdout.write(document.to_json())
    else:
        if json:
            write(Path(json), document.to_json(), "--json")
        if markdown:
            from retroburn.cli import brief

            sys.stdout.write(brief.markdown(document, str(flags.get("tz", "UTC")), lang or "en"))
        else:
            _print(document, source, str(flags.get("tz", "UTC")))
    return exit_code(document, fail_on)


def known_severity(name: str | None) -> None:
    """Raises UsageError for a severity that there is not."""
    from retroburn.findings import SEVERITIES

    if name is not None and name not in SEVERITIES:
        raise UsageError(f"--fail-on {name}: no such severity. {did_you_mean(name, SEVERITIES)}")


def known_language(name: str | None, markdown: bool) -> None:
    """Raises UsageError for a language that there is not, or where nothing would be told in it."""
    if name is None:
        return
    from retroburn.report.numbers import Speech

    Speech(name)
    if not markdown:
        raise UsageError(f"--lang {name}: of what check prints only --markdown is told in another language.")


def exit_code(document: Document, fail_on: str | None) -> int:
    """0 ran whole, 1 something is at or above `fail_on`, 3 ran in part."""
    from retroburn.findings import SEVERITIES

    if document.status == "partial":
        return 3
    bar = SEVERITIES.index(fail_on) if fail_on in SEVERITIES else -1
    return 1 if any(SEVERITIES.index(f.severity) <= bar for f in document.findings) else 0


def write(path: Path, text: str, flag: str) -> None:
    """Writes a file; a UsageError says why it could not."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{flag} {path}: cannot be written ({error.strerror}).") from None


def _print(document: Document, source: list[str], tz: str) -> None:
    from rich.console import Console

    out = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    _findings(out, document, tz)
    note = Console(stderr=True, highlight=False, soft_wrap=True)
    _health(note, document)
    named = " ".join(_quoted(name) for name in source)
    if document.findings:
        note.print(f"[dim]next:[/] retroburn report incident {named}", markup=True)
    else:
        note.print(f"[dim]next:[/] retroburn report weekly {named}", markup=True)


def _quoted(name: str) -> str:
    import shlex

    return shlex.quote(name).replace("[", "\\[")


def _findings(out: Console, document: Document, tz: str) -> None:
    from rich.table import Table
    from rich.text import Text

    if not document.findings:
        out.print(_nothing(document))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, justify in (
        ("severity", "left"),
        ("since", "left"),
        ("finding", "left"),
        ("requests", "right"),
        ("users", "right"),
        ("extra cost", "right"),
    ):
        table.add_column(name, justify=justify, no_wrap=name != "finding")  # type: ignore[arg-type]  # words of ours
    for f in document.findings:
        told = Text(door.show(f.title, 200), style="bold" if f.severity in {"critical", "high"} else "")
        told.append(f"\n{door.show(f.summary, 400)}", style="not bold dim")
        if f.also:
            told.append(f"\nwith it: {', '.join(also.kind for also in f.also)}", style="not bold dim")
        table.add_row(
            Text(f.severity, style=_STYLES[f.severity]),
            _when(f, tz),
            told,
            _count(f.impact.requests),
            _count(f.impact.users),
            _money(f.impact.cost_usd),
        )
    out.print(table)


def _nothing(document: Document) -> str:
    """That nothing was found; where most kinds could not be told, that is no good news."""
    from retroburn.detect.catalogue import detectors

    every = {detector.kind for detector in detectors()}
    untold = every & {lack.kind for lack in document.not_assessed}
    if 2 * len(untold) > len(every):
        return f"Nothing was found, but {len(untold)} of {len(every)} kinds could not be looked for."
    return "Nothing out of the usual was found in what could be judged."


def _when(f: Finding, tz: str) -> str:
    from zoneinfo import ZoneInfo

    start = f.start.astimezone(ZoneInfo(tz))
    return f"{start:%m-%d %H:%M}{'' if f.end else ' →'}"


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _money(value: float | None) -> str:
    if value is None:
        return "?"
    cents = round(value, 2) + 0.0  # a nothing has no sign
    return f"{'-' if cents < 0 else ''}${abs(cents):,.2f}"


def _health(note: Console, document: Document) -> None:
    from retroburn.detect.mutes import heads

    hints = [fact for fact in document.health_facts if fact.fact == _HINT]
    for line, fact in zip(document.health, document.health_facts, strict=True):
        if fact.fact != _HINT:
            note.print(f"log: {door.show(line, 300)}", markup=False)
    records = sum(i.records for i in document.inputs if i.role == "source")
    rejected = sum(i.rejected for i in document.inputs if i.role == "source")
    doubled = sum(i.duplicates for i in document.inputs if i.role == "source")
    note.print(f"{records:,} records read, {rejected:,} rejected, {doubled:,} duplicates.", markup=False)
    for failed in document.failed:
        note.print(f"failed: {failed.detector}: {door.show(failed.error, 200)}", markup=False, style="red")
    for muted in heads(document.muted):
        known = f"{muted.finding.title} ({muted.finding.severity}; until {muted.until}, {muted.by}: {muted.why})"
        note.print(f"muted: {door.show(known, 400)}", markup=False)
    if document.not_assessed:
        kinds = ", ".join(n.kind for n in document.not_assessed[:SOME])
        more = f" and {len(document.not_assessed) - SOME} more" if len(document.not_assessed) > SOME else ""
        note.print(f"could not be told: {kinds}{more} (--json says what each one lacks).", markup=False)
    if hints:
        fields = "; ".join(f"{fact.values['fields']} ({fact.values['kinds']})" for fact in hints)
        note.print(f"one field more in the log would let more be told: {door.show(fields, 600)}", markup=False)
