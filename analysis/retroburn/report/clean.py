"""What a page shows of the log, made fit for it: every text passes the door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from retroburn import door
from retroburn.findings import Document
from retroburn.report.bundle import Event, Example, settle

TEXT = 600
"""Characters shown of an example's input or output: enough to see what is wrong with it."""
_FACTS = ("tenant", "locale", "model", "duration_ms", "cost_usd")


def document(raw: Document) -> Document:
    """A copy whose times are naive UTC, which is what pages reckon in. It was masked when it was made."""
    copy = raw.model_copy(deep=True)
    settle(copy)
    return copy


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
