"""What a notebook leaves behind for the page: parts, each shown by one cell, put together into a bundle.

A part travels in the cell's output under a media type of its own, beside the table or drawing a person sees. So the
notebook is the record: run by retroburn, by papermill or by hand it holds the same findings, and one that broke off
halfway still holds what it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from retroburn.findings import Document, Finding, Point, Share, Time

GRAVE = frozenset({"critical", "high", "medium"})
MEDIA_TYPE = "application/vnd.retroburn.part+json"


def naive(at: datetime) -> datetime:
    """A time as naive UTC, which is what all code here reckons in."""
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


class _Part(BaseModel):
    @field_validator("*", mode="after")
    @classmethod
    def _utc(cls, value: Any) -> Any:
        return naive(value) if isinstance(value, datetime) else value


class Event(_Part):
    """Something people or another system knew: a row of the context."""

    at: Time
    kind: str
    text: str = ""
    ref: str = ""


class Example(_Part):
    """One request of a finding, its texts masked and shortened."""

    id: str
    start: Time | None = None
    status: str = ""
    facts: list[str] = Field(default_factory=list)
    input: str = ""
    output: str = ""
    found: bool = True


class Period(_Part):
    """Which time a report speaks of, and how it was chosen."""

    start: Time | None = None
    end: Time | None = None
    how: Literal["week", "days", "short", "given", "proposed", "all"] = "all"
    label: str = ""
    history_days: float | None = None
    left_out_s: float = 0.0
    """Seconds of log after the last full day, which a weekly report leaves for the next."""


class Change(_Part):
    """One finding against the week before."""

    key: str
    state: Literal["new", "back", "worse", "better", "same", "gone"]
    id: str | None = None
    """The finding of this week; None where it is gone, or there and found no more since it is usual now."""
    kind: str
    title: str
    where: dict[str, str | list[str]] = Field(default_factory=dict)
    unit: str = ""
    before: float | None = None
    now: float | None = None
    requests_before: int | None = None
    requests_now: int | None = None
    weeks: list[float | None] = Field(default_factory=list)
    """The measure over whole weeks, this one last; then `before` and `now` are the last two of them."""
    noise: float | None = None
    """How much two weeks differ when nothing is wrong (95 %); None where too few weeks tell."""
    running: Time | None = None
    """The start of the first week since when it was there without a break."""
    last_seen: Time | None = None
    """Of one that is back: the start of the newest week before in which it was there."""
    place_before: dict[str, str | list[str]] | None = None
    """Where it was found the week before, if elsewhere."""


class Late(_Part):
    """A week of which records came, or went, after it was judged."""

    start: Time
    end: Time
    requests: int
    """How many more the log holds of it now; fewer where negative."""


class ActionItem(_Part):
    """One open action item of an earlier incident; `rows` is what its query gave, or why it could not be run.

    `still` are the keys of changes that it speaks of, and that are there though they are found no more.
    """

    incident: str
    text: str
    owner: str = ""
    query: str
    state: Literal["holds", "open", "unknown"] = "unknown"
    rows: list[str] = Field(default_factory=list)
    still: list[str] = Field(default_factory=list)


class Comparison(_Part):
    """What is new, worse, better, the same and gone; `start` is None where there was no week before."""

    start: Time | None = None
    end: Time | None = None
    changes: list[Change] = Field(default_factory=list)
    kept: bool = False
    """Whether the week before is as it was told then, out of a store's history."""
    late: list[Late] = Field(default_factory=list)

    def of(self, finding_id: str) -> Change | None:
        """The change of one of this week's findings."""
        return next((change for change in self.changes if change.id == finding_id), None)

    def in_state(self, state: str) -> list[Change]:
        """The changes of one state, in the order of the findings."""
        return [change for change in self.changes if change.state == state]


class Table(_Part):
    """The rows of one query in `queries/`, as they were when the notebook ran; its head has the words."""

    name: str
    query: str
    params: dict[str, Any] = Field(default_factory=dict)
    columns: list[str] = Field(default_factory=list)
    rows: list[list[Any]] = Field(default_factory=list)
    sha256: str = ""


class Stated(_Part):
    """What a person stated in `--config`."""

    by: str
    says: str
    on: str
    until: str
    holds: bool
    expired: bool


class Checked(_Part):
    """One question of the launch checklist: `seen` of `of` is what the log shows, `findings` what speaks against it."""

    name: str
    query: str
    params: dict[str, Any] = Field(default_factory=dict)
    sha256: str = ""
    verdict: Literal["pass", "fail", "no evidence"]
    seen: int | None = None
    of: int | None = None
    findings: list[str] = Field(default_factory=list)
    statement: Stated | None = None


class Checklist(_Part):
    """The launch checklist."""

    questions: list[Checked] = Field(default_factory=list)

    @property
    def not_passed(self) -> int:
        """Questions that failed or have no evidence."""
        return sum(one.verdict != "pass" for one in self.questions)


class KeptSlice(_Part):
    """A slice that tells the requests of a kept time from the others."""

    where: dict[str, str] = Field(default_factory=dict)
    n: int
    bad: int
    rate: float
    usual: float | None = None


class Kept(_Part):
    """Something that a person kept while exploring, with the note: a finding, or a condition in a time."""

    note: str = ""
    title: str = ""
    finding: str | None = None
    """Its id, where it is one of the report's findings."""
    key: str = ""
    condition: str = ""
    start: Time | None = None
    end: Time | None = None
    n: int | None = None
    bad: int | None = None
    others: int | None = None
    bad_others: int | None = None
    rate: float | None = None
    rate_others: float | None = None
    slices: list[KeptSlice] = Field(default_factory=list)
    failed: str = ""
    """Why the log of the report cannot answer it."""
    line: dict[str, Any] = Field(default_factory=dict)
    """As it was kept, masked: `verify` asks it again."""


class Drawing(_Part):
    """One chart as SVG: of a finding (`finding` is its id), or the timeline."""

    role: Literal["finding", "drivers", "spread", "timeline", "timeline_narrow"]
    finding: str | None = None
    svg: str


class Bundle(_Part):
    """All parts of one run. Only `document` is always there once the first cell ran."""

    report: str
    zone: str = "UTC"
    document: Document | None = None
    period: Period = Field(default_factory=Period)
    events: list[Event] = Field(default_factory=list)
    examples: dict[str, list[Example]] = Field(default_factory=dict)
    comparison: Comparison | None = None
    actions: list[ActionItem] | None = None
    tables: list[Table] = Field(default_factory=list)
    checklist: Checklist | None = None
    kept: list[Kept] = Field(default_factory=list)
    drawings: list[Drawing] = Field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """The findings in the order of the page; none where there is no document."""
        return in_order(self.document.findings) if self.document else []

    @property
    def troubles(self) -> list[Finding]:
        """Those that stand for themselves: what broke. The others say more of one of these."""
        return [finding for finding in self.findings if not self.about(finding)]

    @property
    def grave(self) -> list[Finding]:
        """Those that are worth waking a report for."""
        return [finding for finding in self.troubles if finding.severity in GRAVE]

    def about(self, finding: Finding) -> Finding | None:
        """The finding that one speaks of, where it is on the page too."""
        return next((f for f in self.findings if f.id == finding.about), None) if finding.about else None

    def noticed(self, finding: Finding) -> Finding | None:
        """What says of a finding that it was noticed late, or never."""
        return next((f for f in self.findings if f.about == finding.id), None)

    def drawing(self, role: str, finding: str | None = None) -> str | None:
        """The SVG of one chart."""
        return next((d.svg for d in self.drawings if d.role == role and d.finding == finding), None)


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Findings as a page numbers them: those that stand for themselves, then those that speak of one of them."""
    ids = {finding.id for finding in findings}
    return sorted(findings, key=lambda finding: finding.about in ids)


def pack_series(document: Document) -> dict[str, list[list[Any]]]:
    """The series of every finding as rows `[seconds since 1970, n, bad, value, usual]`: small, and JSON."""
    return {
        f.id: [[int(p.at.replace(tzinfo=UTC).timestamp()), p.n, p.bad, p.value, p.usual] for p in f.series]
        for f in document.findings
    }


def pack_spreads(document: Document) -> dict[str, list[dict[str, Any]]]:
    """What came in beside what drifted, by finding."""
    return {f.id: [share.model_dump(mode="json") for share in f.spread] for f in document.findings if f.spread}


def read(name: str, parts: Iterable[Mapping[str, Any]]) -> Bundle:
    """The bundle that the parts of a run make together; a later part of the same kind wins, drawings add up."""
    whole: dict[str, Any] = {"report": name, "drawings": []}
    series: Mapping[str, list[list[Any]]] = {}
    spreads: Mapping[str, list[Any]] = {}
    for part in parts:
        whole["drawings"] += part.get("drawings", [])
        series, spreads = part.get("series", series), part.get("spreads", spreads)
        whole |= {k: v for k, v in part.items() if k not in {"drawings", "series", "spreads", "report"}}
    bundle = Bundle.model_validate(whole)
    if bundle.document:
        settle(bundle.document)
        for finding in bundle.document.findings:
            finding.series = list(_points(series.get(finding.id, [])))
            finding.spread = [Share.model_validate(one) for one in spreads.get(finding.id, [])]
    return bundle


def settle(document: Document) -> None:
    """Makes every time of a document naive UTC, in place."""
    for window in (document.window, document.baseline):
        window.start = naive(window.start) if window.start else None
        window.end = naive(window.end) if window.end else None
    for finding in [*document.findings, *(muted.finding for muted in document.muted)]:
        finding.start = naive(finding.start)
        finding.end = naive(finding.end) if finding.end else None
        finding.series = [point.model_copy(update={"at": naive(point.at)}) for point in finding.series]


def _points(rows: list[list[Any]]) -> Iterator[Point]:
    for seconds, n, bad, value, usual in rows:
        at = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        yield Point(at=at, n=n, bad=bad, value=value, usual=usual)
