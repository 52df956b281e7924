"""A cache simulated: what its key holds, and what a change of it does to the share of hits."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn.findings import Finding
from tests import caselog

DAYS, CHANGED, LIVES = 10, 8, timedelta(hours=24)
Key = Callable[[dict[str, Any], bool], tuple[str, ...]]


def found(path: Path, key: Key) -> list[Finding]:
    """What is found behind a cache with that key (of a row, and whether it is late), whose hits name no model."""
    draw, entries, rows = random.Random(3), dict[tuple[str, ...], datetime](), list(caselog.records(days=DAYS))
    changed = caselog.FIRST + timedelta(days=CHANGED)
    for row in rows:
        at = datetime.fromisoformat(row["start"])
        row.update(
            tenant="acme", locale="en-US", input=row["input"].split(" Case")[0], model=draw.choice(("m-1", "m-2"))
        )
        its = key(row, at >= changed)
        stored = entries.get(its)
        hit = stored is not None and at - stored < LIVES
        row["cache"] = {"status": "hit" if hit else "miss", "key": "/".join(its), "ttl_s": LIVES.total_seconds()}
        if hit:
            del row["model"]
            row["cost_usd"] = 0.0
        else:
            entries[its] = at
    with retroburn.open(caselog.write(rows, path)) as logs:
        return list(logs.check())


def renamed(row: dict[str, Any], late: bool) -> tuple[str, ...]:
    row["model"] = "m-1-2026-03" if late else "m-1"
    return row["route"], row["region"], row["input"], row["model"]


def kept_apart(row: dict[str, Any], late: bool) -> tuple[str, ...]:
    return row["route"], row["input"], *([row["model"]] if late else [])


@pytest.mark.parametrize(("key", "expected"), [(renamed, []), (kept_apart, ["cache_drop"])])
def test_misses_after_a_model_is_renamed_are_no_fall_and_those_of_calls_kept_apart_by_model_are(
    key: Key, expected: list[str], tmp_path: Path
) -> None:
    assert [f.kind for f in found(tmp_path / "log.jsonl", key) if f.kind == "cache_drop"] == expected


def test_what_one_region_no_longer_stores_for_the_other_is_a_face_of_its_wrong_key(tmp_path: Path) -> None:
    def key(row: dict[str, Any], late: bool) -> tuple[str, ...]:
        # the head of the question, in one of a hundred shards: other questions are there, and most are not yet
        return (row["input"][:3], row["user"][-2:]) if late and row["region"] == "eu" else (row["input"],)

    heads = [f for f in found(tmp_path / "log.jsonl", key) if f.cause == "state"]
    assert [f.kind for f in heads] == ["cache_collision"]
    assert "cache_drop" in [face.kind for face in heads[0].also]


def test_a_cache_that_fills_again_once_its_key_is_mended_is_no_second_fall(tmp_path: Path) -> None:
    mended = (caselog.FIRST + timedelta(days=CHANGED + 1)).isoformat()

    def key(row: dict[str, Any], late: bool) -> tuple[str, ...]:
        return row["route"], row["input"], *([row["id"]] if late and row["start"] < mended else [])

    falls = [f for f in found(tmp_path / "log.jsonl", key) if f.kind == "cache_drop"]
    assert [f.start.day for f in falls] == [caselog.FIRST.day + CHANGED]
