"""What a check found as a short text for mail and chat: Markdown that reads well where nothing renders it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from retroburn import door
from retroburn.findings import Document, Finding

MOST = 5
"""Findings told: with the headline and what could not be told that makes seven lines."""
_GRAVE = {"critical", "high", "medium"}


def markdown(document: Document, tz: str) -> str:
    """At most seven lines: what broke, since when, whom it hit, what it cost, and what could not be told.

    Texts of the log are masked and escaped; nothing in them is a link, a mention or a heading.
    """
    return "\n".join(_lines(document, ZoneInfo(tz))) + "\n"


def _lines(document: Document, zone: ZoneInfo) -> Iterator[str]:
    yield f"**{_headline(document, zone)}**"
    grave = [f for f in document.findings if f.severity in _GRAVE]
    shown = (grave or document.findings)[:MOST]
    rest = len(document.findings) - len(shown)
    for finding in shown:
        more = f" (and {rest} more)" if rest and finding is shown[-1] else ""
        yield f"- {_finding(finding, zone)}{more}"
    untold = _untold(document)
    if untold:
        yield f"- {untold}"


def _headline(document: Document, zone: ZoneInfo) -> str:
    grave = sum(f.severity in _GRAVE for f in document.findings)
    told = "nothing broke" if not grave else "one thing broke" if grave == 1 else f"{grave} things broke"
    records = sum(i.records for i in document.inputs if i.role == "source")
    start, end = document.window.start, document.window.end
    span = f", {_stamp(start, zone)} to {_stamp(end, zone)}" if start and end else ""
    return f"retroburn: {told} in {records:,} records{span} ({door.markdown(zone.key)})"


def _finding(finding: Finding, zone: ZoneInfo) -> str:
    until = "" if finding.end else ", still going on"
    parts = [f"since {_stamp(finding.start, zone)}{until}", *_hurt(finding)]
    return f"**{finding.severity.upper()}** {door.markdown(finding.title, 120)}: {', '.join(parts)}"


def _hurt(finding: Finding) -> Iterator[str]:
    """Whom it hit and what it cost, as far as it is known."""
    impact = finding.impact
    if impact.requests is not None:
        yield f"{impact.requests:,} requests"
    if impact.users is not None:
        yield f"{impact.users:,} users"
    if impact.cost_usd is not None and impact.cost_usd > 0:
        yield f"{impact.cost_usd:,.2f} USD extra"


def _untold(document: Document) -> str:
    """What makes the text less than the whole: parts that failed, and kinds that could not be told."""
    parts = []
    if document.status == "partial":
        parts.append("**ran in part only**")
    if document.not_assessed:
        parts.append(f"{len(document.not_assessed)} kinds could not be told")
    return "; ".join(parts)


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone(zone):%Y-%m-%d %H:%M}"
