"""A trace as lines of text: each span under its parent, with what it took, cost, was asked and answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from retroburn import door

if TYPE_CHECKING:
    from retroburn.logs import Logs

_SHOWN = 500
_FIELDS = (
    "model", "provider", "error_type", "error_message", "http_status", "attempt", "fallback", "finish_reason",
    "input_tokens", "output_tokens", "cost_usd", "cache_status", "cache_key", "retrieval_hits", "retrieval_top_score",
    "tenant", "user", "session", "locale", "prompt_version",
)  # fmt: skip


def of(logs: Logs, name: str) -> list[dict[str, Any]]:
    """All spans of every trace that has the id, or that is it, in order of time; with their signals."""
    logs.build("requests", "signals")
    spans = logs.engine.rows(
        "select * from spans where trace_id = $name or trace_id in (select trace_id from spans where id = $name) "
        "order by trace_id, start, id",
        {"name": name},
    )
    facts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in logs.engine.rows(
        "select s.* from signals as s where s.trace_id = $name "
        "or s.trace_id in (select trace_id from spans where id = $name)",
        {"name": name},
    ):
        facts[(row["trace_id"], row["id"])].append(f"{row['kind']} {row['confidence']:.2f}: {row['reason']}")
    return [{**span, "signals": facts[(span["trace_id"], span["id"])]} for span in spans]


def nested(spans: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The spans with how deep each lies, parents before children."""
    children: dict[tuple[str, str | None], list[dict[str, Any]]] = defaultdict(list)
    there = {(s["trace_id"], s["id"]) for s in spans}
    for span in spans:
        parent = span["parent_id"] if (span["trace_id"], span["parent_id"]) in there else None
        children[(span["trace_id"], parent)].append(span)
    shown: set[tuple[str, str]] = set()
    for trace in dict.fromkeys(s["trace_id"] for s in spans):
        roots = children[(trace, None)] or [s for s in spans if s["trace_id"] == trace][:1]
        waiting = [(0, root) for root in reversed(roots)]
        while waiting:
            depth, span = waiting.pop()
            key = (span["trace_id"], span["id"])
            if key not in shown:  # a parent may be its own descendant
                shown.add(key)
                yield depth, span
                waiting += [(depth + 1, child) for child in reversed(children[key])]


def lines(spans: list[dict[str, Any]]) -> Iterator[str]:
    """The text of a trace or several, parents before children."""
    trace = None
    for depth, span in nested(spans):
        if span["trace_id"] != trace:
            trace = span["trace_id"]
            yield f"trace {door.show(trace)}"
        yield from _span(span, "  " * (depth + 1))


def _span(span: dict[str, Any], pad: str) -> Iterator[str]:
    took = "" if span["duration_ms"] is None else f"  {span['duration_ms']:,.0f} ms"
    name, state = door.show(span["name"] or ""), span["status"] or "-"
    began = span["start"].isoformat(timespec="milliseconds")
    yield f"{pad}{began}Z  {span['kind']}  {name}  {state}{took}  [{door.show(span['id'])}]"
    told = [f"{name}={door.show(str(span[name]), 200)}" for name in _FIELDS if span[name] is not None]
    if told:
        yield f"{pad}    {' · '.join(told)}"
    for name in ("input", "output"):
        if span[name] is not None:
            yield f"{pad}    {name}: {door.show(span[name], _SHOWN)}"
    for fact in span["signals"]:
        yield f"{pad}    ! {door.show(fact, 200)}"
