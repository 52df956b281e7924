"""Work that takes three steps or eighty is no loop; a run far beyond what such work needs is one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import retroburn
from tests import caselog


def _run(row: dict[str, Any], steps: int) -> list[dict[str, Any]]:
    begin = datetime.fromisoformat(row["start"])
    root = {key: row[key] for key in ("id", "start", "status", "input", "output", "user", "tenant")}
    root |= {"trace_id": f"t{row['id']}", "kind": "request", "name": "work", "duration_ms": 900 * steps}
    children = [
        {
            "id": f"{row['id']}-{step}", "trace_id": root["trace_id"], "parent_id": row["id"], "status": "ok",
            "kind": "tool" if step % 2 else "llm", "name": "edit" if step % 2 else "think", "duration_ms": 800,
            "start": (begin + timedelta(milliseconds=900 * step)).isoformat(timespec="milliseconds"),
            "input": f"{step} of {row['id']}", "output": f"{step} for {row['id']}",
        }
        for step in range(steps)
    ]  # fmt: skip
    return [root, *children]


@pytest.mark.parametrize("loops", [False, True])
def test_an_agents_long_runs_are_its_work_and_runs_beyond_them_are_loops(tmp_path: Path, loops: bool) -> None:
    draw = random.Random(5)
    rows = []
    for row in caselog.records(days=10, per_day=70):
        stuck = loops and row["start"] >= caselog.at("d8").isoformat() and draw.random() < 0.1  # type: ignore[union-attr]
        rows += _run(row, 300 if stuck else min(80, 3 + int(draw.lognormvariate(1.3, 1.2))))
    with retroburn.open(caselog.write(rows, tmp_path / "log.jsonl")) as logs:
        found = [(f.kind, f.start) for f in logs.check().document.findings]
    assert (["runaway_loop"] if loops else []) == [kind for kind, _ in found if kind == "runaway_loop"]
    assert loops or not found
