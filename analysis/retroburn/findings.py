"""A finding, and the document `findings.json` (contract, section 3). Data only: nothing here computes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from retroburn.intake.ledger import Fact as Fact  # noqa: PLC0414 - handed on
from retroburn.intake.ledger import Input as Input  # noqa: PLC0414 - handed on

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
SCHEMA = "retroburn.findings/1"


def _rfc3339(at: datetime) -> str:
    """A time as JSON has it. One without a zone is UTC, as everywhere in the code: the reader must be told."""
    return f"{(at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at).isoformat()}Z"


Time = Annotated[datetime, PlainSerializer(_rfc3339, when_used="json")]


class _Model(BaseModel):
    model_config = ConfigDict(populate_by_name=True, arbitrary_types_allowed=True)


class Measure(_Model):
    """What was measured. `low`…`high` is the 95 % interval of `observed`; null says that it could not be told."""

    name: str
    """What is measured, in words."""
    unit: str
    """`share` (0 to 1), `usd`, `ms`, `h`, `times`, or what is counted."""
    baseline: float | None = None
    """The usual value; null where there is nothing to compare with."""
    observed: float | None = None
    """The value in the time and place of the finding."""
    low: float | None = None
    """Lower end of the interval."""
    high: float | None = None
    """Upper end of the interval."""


class Also(_Model):
    """Another kind of which the same rows are a case."""

    kind: str
    """The other kind."""
    measure: Measure
    """What it measures on those rows."""


class Impact(_Model):
    """Whom it hit. `requests` were hurt inside `from`…`to` and `where`; `share` is their part of all requests there."""

    requests: int | None = None
    """Requests hurt."""
    share: float | None = None
    """Their part of all requests there, 0 to 1."""
    users: int | None = None
    """Users hurt; null where the log names none."""
    tenants: int | None = None
    """Tenants hurt; null where the log names none."""
    cost_usd: float | None = None
    """Cost above the usual, in US dollars; below zero where it cost less."""


class Driver(_Model):
    """One factor of a change in cost. The shares of a finding sum to 1 and may be negative."""

    factor: str
    """`traffic`, `input_tokens`, `output_tokens`, `price`, `model_mix`, `retries`, `cache`, `fallback` or `loops`."""
    share: float
    """Its part of the change."""


class Evidence(_Model):
    """The query behind the numbers: a file of ours, its parameters, and the rows it gave."""

    query: str
    """The file of the query."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Its parameters, with the time and the place of the finding."""
    rows: int = 0
    """Rows of the series that the finding was made of."""
    sha256: str = ""
    """Digest of these rows as CSV: a report has them in `evidence/`."""
    weak: bool = False
    """Whether so little speaks for the finding that it may be chance; it is at most low then."""


class Point(_Model):
    """One bucket of a finding's series: what was seen, what is usual; in `evidence/`, not in findings.json."""

    at: Time
    """Where the bucket begins."""
    n: int | None = None
    """Cases in it."""
    bad: float | None = None
    """Bad ones among them."""
    value: float | None = None
    """What was seen."""
    usual: float | None = None
    """What is usual."""


class Share(_Model):
    """One value of what drifted, and which part of the requests had it; on pages and beside a report's findings."""

    value: str
    """The value."""
    usual: float
    """Its usual part."""
    now: float
    """Its part now."""


class Note(_Model):
    """What else the rows of a finding bear out: which part failed first, whether answers were wrong."""

    note: str
    """The query that told it: `queries/notes/<note>.sql`."""
    values: dict[str, Any] = Field(default_factory=dict)
    """The numbers and names in the sentence."""
    text: str = ""
    """The sentence in English; it stands in the summary too."""


class Finding(_Model):
    """One thing that went wrong: what, since when, where, whom it hit, why it is believed, what to do."""

    id: str
    """Names this finding; the same in every run on the same data."""
    key: str
    """Names its kind and place; the same from week to week."""
    kind: str
    """What went wrong: one of the kinds on the page of detectors."""
    cause: str
    """`inputs`, `dependencies`, `answers`, `state` or `operations`."""
    also: list[Also] = Field(default_factory=list)
    """At most five other kinds of which the same rows are a case, the strongest first."""
    severity: Severity
    """How grave it is: one rule for all kinds."""
    title: str
    """What and where, in a line."""
    summary: str
    """One or two sentences with the numbers."""
    start: Time = Field(alias="from")
    """The onset."""
    end: Time | None = Field(default=None, alias="to")
    """When it was over; null while it goes on."""
    where: dict[str, str | list[str]] = Field(default_factory=dict)
    """The smallest slice that explains it, by field; empty where the whole traffic is hit."""
    impact: Impact = Field(default_factory=Impact)
    """Whom it hit, and what it cost."""
    measure: Measure
    """What was measured."""
    drivers: list[Driver] = Field(default_factory=list)
    """What moved the cost, for findings about money."""
    examples: list[str] = Field(default_factory=list)
    """Ids of at most 20 requests that are truly hit, the clearest first."""
    evidence: Evidence
    """The query behind it."""
    advice: str = ""
    """What to do, and how to see that it worked."""
    notes: list[Note] = Field(default_factory=list)
    """What else its rows bear out, a sentence each."""
    about: str | None = None
    """The id of the finding that it speaks of: that this one was noticed late is no other trouble."""
    series: list[Point] = Field(default_factory=list, exclude=True)
    spread: list[Share] = Field(default_factory=list, exclude=True)


class Muted(_Model):
    """A finding that people know of: `--config` mutes it, so it is counted and named, and alarms nobody."""

    finding: Finding
    """What was found."""
    until: date
    """The last day it stays muted, against the newest record."""
    by: str
    """Who muted it."""
    why: str
    """What they know of it."""


class NotAssessed(_Model):
    """A kind that this log cannot tell about, or not wholly, and what it lacks."""

    kind: str
    """The kind."""
    missing: list[str] = Field(default_factory=list)
    """Columns of which the log has none, or `baseline`, `context`."""
    why: str
    """Why it could not be told."""
    remedy: str = ""
    """The smallest change that would let it be told."""


class Failed(_Model):
    """A detector that did not run to its end."""

    detector: str
    """Its kind."""
    error: str
    """What it said."""


class Window(_Model):
    """A span of time, end excluded."""

    start: Time | None = Field(default=None, alias="from")
    """Its beginning."""
    end: Time | None = Field(default=None, alias="to")
    """Its end."""


class Baseline(Window):
    """What findings are compared with."""

    how: Literal["source", "until", "history"] = "history"
    """`source` and `until`: what `--baseline` or `--baseline-until` named; `history`: the same hours before."""


class Document(_Model):
    """All that one run found: findings.json."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    """Its first number changes only when a field changes its meaning."""
    tool: dict[str, str] = Field(default_factory=dict)
    """`version`: of what wrote it."""
    inputs: list[Input] = Field(default_factory=list)
    """Every file that was read."""
    health: list[str] = Field(default_factory=list)
    """Plain sentences on what the log is worth: rejected and duplicate records, holes, units, clocks."""
    health_facts: list[Fact] = Field(default_factory=list)
    """The same, each with the query that told it and its values."""
    window: Window = Field(default_factory=Window)
    """Where findings were looked for."""
    baseline: Baseline = Field(default_factory=Baseline)
    """What they were compared with."""
    status: Literal["complete", "partial"] = "complete"
    """`partial`: something failed, or a file could not be read to its end."""
    failed: list[Failed] = Field(default_factory=list)
    """Detectors that did not run to their end."""
    not_assessed: list[NotAssessed] = Field(default_factory=list)
    """Kinds that could not be told, or only in part."""
    findings: list[Finding] = Field(default_factory=list)
    """What was found, the gravest first."""
    muted: list[Muted] = Field(default_factory=list)
    """What was found too and is known: left out of `findings`, of exit codes and of alarms."""

    def to_json(self) -> str:
        """The document as JSON text: times in RFC 3339 with Z, two spaces of indent, a newline at the end."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"
