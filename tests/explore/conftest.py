"""A log with one fault in it, and text that should not be seen by everyone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import retroburn
from retroburn.logs import Logs
from tests import caselog

SECRET = "minsu.kim@acme.co.kr"
HOSTILE = f"<img src=x onerror=alert(1)> ask {SECRET}"
CHANGE = [
    {"from": "d4", "to": "d4h8", "where": {"tenant": "acme"}, "part": 0.7, "set": {"status": "error", "output": None}}
]


def write(path: Path, per_day: int = 400) -> Path:
    """Six days; on the fifth, for eight hours, most requests of one tenant fail. One trace has steps."""
    rows = caselog.changed(list(caselog.records(days=6, per_day=per_day)), CHANGE)
    day = {"start": "2026-03-04T10:00:00Z", "duration_ms": 900.0, "tenant": "birch", "model": "m-1"}
    rows += [
        {**day, "id": "t-1", "trace_id": "t", "kind": "request", "name": "ask", "status": "ok", "input": HOSTILE},
        {**day, "id": "t-2", "trace_id": "t", "parent_id": "t-1", "kind": "retrieval", "name": "search"},
        {**day, "id": "t-3", "trace_id": "t", "parent_id": "t-2", "kind": "http", "name": HOSTILE, "status": "error"},
    ]
    asked = {**day, "kind": "llm", "status": "ok", "temperature": 0.0, "input": f"How long is the warranty, {SECRET}?"}
    for i, months in enumerate([24, 24, 12]):
        said = f"The warranty is {months} months."
        rows.append({**asked, "id": f"q-{i}", "start": f"2026-03-04T1{i}:00:00Z", "output": said})
    return caselog.write(rows, path)


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("logs") / "log.jsonl")


@pytest.fixture(scope="module")
def logs(log: Path) -> Iterator[Logs]:
    with retroburn.open(log) as opened:
        yield opened
