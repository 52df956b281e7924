"""A finding, and the document `findings.json` (contract, section 3). Data only: nothing here computes."""

from __future__ import annotations

from datetime import UTC, datetime
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
    unit: str
    baseline: float | None = None
    observed: float | None = None
    low: float | None = None
    high: float | None = None


class Also(_Model):
    """Another kind of which the same rows are a case."""

    kind: str
    measure: Measure


class Impact(_Model):
    """Whom it hit. `requests` were hurt inside `from`…`to` and `where`; `share` is their part of all requests there."""

    requests: int | None = None
    share: float | None = None
    users: int | None = None
    tenants: int | None = None
    cost_usd: float | None = None


class Driver(_Model):
    """One factor of a change in cost. The shares of a finding sum to 1 and may be negative."""

    factor: str
    share: float


class Evidence(_Model):
    """The query behind the numbers: a file of ours, its parameters, and the rows it gave."""

    query: str
    params: dict[str, Any] = Field(default_factory=dict)
    rows: int = 0
    sha256: str = ""
    weak: bool = False
    """Whether so little speaks for the finding that it may be chance; it is at most low then."""


class Point(_Model):
    """One bucket of a finding's series: what was seen, what is usual; in `evidence/`, not in findings.json."""

    at: Time
    n: int | None = None
    bad: float | None = None
    value: float | None = None
    usual: float | None = None


class Share(_Model):
    """One value of what drifted, and which part of the requests had it; on pages and beside a report's findings."""

    value: str
    usual: float
    now: float


class Finding(_Model):
    """One thing that went wrong: what, since when, where, whom it hit, why it is believed, what to do."""

    id: str
    key: str
    kind: str
    cause: str
    also: list[Also] = Field(default_factory=list)
    severity: Severity
    title: str
    summary: str
    start: Time = Field(alias="from")
    end: Time | None = Field(default=None, alias="to")
    where: dict[str, str | list[str]] = Field(default_factory=dict)
    impact: Impact = Field(default_factory=Impact)
    measure: Measure
    drivers: list[Driver] = Field(default_factory=list)
    examples: list[str] = Field(default_factory=list)
    evidence: Evidence
    advice: str = ""
    about: str | None = None
    """The id of the finding that it speaks of: that this one was noticed late is no other trouble."""
    series: list[Point] = Field(default_factory=list, exclude=True)
    spread: list[Share] = Field(default_factory=list, exclude=True)


class NotAssessed(_Model):
    """A kind that this log cannot tell about, or not wholly, and what it lacks."""

    kind: str
    missing: list[str] = Field(default_factory=list)
    why: str
    remedy: str = ""
    """The smallest change that would let it be told."""


class Failed(_Model):
    """A detector that did not run to its end."""

    detector: str
    error: str


class Window(_Model):
    """A span of time, end excluded."""

    start: Time | None = Field(default=None, alias="from")
    end: Time | None = Field(default=None, alias="to")


class Baseline(Window):
    """What findings are compared with."""

    how: Literal["source", "until", "history"] = "history"


class Document(_Model):
    """All that one run found: findings.json."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    tool: dict[str, str] = Field(default_factory=dict)
    inputs: list[Input] = Field(default_factory=list)
    health: list[str] = Field(default_factory=list)
    """Plain sentences on what the log is worth: rejected and duplicate records, holes, units, clocks."""
    health_facts: list[Fact] = Field(default_factory=list)
    """The same, each with the query that told it and its values."""
    window: Window = Field(default_factory=Window)
    baseline: Baseline = Field(default_factory=Baseline)
    status: Literal["complete", "partial"] = "complete"
    failed: list[Failed] = Field(default_factory=list)
    not_assessed: list[NotAssessed] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)

    def to_json(self) -> str:
        """The document as JSON text: times in RFC 3339 with Z, two spaces of indent, a newline at the end."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"
