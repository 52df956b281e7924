"""A cache whose key holds the model: what a rename empties is no fall, and what keeps two models apart is one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import retroburn
from tests import caselog

DAYS, CHANGED, LIVES = 10, 8, timedelta(hours=24)
QUESTIONS = 60


def _served(renamed: bool) -> list[dict[str, Any]]:
    """Requests before a cache that names no model in its hits; the calls behind it do.

    From the eighth day on the model has another name; or the calls, which went to either of two models, are kept apart.
    """
    draw, entries, rows = random.Random(3), dict[tuple[str, ...], datetime](), list(caselog.records(days=DAYS))
    changed = caselog.FIRST + timedelta(days=CHANGED)
    for row in rows:
        at, late = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["start"]) >= changed
        row.update(tenant="acme", locale="en-US", input=f"What about number {draw.randrange(QUESTIONS)}?")
        model = ("m-1-2026-03" if late else "m-1") if renamed else draw.choice(("m-1", "m-2"))
        key = (row["route"], row["input"], *([model] if renamed or late else []))
        stored = entries.get(key)
        hit = stored is not None and at - stored < LIVES
        row["cache"] = {"status": "hit" if hit else "miss", "key": "/".join(key), "ttl_s": LIVES.total_seconds()}
        row["model"] = model
        if hit:
            del row["model"]
            row["cost_usd"] = 0.0
        else:
            entries[key] = at
    return rows


@pytest.mark.parametrize(("renamed", "expected"), [(True, []), (False, ["cache_drop"])])
def test_misses_after_a_model_is_renamed_are_no_fall_and_those_of_calls_kept_apart_by_model_are(
    renamed: bool, expected: list[str], tmp_path: Path
) -> None:
    with retroburn.open(caselog.write(_served(renamed), tmp_path / "log.jsonl")) as logs:
        found = logs.check()
    assert [f.kind for f in found if f.kind == "cache_drop"] == expected
