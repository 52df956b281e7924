"""Failing cases as a regression set: why each failed, where, and what would have been right if the log knows it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from retroburn import assets, door, header
from retroburn.ask import flat
from retroburn.detect.frame import Run
from retroburn.findings import Finding

EACH, MOST = 20, 200
"""Cases of one kind in one slice, and in all: as many as people read, and a test run pays for."""


def collect(run: Run, findings: Iterable[Finding], most: int = MOST, each: int = EACH) -> list[dict[str, Any]]:
    """The cases, text masked: id, trace_id, kind, input, output, expected (or None), why, where, finding."""
    flat.fill(run.engine, findings)
    engine = run.engine
    engine.run(_query("cases"), {"start": run.frame.start, "end": run.frame.end, "each": each, "most": most})
    right = {(row["trace_id"], row["id"]): row for row in engine.rows(_query("expected"))}
    rows = engine.rows(
        "select c.*, q.input, a.output from failing as c "
        "left join spans as q on c.trace_id = q.trace_id and c.question_id = q.id "
        "left join spans as a on c.trace_id = a.trace_id and c.answer_id = a.id "
        'order by c.place nulls last, c.kind, c."where"::varchar, c.turn, c.id'
    )
    return [_case(row, right.get((row["trace_id"], row["id"]))) for row in rows]


def _query(name: str) -> header.Query:
    return header.read(assets.folder("queries") / "collect" / f"{name}.sql")


def _case(row: dict[str, Any], right: dict[str, Any] | None) -> dict[str, Any]:
    where = {name: value for name, value in json.loads(row["where"]).items() if value is not None}
    return {
        "id": door.identifier(row["id"]),
        "trace_id": door.identifier(row["trace_id"]),
        "kind": row["kind"],
        "input": masked(row["input"]),
        "output": masked(row["output"]),
        "expected": masked(right["expected"]) if right else None,
        "why": door.show(_why(row)),
        "where": masked_values(where),
        "expected_from": door.identifier(right["good_id"]) if right else None,
        "expected_given": right["given"] if right else None,
        "finding": row["finding"],
        "at": f"{row['start'].isoformat(timespec='milliseconds')}Z",
    }


def _why(row: dict[str, Any]) -> str:
    parts = [row["title"], row["reason"]]
    return ": ".join(part for part in parts if part) or str(row["kind"]).replace("_", " ")


def masked(text: str | None) -> Any:
    """Text as logged, without personal data and secrets; a list or an object keeps its shape, to be sent again."""
    if text is None:
        return None
    if text[:1] in {"[", "{"}:
        try:
            return masked_values(json.loads(text))
        except ValueError:
            pass
    return door.show(text, None)


def masked_values(content: Any) -> Any:
    """The same of parsed JSON: every text in it, names of fields too."""
    if isinstance(content, str):
        return door.show(content, None)
    if isinstance(content, dict):
        return {door.show(name, None): masked_values(value) for name, value in content.items()}
    if isinstance(content, list):
        return [masked_values(one) for one in content]
    if isinstance(content, bool) or content is None:
        return content
    # a number may be a phone's
    return content if door.show(str(content), None) == str(content) else door.show(str(content), None)
