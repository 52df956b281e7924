"""Findings as a table, for SQL: one row each, what is nested in findings.json as columns or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from retroburn.engine import Engine
from retroburn.findings import Finding


def fill(engine: Engine, findings: Iterable[Finding]) -> None:
    """Makes the table `findings` (queries/schema/findings.sql) anew and fills it."""
    engine.file("schema", "findings")
    for finding in findings:
        row = _row(finding)
        names = ", ".join(f'"{name}"' for name in row)
        values = ", ".join(f"${name}" for name in row)
        engine.run(f"insert into findings ({names}) values ({values})", row)


def _row(finding: Finding) -> dict[str, Any]:
    """One finding by column. Times are naive UTC, as everywhere in the tables."""
    told = finding.model_dump(mode="json", by_alias=True)
    plain = {
        name: told[name] for name in ("id", "key", "kind", "cause", "severity", "title", "summary", "advice", "about")
    }
    nested = {name: json.dumps(told[name], ensure_ascii=False) for name in ("where", "also", "drivers")}
    measure, evidence = told["measure"], told["evidence"]
    return {
        **plain,
        **nested,
        **told["impact"],
        **{name: measure[name] for name in ("unit", "baseline", "observed", "low", "high")},
        **{name: evidence[name] for name in ("query", "rows", "sha256")},
        "measure": measure["name"],
        "params": json.dumps(evidence["params"], ensure_ascii=False),
        "from": _naive(finding.start),
        "to": finding.end and _naive(finding.end),
        "examples": finding.examples,
    }


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
