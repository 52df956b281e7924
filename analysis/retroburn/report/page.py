"""The page and the Markdown, rendered from a bundle by templates of our own.

Whatever a template puts out passes the door; only what is made here as `Markup` does not. So a template cannot forget
to escape.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from retroburn import assets, door
from retroburn.findings import Finding
from retroburn.report import checklist, figures, live, tables, tell
from retroburn.report.bundle import Bundle
from retroburn.report.numbers import Speech
from retroburn.report.overview import Overview
from retroburn.report.postmortem import Postmortem

if TYPE_CHECKING:
    from jinja2 import Environment

_HYPHENED = re.compile(
    r"(?<![\w&#;-])(?:(?=[\w.-]{3,24}(?![\w-]))\w[\w.]*(?:-[\w.]*\w)+"  # a name
    r"|--?[a-z][a-z-]*(?: [A-Z]+\b| start| end)?"  # an option, with what it takes
    r"|\d[\d.,]* %)"  # a part of a hundred
)
_TEMPLATES = Path(__file__).parent / "templates"
MOST_SHOWN = 20
"""Of ids, parameters and the like: more are in findings.json."""
FEW_EVENTS = 10
"""Of what people noted, shown at once; a month of releases would push the findings off the page."""

FEW_FILES = 10
"""Of what was read, shown at once; a file a day makes a table longer than the report."""


def html(bundle: Bundle, speech: Speech, status: Status, moving: live.Live | None = None) -> str:
    """The page: one file, nothing fetched, a policy that forbids it; no script but that of live charts, named in it."""
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    if moving:
        policy += f"; script-src {moving.source}"
    template = _environment("html").get_template(_template(bundle.report, "html"))
    own = {"style": Markup(style), "policy": Markup(policy), "moving": moving}  # noqa: S704
    return template.render(_context(bundle, speech, status), **own, raw=Markup)


def markdown(bundle: Bundle, speech: Speech, status: Status) -> str:
    """The same findings and numbers as Markdown, for a wiki or a pull request."""
    template = _environment("md").get_template(_template(bundle.report, "md"))
    lines = template.render(_context(bundle, speech, status)).splitlines()
    return "\n".join(_squeezed(lines)) + "\n"


class Status:
    """How the run went, for the banner: `complete`, `partial` or `failed`, and what to say about it."""

    def __init__(self, word: str, reasons: list[str], made: datetime, version: str) -> None:
        """`reasons` are sentences; `made` is the only time of the machine's clock on a page."""
        self.word, self.reasons, self.version = word, reasons, version
        self.made = f"{made.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _template(report: str, form: str) -> str:
    own = f"{report}.{form}.j2"
    return own if (_TEMPLATES / own).is_file() else f"report.{form}.j2"


def _context(bundle: Bundle, speech: Speech, status: Status) -> dict[str, Any]:
    return {
        "b": bundle,
        "doc": bundle.document,
        "s": speech,
        "t": speech.t,
        "status": status,
        "view": Overview(bundle, speech),
        "pm": Postmortem(bundle, speech),
        "tell": tell,
        "tables": tables.views(bundle.tables, speech),
        "asked": _asked(bundle, speech),
        "MOST": MOST_SHOWN,
        "FEW_EVENTS": FEW_EVENTS,
        "FEW_FILES": FEW_FILES,
    }


def _asked(bundle: Bundle, speech: Speech) -> checklist.Questions | None:
    numbers = {finding.id: number for number, finding in enumerate(bundle.findings, 1)}
    return checklist.Questions(bundle.checklist, numbers, speech) if bundle.checklist else None


@cache
def _environment(form: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_to_html if form == "html" else _to_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    makers = {
        "fact": fact,
        "number_at": number_at,
        "drawing": drawing,
        "sparkline": sparkline,
        "sql": sql,
        "words": words,
        "fence": fence,
        "code": code,
        "unbroken": unbroken,
    }
    environment.globals |= makers | {"line": Markup}
    return environment


def _to_html(value: Any) -> Any:
    return value if isinstance(value, Markup) else Markup(door.html(value))  # noqa: S704 - the door escapes


def _to_markdown(value: Any) -> Any:
    return value if isinstance(value, Markup) else Markup(door.markdown(value))  # noqa: S704 - the door escapes


def fact(finding: Finding, path: str, speech: Speech) -> Markup:
    """A number, time or text of a finding as an element that says which one it is, so that `verify` can hold it."""
    shown, known = door.html(tell.told(finding, path, speech)), tell.value(finding, path)
    marks = f'data-finding="{door.html(finding.id)}" data-path="{path}"'
    if path in {"title", "summary"}:
        return Markup(f"<span {marks}>{unbroken(Markup(shown))}</span>")  # noqa: S704
    if path in {"from", "to"}:
        machine = f' datetime="{known:%Y-%m-%dT%H:%M:%SZ}"' if known else ""
        return Markup(f"<time {marks}{machine}>{shown}</time>")  # noqa: S704
    return Markup(f'<data {marks} value="{"" if known is None else repr(known)}">{shown}</data>')  # noqa: S704


def unbroken(text: str) -> Markup:
    """A text whose short words with a hyphen (`ko-KR`) and options (`--baseline DIR`) do not break at it, nor `5 %`."""
    shown = str(text) if isinstance(text, Markup) else door.html(text)
    return Markup(_HYPHENED.sub(r'<bdi class="whole">\g<0></bdi>', shown))  # noqa: S704


def number_at(place: str, value: float | None, unit: str, speech: Speech) -> Markup:
    """A number that is of no finding, marked with its place in findings.json."""
    if value is None:
        return Markup("–")
    shown = door.html(speech.number(value, unit))
    return Markup(f'<data data-at="{door.html(place)}" value="{value!r}">{shown}</data>')  # noqa: S704


def drawing(bundle: Bundle, role: str, finding: Finding | None, text: str, speech: Speech) -> Markup | None:
    """A chart for the page with its text alternative; None where there is none."""
    svg = bundle.drawing(role, finding.id if finding else None)
    if svg is None:
        return None
    labels = {f"{n} {f.kind}": f"{n} {tell.kind(f.kind, speech)}" for n, f in enumerate(bundle.findings, 1)}
    labels |= {share.value: speech.thing(share.value) for f in bundle.findings for share in f.spread}
    labels |= {d.factor: speech.term("factors", d.factor) for f in bundle.findings for d in f.drivers}
    return Markup(figures.inline(svg, door.html(text), labels))  # noqa: S704 - rebuilt from known shapes


def sparkline(values: list[float | None], text: str) -> Markup:
    """A line of a few values for a cell of a table, the last one marked; a gap where one is not known."""
    return Markup(figures.sparkline(values, door.html(text)))  # noqa: S704 - numbers, and a text that is escaped


def words(text: str, speech: Speech) -> str:
    """A text of the log, or why there is none to see."""
    if text.strip():
        return text
    return speech.t("blank_text" if text else "no_text")


def sql(finding: Finding) -> Markup | None:
    """The query of a finding, as its file has it; None where the file is not ours any more."""
    home, name = assets.folder("queries"), finding.evidence.query.removeprefix("queries/")
    path = (home / name).resolve()
    if not path.is_file() or home.resolve() not in path.parents:
        return None
    return Markup(door.escape(path.read_text(encoding="utf-8").strip()))  # noqa: S704


def fence(text: str) -> Markup:
    """A block of Markdown code."""
    return Markup(door.fence(text))  # noqa: S704


def code(text: str) -> Markup:
    """A span of Markdown code, fit for a cell of a table."""
    return Markup(f"`{door.show(text).replace('`', '').replace('|', chr(92) + '|')}`")  # noqa: S704


def _squeezed(lines: list[str]) -> list[str]:
    """The lines without runs of empty ones, those inside fences left alone."""
    kept: list[str] = []
    fenced: str | None = None
    for line in lines:
        mark = line[: len(line) - len(line.lstrip("`"))]
        if fenced is None and len(mark) >= 3:
            fenced = mark
        elif fenced is not None and line == fenced:
            fenced = None
        if fenced is not None or line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip() if fenced is None else line)
    return kept
