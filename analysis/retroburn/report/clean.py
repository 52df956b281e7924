"""A document made fit to be shown: every text in it that may stem from the log passes the door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from retroburn import door
from retroburn.findings import Document, Finding
from retroburn.report.bundle import Event, Example, settle

TEXT = 600
"""Characters shown of an example's input or output: enough to see what is wrong with it."""
_FACTS = ("tenant", "locale", "model", "duration_ms", "cost_usd")


def document(raw: Document) -> Document:
    """A copy in which places, titles, notes and errors are masked and times are naive UTC. Numbers and ids stay."""
    copy = raw.model_copy(deep=True)
    settle(copy)
    for finding in copy.findings:
        _rounded(finding)
    for finding in copy.findings:
        _finding(finding)
    copy.health = [door.show(line) for line in copy.health]
    for lack in copy.not_assessed:
        lack.why = door.show(lack.why)
    for failure in copy.failed:
        failure.error = door.show(failure.error)
    for file in copy.inputs:
        file.path, file.note = door.show(file.path), file.note and door.show(file.note)
    return copy


def _rounded(finding: Finding) -> None:
    """Nine digits of every number: what threads that add up in another order change lies beyond."""
    for owner in (finding.impact, finding.measure, *(other.measure for other in finding.also), *finding.series):
        for name, content in owner:
            if isinstance(content, float):
                setattr(owner, name, float(f"{content:.9g}"))
    for driver in finding.drivers:
        driver.share = round(driver.share, 6) + 0.0


def _finding(finding: Finding) -> None:
    finding.title, finding.summary = door.show(finding.title), door.show(finding.summary, 1000)
    finding.key, finding.advice = door.show(finding.key), door.show(finding.advice, 2000)
    finding.where = {field: _place(content) for field, content in finding.where.items()}
    finding.evidence.params = {name: _parameter(content) for name, content in finding.evidence.params.items()}


def _place(content: str | list[str]) -> str | list[str]:
    return door.show(content) if isinstance(content, str) else [door.show(one) for one in content]


def _parameter(content: Any) -> Any:
    if isinstance(content, str):
        return door.show(content)
    return [_parameter(one) for one in content] if isinstance(content, list) else content


def event(row: Mapping[str, Any]) -> Event:
    """A row of the context."""
    return Event(
        at=row["at"], kind=row.get("kind") or "notice", text=door.show(row.get("text")), ref=door.show(row.get("ref"))
    )


def example(request_id: str, row: Mapping[str, Any] | None) -> Example:
    """One request of a finding; `row` is None where the log no longer has it."""
    if row is None:
        return Example(id=request_id, found=False)
    return Example(
        id=request_id,
        start=row.get("start"),
        status=door.show(row.get("status")),
        facts=[door.show(_fact(name, row[name]), 80) for name in _FACTS if row.get(name) not in (None, "")],
        input=door.show(readable(row.get("input")), TEXT),
        output=door.show(readable(row.get("output")), TEXT),
    )


def _fact(name: str, content: Any) -> str:
    if name == "duration_ms":
        return f"{float(content):,.0f} ms"
    return f"${float(content):,.4f}" if name == "cost_usd" else str(content)


def readable(content: Any) -> str:
    """An input or output as a person reads it: the last user's words of a message list, else the text or its JSON."""
    if isinstance(content, str) and content[:1] in {"[", "{"}:
        try:
            content = json.loads(content)
        except ValueError:
            return str(content)
    if isinstance(content, Mapping) and isinstance(content.get("messages"), list):
        content = content["messages"]
    if isinstance(content, list) and content and all(isinstance(m, Mapping) and "content" in m for m in content):
        asked = [m for m in content if m.get("role") == "user"] or content
        return readable(asked[-1]["content"])
    if content is None or isinstance(content, str):
        return content or ""
    return json.dumps(content, ensure_ascii=False)
