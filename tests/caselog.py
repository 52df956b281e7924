"""A small, plain log for the cases of detectors: steady traffic with nothing wrong, then changed as a case says.

Not the lab: no phrase, rhythm or fault of the lab is used here, so that a detector is not tested on what it was made
with.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
_STEP = re.compile(r"([dhm])(\d+)")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_TOPICS = (
    "the invoice",
    "a refund",
    "the delivery",
    "my password",
    "the contract",
    "an upgrade",
    "the warranty",
    "the meter",
)
_ASKS = ("How do I change", "Where can I find", "When do I get", "Who can help with", "What is the rule for")
_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "tenant": ("acme", "birch", "cedar", "delta", "elm"),
    "locale": ("en-US", "ko-KR", "de-DE"),
    "model": ("m-1", "m-2"),
    "route": ("/ask", "/draft"),
    "region": ("eu", "us"),
}


def at(text: str | None) -> datetime | None:
    """`d8` is eight days after the log's beginning, `d8h4` four hours later; None stays None."""
    if text is None:
        return None
    return FIRST + sum((int(n) * _UNITS[unit] for unit, n in _STEP.findall(text)), timedelta())


def records(days: float = 10, per_day: int = 400, seed: int = 1) -> Iterator[dict[str, Any]]:
    """One `llm` span a request, evenly spread with some jitter; every field an ordinary log has."""
    draw = random.Random(seed)
    count = int(days * per_day)
    for i in range(count):
        start = FIRST + timedelta(days=days * (i + draw.random()) / count)
        topic, ask = draw.choice(_TOPICS), draw.choice(_ASKS)
        tokens = draw.randint(40, 90)
        yield {
            "id": f"r{i:06d}",
            "kind": "llm",
            "name": "answer",
            "start": start.isoformat(timespec="milliseconds"),
            "duration_ms": round(draw.lognormvariate(6.7, 0.4), 1),
            "status": "ok",
            "provider": "openai",
            "input": f"{ask} {topic}? Case {i}.",
            "output": f"You will find {topic} under Settings, entry {draw.randint(100, 999)}. "
            f"It takes {draw.randint(2, 9)} days.",
            "finish_reason": "stop",
            "input_tokens": draw.randint(200, 400),
            "output_tokens": tokens,
            "cost_usd": round(0.001 + tokens * 0.00002, 8),
            "user": f"u{draw.randint(1, 300)}",
            "prompt_version": "p1",
            **{name: draw.choice(values) for name, values in _DIMENSIONS.items()},
        }


def changed(rows: list[dict[str, Any]], changes: list[dict[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """The rows after every change.

    Those in `from`…`to` and `where`, `part` of them, get what is `set`, lose what is `unset`, are `drop`ped, or are
    joined by spans to `add`, or cost what their tokens do at a `price`.
    """
    draw = random.Random(f"change-{seed}")
    for change in changes:
        out: list[dict[str, Any]] = []
        for row in rows:
            if _fits(row, change) and draw.random() < change.get("part", 1.0):
                out += _apply(row, change, draw)
            else:
                out.append(row)
        rows = out
    return rows


def _fits(row: dict[str, Any], change: dict[str, Any]) -> bool:
    start = datetime.fromisoformat(row["start"])
    begin, end = at(change.get("from")), at(change.get("to"))
    if (begin and start < begin) or (end and start >= end):
        return False
    return all(row.get(k) in (v if isinstance(v, list) else [v]) for k, v in change.get("where", {}).items())


def _apply(row: dict[str, Any], change: dict[str, Any], draw: random.Random) -> list[dict[str, Any]]:
    if change.get("drop"):
        return []
    row = {key: value for key, value in row.items() if key not in change.get("unset", [])}
    row.update({key: _value(value, row, draw) for key, value in change.get("set", {}).items()})
    row.update({key: row[key] * factor for key, factor in change.get("times", {}).items() if row.get(key) is not None})
    if prices := change.get("price"):
        # US dollars a million tokens; `input` holds for what was not read from a cache
        cached = row.get("cache_read_tokens", 0)
        paid = (row["input_tokens"] - cached) * prices["input"] + cached * prices.get("cached", prices["input"])
        row["cost_usd"] = round((paid + row["output_tokens"] * prices["output"]) / 1e6, 9)
    row["start"] = (datetime.fromisoformat(row["start"]) + timedelta(seconds=change.get("shift_s", 0))).isoformat(
        timespec="milliseconds"
    )
    return [row, *(_child(row, spec, i, draw) for i, spec in enumerate(change.get("add", [])))]


def _child(row: dict[str, Any], spec: dict[str, Any], number: int, draw: random.Random) -> dict[str, Any]:
    """A span beside the row, or with parent_id "{id}" below it: fields named in `copy`, then what the spec says."""
    start = datetime.fromisoformat(row["start"]) + timedelta(milliseconds=spec.get("after_ms", 0))
    copied = {key: row[key] for key in spec.get("copy", []) if key in row}
    given = {k: _value(v, row, draw) for k, v in spec.items() if k not in {"copy", "after_ms"}}
    return {"id": f"{row['id']}-{number}", "start": start.isoformat(timespec="milliseconds"), **copied, **given}


def _value(value: Any, row: dict[str, Any], draw: random.Random) -> Any:
    """A value of a change: a list of options is drawn from, `{field}` is filled in, anything else stands."""
    if isinstance(value, dict) and set(value) == {"any"}:
        value = draw.choice(value["any"])
    if isinstance(value, dict):
        return {key: _value(inner, row, draw) for key, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner, row, draw) for inner in value]
    if isinstance(value, str) and "{" in value:
        return re.sub(r"\{(\w+)\}", lambda found: str(row.get(found[1], found[0])), value)
    return value


def write(rows: list[dict[str, Any]], path: Path) -> Path:
    """Writes rows as native JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
