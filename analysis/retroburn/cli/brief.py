"""What a check found as a short text for mail and chat: Markdown that reads well where nothing renders it."""

from __future__ import annotations

from collections.abc import Iterator

from retroburn import door
from retroburn.detect import mutes
from retroburn.findings import Document, Finding
from retroburn.report import tell
from retroburn.report.bundle import Bundle
from retroburn.report.numbers import Speech

MOST = 5
"""Findings told: with the headline and what could not be told that makes seven lines."""
_GRAVE = {"critical", "high", "medium"}


def markdown(document: Document, tz: str, lang: str = "en") -> str:
    """At most seven lines: what broke, since when, whom it hit, what it cost, and what could not be told.

    That something was noticed late stands with what was. Texts of the log are masked and escaped; nothing in them is a
    link, a mention or a heading.
    """
    return "\n".join(_lines(Bundle(report="", document=document), document, Speech(lang, tz))) + "\n"


def _lines(bundle: Bundle, document: Document, speech: Speech) -> Iterator[str]:
    troubles = bundle.troubles
    grave = [f for f in troubles if f.severity in _GRAVE]
    yield f"**{_headline(document, len(grave), speech)}**"
    shown = (grave or troubles)[:MOST]
    rest = len(troubles) - len(shown)
    for finding in shown:
        more = f" {speech.t('brief_more', n=rest)}" if rest and finding is shown[-1] else ""
        yield f"- {_finding(finding, bundle.noticed(finding), speech)}{more}"
    untold = _untold(document, speech)
    if untold:
        yield f"- {untold}"


def _headline(document: Document, grave: int, speech: Speech) -> str:
    broke = speech.t("brief_none" if not grave else "brief_one" if grave == 1 else "brief_many", n=grave)
    records = speech.number(sum(i.records for i in document.inputs if i.role == "source"), "")
    start, end = document.window.start, document.window.end
    span = "" if start is None or end is None else f", {speech.short(start)} – {speech.short(end)}"
    return f"retroburn: {broke}{span} ({door.markdown(speech.zone)}); {speech.t('brief_records', records=records)}"


def _finding(finding: Finding, late: Finding | None, speech: Speech) -> str:
    start, end = speech.short(finding.start), finding.end and speech.short(finding.end)
    lasts = [f"{start} – {end}"] if end else [speech.t("brief_since", when=start), speech.t("still_going")]
    parts = [*lasts, *_hurt(finding, speech)]
    if late and late.measure.observed is not None:
        parts.append(tell.noticed(late, speech))
    severity = speech.term("severities", finding.severity).upper()
    return f"**{severity}** {door.markdown(tell.title(finding, speech), 120)} · {' · '.join(parts)}"


def _hurt(finding: Finding, speech: Speech) -> Iterator[str]:
    """Whom it hit and what it cost, as far as it is known."""
    impact = finding.impact
    if impact.requests is not None:
        yield speech.t("requests_hurt", n=speech.number(impact.requests, ""))
    if impact.users is not None:
        yield speech.t("users_hurt", n=speech.number(impact.users, ""))
    if impact.cost_usd is not None and impact.cost_usd > 0:
        yield speech.t("extra", money=f"{impact.cost_usd:,.2f} USD")  # a dollar sign is mathematics to some renderers


def _untold(document: Document, speech: Speech) -> str:
    """What makes the text less than the whole: parts that failed, kinds that could not be told, what is muted."""
    parts = []
    if document.status == "partial":
        parts.append(f"**{speech.t('brief_partial')}**")
    if document.not_assessed:
        parts.append(speech.t("brief_untold", n=len(document.not_assessed)))
    if document.muted:
        parts.append(speech.t("brief_muted", n=len(mutes.heads(document.muted))))
    return "; ".join(parts)
