"""What a notebook makes: a report in the making, shown cell by cell. Its parts are what the page is built from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from retroburn import charts, door
from retroburn.detect import catalogue
from retroburn.detect.run import ranked
from retroburn.findings import SEVERITIES, Document, Finding
from retroburn.report import actions, changes, checklist, clean, figures, history, kept, weeks
from retroburn.report.bundle import (
    GRAVE,
    MEDIA_TYPE,
    ActionItem,
    Change,
    Checklist,
    Comparison,
    Event,
    Example,
    Kept,
    Late,
    Period,
    Table,
    pack_series,
    pack_spreads,
)
from retroburn.report.figures import Figures
from retroburn.report.source import Logs, locate

EXAMPLES = 3
"""Requests shown of each finding: the clearest ones; `retroburn show` and `collect` give the rest."""
NEAR = timedelta(hours=24)


class Draft:
    """Findings of one period, with what a page needs beside them. Shown in a notebook as a table."""

    def __init__(self, logs: Logs, document: Document, period: Period) -> None:
        """`document` with series; `period` says which time it speaks of, and is filled in from the document."""
        self.logs, self.zone = logs, logs.tz
        self.document = clean.document(document)
        self.period = _filled(period, self.document, logs.span[0] if logs.span else None)
        # the same file in SOURCE and as --context is one thing that people knew
        self.events: list[Event] = list({repr(known): known for known in map(clean.event, logs.events())}.values())
        self.examples = _examples(logs, document)

    def __iter__(self) -> Iterator[Finding]:
        """The findings, the gravest first."""
        return iter(self.document.findings)

    def __len__(self) -> int:
        """How many findings there are."""
        return len(self.document.findings)

    def timeline(self) -> Figures:
        """All findings over time, with what people noted."""
        return figures.timelines(self.document, self.events, self.zone)

    def charts(self) -> Figures:
        """One chart a finding, the drivers of those about money, and what came in beside what drifted."""
        return figures.of_findings(self.document, self.zone)

    def part(self) -> dict[str, Any]:
        """What the page needs of it, as JSON."""
        return {
            "zone": self.zone,
            "document": self.document.model_dump(mode="json", by_alias=True),
            "series": pack_series(self.document),
            "spreads": pack_spreads(self.document),
            "period": self.period.model_dump(mode="json"),
            "events": [event.model_dump(mode="json") for event in self.events],
            "examples": {key: [one.model_dump(mode="json") for one in some] for key, some in self.examples.items()},
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = [[f.severity, f.title, f"{f.start:%Y-%m-%d %H:%M} UTC", f.impact.requests] for f in self]
        return shown(["severity", "what broke", "since", "requests hurt"], rows, self.part())


class Weekly(Draft):
    """A week, and what changed since the one before."""

    _changes: Sequence[Change] = ()
    """What `compare` told."""

    def compare(self) -> Compared:
        """Runs the same checks on the week before and says what is new, worse, better, the same and gone."""
        if self.logs.span is None:
            return Compared(Comparison())
        first = self.logs.span[0]
        window = weeks.week_before(self.period, first)
        kept = self._told_then()
        late = self._late(kept)
        if window is None:
            return Compared(Comparison(late=late))
        told = history.of(kept, *window)
        before = told.findings if told else clean.document(self.logs.between(*window).check().document).findings
        judged = self.logs.between(self.period.start, self.period.end)
        found = [*self.document.findings, *before]
        old = changes.lingering(found, kept, window[0], judged.inside)
        values = judged.weekly_values([*found, *old], weeks.before(self.period, first))
        about = (self.document.findings, before, window, values)
        compared = changes.compare(*about, earlier=kept, inside=judged.inside)
        if any(change.state == "new" for change in compared.changes):
            again = [*kept, *self._earlier(kept, first, window[0])]
            compared = changes.compare(*about, earlier=again, inside=judged.inside)
        self._changes = compared.changes
        return Compared(compared.model_copy(update={"kept": told is not None, "late": late}))

    def _told_then(self) -> list[history.Week]:
        """The weeks that stores keep, without what is muted now: it is left out of both sides, and is not gone."""
        weeks_kept = history.kept(self.logs.stores)
        return [week.model_copy(update={"findings": self.logs.told(week.findings)[0]}) for week in weeks_kept]

    def _earlier(self, kept: Sequence[history.Week], first: datetime, until: datetime) -> list[history.Week]:
        """What the same checks find in the weeks before `until` that no store kept: one look at all of them.

        A trouble of a day does not show in what a whole week measures. What is low may be chance: it makes nothing old.
        """
        blank = [one for one in weeks.back(until, first) if history.of(kept, *one) is None]
        if not blank:
            return []
        seen = clean.document(self.logs.between(blank[0][0], until).check().document).findings
        found = [finding for finding in seen if finding.severity in GRAVE]
        return [
            history.Week(start=start, end=end, requests=0, findings=[f for f in found if _during(f, start, end)])
            for start, end in blank
        ]

    def _late(self, kept: Sequence[history.Week]) -> list[Late]:
        """The weeks, of those looked back at, that hold more or fewer requests than when they were judged."""
        end = self.period.end
        near = [week for week in kept if end and end - (weeks.MOST_WEEKS + 1) * weeks.WEEK < week.end <= end]
        counts = [(week, self.logs.count(week.start, week.end) - week.requests) for week in near]
        return [Late(start=week.start, end=week.end, requests=more) for week, more in counts if more]

    def tables(self) -> Tables:
        """The week and those before it in numbers, whatever was found."""
        judged = self.logs.between(self.period.start, self.period.end)
        return Tables(table(fact) for fact in judged.facts("reports", "weekly"))

    def actions(self, incidents: str | Sequence[str] = ()) -> Actions:
        """The open action items of earlier incidents, by the folders of their reports, and whether each query holds."""
        lacking = [one.kind for one in self.document.not_assessed]
        judged = self.logs.between(self.period.start, self.period.end)
        folders = locate(incidents) if incidents else []
        still = [change for change in self._changes if change.id is None and change.state != "gone"]
        return Actions(actions.open_items(folders, judged, lacking, still))


class Compared:
    """What changed since the week before. Shown in a notebook as a table."""

    def __init__(self, comparison: Comparison) -> None:
        """Wraps a comparison for display."""
        self.comparison = comparison

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = [[c.state, c.title, c.before, c.now] for c in self.comparison.changes]
        return shown(
            ["state", "finding", "before", "now"], rows, {"comparison": self.comparison.model_dump(mode="json")}
        )


class Actions:
    """Open action items of earlier incidents. Shown in a notebook as a table."""

    def __init__(self, items: Sequence[ActionItem]) -> None:
        """Wraps items for display."""
        self.items = list(items)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = [[one.state, one.text, one.owner, one.query] for one in self.items]
        part = {"actions": [one.model_dump(mode="json") for one in self.items]}
        return shown(["its query", "what to do", "owner", "query"], rows, part)


class Incident(Draft):
    """One incident: the findings of its window, drafted as a post-mortem."""

    def kept(self, folder: str | None = None) -> KeptOnes:
        """What people kept while exploring, asked again of these logs; by default of `retroburn-incident/`."""
        lines = kept.read(folder or kept.FOLDER)
        return KeptOnes(kept.again(self.logs, self.document, lines), len(lines))


class KeptOnes:
    """What was kept, shown in a notebook as a table."""

    def __init__(self, ones: Sequence[Kept], all_lines: int) -> None:
        """`all_lines`: with those that were seen in other logs."""
        self.ones, self.left_out = list(ones), all_lines - len(ones)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = [[one.note, one.title or one.condition, one.bad, one.n, one.failed] for one in self.ones]
        part = {"kept": [one.model_dump(mode="json") for one in self.ones]}
        return shown(["note", "what", "of them", "requests", "not told"], rows, part)


class Cause(Draft):
    """One of the five causes: its findings, and the tables in `queries/reports/<cause>/`."""

    def __init__(self, logs: Logs, document: Document, period: Period, cause: str) -> None:
        """`logs` are those of the window already."""
        super().__init__(logs, document, period)
        self._cause = cause

    def tables(self) -> Tables:
        """What is particular to the cause."""
        return Tables(table(fact) for fact in self.logs.facts("reports", self._cause))


class Readiness(Draft):
    """The launch checklist, and the findings that speak against it."""

    def checklist(self) -> Questioned:
        """Every question with its verdict."""
        known = [self.logs.span[1]] if self.logs.span else [event.at for event in self.events]
        now = max(known, default=None)
        facts = self.logs.facts("checklist")
        return Questioned(checklist.judge(facts, self.document, self.logs.statements, now))


class Questioned:
    """The checklist, shown in a notebook as a table."""

    def __init__(self, judged: Checklist) -> None:
        """Wraps a checklist for display."""
        self.checklist = judged

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = [[one.verdict, one.name, one.seen, one.of, ", ".join(one.findings)] for one in self.checklist.questions]
        part = {"checklist": self.checklist.model_dump(mode="json")}
        return shown(["verdict", "question", "seen", "of", "findings"], rows, part)


class Tables:
    """Tables of facts, shown one under the other in a notebook."""

    def __init__(self, tables: Iterable[Table]) -> None:
        """Keeps tables in their order."""
        self.tables = list(tables)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        made = [shown(one.columns, one.rows, {}) for one in self.tables]
        return {
            "text/plain": "\n\n".join(one["text/plain"] for one in made),
            "text/html": "".join(one["text/html"] for one in made),
            MEDIA_TYPE: {"tables": [one.model_dump(mode="json") for one in self.tables]},
        }


def table(fact: Any) -> Table:
    """The rows of a query as a part of a report."""
    return Table(
        name=fact.name,
        query=fact.query,
        params=fact.params,
        columns=fact.columns,
        rows=fact.rows,
        sha256=fact.sha256,
    )


def weekly(logs: Logs, week: str | None = None, start: str | None = None, end: str | None = None) -> Weekly:
    """The last seven full days before the newest record, or the week named; `start` and `end` choose another time."""
    charts.load_ahead()  # what draws loads while the queries run
    if (start or end) and not week:
        return Weekly(logs, logs.between(start, end).check().document, Period(how="given"))
    if logs.span is None:
        return Weekly(logs, logs.check().document, Period())
    judged = weeks.period(*logs.span, logs.tz, week)
    return Weekly(logs, logs.between(judged.start, judged.end).check().document, judged)


def incident(logs: Logs, start: str | None = None, end: str | None = None) -> Incident:
    """The incident between two times; without them the time around the gravest finding is proposed."""
    charts.load_ahead()  # what draws loads while the queries run
    document = clean.document(logs.between(start, end).check().document)
    if start or end or not document.findings:
        return Incident(logs, document, Period(how="given" if start or end else "all"))
    first, last = propose(document)
    kept = [f for f in document.findings if _during(f, first, last)]
    muted = [one for one in document.muted if _during(one.finding, first, last)]
    window = document.window.model_copy(update={"start": first, "end": last})
    proposed = document.model_copy(update={"findings": kept, "muted": muted, "window": window})
    return Incident(logs, proposed, Period(start=first, end=last, how="proposed"))


def cause(logs: Logs, name: str, start: str | None = None, end: str | None = None) -> Cause:
    """One of the five causes, by name: findings that are of it, touch it, or say when one was noticed."""
    charts.load_ahead()  # what draws loads while the queries run
    window = logs.between(start, end)
    document = window.check().document
    kinds = {detector.kind for detector in catalogue.detectors() if detector.cause == name}
    own = {f.id for f in document.findings if f.cause == name or kinds & {other.kind for other in f.also}}
    kept = [f for f in document.findings if f.id in own or f.about in own]
    lacks = [one for one in document.not_assessed if one.kind in kinds]
    muted = [one for one in document.muted if one.finding.cause == name]
    period = Period(how="given" if start or end else "all")
    own_part = {"findings": kept, "muted": muted, "not_assessed": lacks}
    return Cause(window, document.model_copy(update=own_part), period, name)


def readiness(logs: Logs, start: str | None = None, end: str | None = None) -> Readiness:
    """The launch checklist over the whole log, or between two times.

    What is muted counts here: that people know of a trouble does not make a launch ready.
    """
    charts.load_ahead()  # what draws loads while the queries run
    window = logs.between(start, end)
    document = window.check().document
    every = ranked([*document.findings, *(one.finding for one in document.muted)])
    document = document.model_copy(update={"findings": every, "muted": []})
    return Readiness(window, document, Period(how="given" if start or end else "all"))


def propose(document: Document) -> tuple[datetime, datetime]:
    """The time of the gravest finding, widened by grave ones that overlap it and began within a day of it."""
    gravest = document.findings[0]
    limit = document.window.end or max(f.end or f.start for f in document.findings) + timedelta(hours=1)
    first, last = gravest.start, gravest.end or limit
    for other in document.findings[1:]:
        grave = SEVERITIES.index(other.severity) <= SEVERITIES.index("high")
        if grave and abs(other.start - gravest.start) <= NEAR and other.start < last and (other.end or limit) > first:
            first, last = min(first, other.start), max(last, other.end or limit)
    margin = max(timedelta(hours=1), (last - first) / 10)
    begin = max(first - margin, document.window.start) if document.window.start else first - margin
    return begin, min(last + margin, limit)


def _during(finding: Finding, start: datetime, end: datetime) -> bool:
    """Whether a finding was there at some time between two."""
    return finding.start < end and (finding.end is None or finding.end > start)


def _filled(period: Period, document: Document, first: datetime | None) -> Period:
    """The period with the document's own window and what lies before it, where these are not given."""
    start, end = period.start or document.window.start, period.end or document.window.end
    days = round(max((start - first).total_seconds(), 0.0) / 86400, 2) if start and first else None
    return period.model_copy(update={"start": start, "end": end, "history_days": days})


def _examples(logs: Logs, document: Document) -> dict[str, list[Example]]:
    """The clearest requests of each finding; all are asked for at once."""
    wanted = {f.id: f.examples[:EXAMPLES] for f in document.findings}
    rows: dict[str, Mapping[str, Any]] = {}
    for row in logs.requests_by_id(sorted({one for some in wanted.values() for one in some})):
        rows |= {str(row[name]): row for name in ("trace_id", "id") if row.get(name)}
    return {key: [clean.example(one, rows.get(one)) for one in some] for key, some in wanted.items()}


def shown(head: Sequence[str], rows: Sequence[Sequence[Any]], part: Mapping[str, Any]) -> dict[str, Any]:
    """A table for people in text and HTML, with a part for the page beside it."""
    texts = [["" if cell is None else door.show(cell, 200) for cell in row] for row in rows]
    text = "\n".join("  ".join(row) for row in texts) or "nothing"
    body = "".join(f"<tr>{''.join(f'<td>{door.html(cell)}</td>' for cell in row)}</tr>" for row in texts)
    heads = "".join(f"<th>{door.html(cell)}</th>" for cell in head)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>" if texts else "<p>nothing</p>"
    return {"text/plain": text, "text/html": table, MEDIA_TYPE: dict(part)}
