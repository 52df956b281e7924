"""A document made fit to leave: text that may stem from the log passes the door, numbers are settled."""

from __future__ import annotations

from typing import Any

from retroburn import door, intake
from retroburn.findings import Document, Finding

DIGITS = 9
"""What threads that add up in another order change lies beyond nine digits."""

_SENTENCE = 1000
_OTHERS = {"baseline": "baseline: ", "context": "context: "}


def clean(document: Document) -> None:
    """Masks places, titles, notes, errors and ids in place, and rounds numbers."""
    for finding in [*document.findings, *(muted.finding for muted in document.muted)]:
        _rounded(finding)
        _masked(finding)
    for muted in document.muted:
        muted.by, muted.why = door.show(muted.by), door.show(muted.why)
    for fact in document.health_facts:
        fact.values = {name: _parameter(content) for name, content in fact.values.items()}
        # a file's name may hold line ends, and a sentence is one line
        fact.text = " ".join(door.show(intake.sentence(fact.fact, fact.values), _SENTENCE).split())
    document.health = [f"{_OTHERS.get(fact.role, '')}{fact.text}" for fact in document.health_facts]
    for lack in document.not_assessed:
        lack.why, lack.remedy = door.show(lack.why), door.show(lack.remedy)
    for failure in document.failed:
        failure.error = door.show(failure.error)
    for file in document.inputs:
        file.path, file.note = door.show(file.path), file.note and door.show(file.note)


def _rounded(finding: Finding) -> None:
    for owner in (finding.impact, finding.measure, *(other.measure for other in finding.also), *finding.series):
        for name, content in owner:
            if isinstance(content, float):
                setattr(owner, name, float(f"{content:.{DIGITS}g}"))
    for driver in finding.drivers:
        driver.share = round(driver.share, DIGITS) + 0.0
    if finding.drivers:
        # the largest takes what rounding left, so that the shares still sum to 1
        largest = max(finding.drivers, key=lambda driver: abs(driver.share))
        rest = sum(driver.share for driver in finding.drivers if driver is not largest)
        largest.share = round(1 - rest, DIGITS)
        # shares that are the same as written down stand in one order, whatever their last bits were
        finding.drivers.sort(key=lambda driver: (-driver.share, driver.factor))


def _masked(finding: Finding) -> None:
    finding.title, finding.summary = door.show(finding.title), door.show(finding.summary, 1000)
    finding.key, finding.advice = door.show(finding.key), door.show(finding.advice, 2000)
    finding.examples = [door.identifier(one) for one in finding.examples]
    finding.where = {field: _place(content) for field, content in finding.where.items()}
    finding.evidence.params = {name: _parameter(content) for name, content in finding.evidence.params.items()}


def _place(content: str | list[str]) -> str | list[str]:
    return door.show(content) if isinstance(content, str) else [door.show(one) for one in content]


def _parameter(content: Any) -> Any:
    if isinstance(content, str):
        return door.show(content)
    return [_parameter(one) for one in content] if isinstance(content, list) else content
