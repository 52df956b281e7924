"""The table `findings`: what findings.json says, for SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from retroburn.ask import flat
from retroburn.engine import Engine
from retroburn.findings import Also, Evidence, Finding, Impact, Measure

FOUND = Finding(
    id="f1",
    key="refusal locale=ko-KR",
    kind="refusal",
    cause="answers",
    severity="high",
    title="Declines more",
    summary="It declines 6 % of requests, usually 0.4 %.",
    start=datetime(2026, 10, 5, 9, 12, tzinfo=UTC),
    where={"locale": "ko-KR"},
    impact=Impact(requests=12, users=None),
    measure=Measure(name="share", unit="share", baseline=0.004, observed=0.06),
    also=[Also(kind="empty_answer", measure=Measure(name="share", unit="share"))],
    examples=["r1", "r2"],
    evidence=Evidence(query="queries/detectors/answers/refusal.sql", params={"floor": 0.5}, rows=12, sha256="ab"),
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def test_every_column_tells_what_the_document_tells(engine: Engine) -> None:
    flat.fill(engine, [FOUND])
    [row] = engine.rows("select * from findings")
    assert (row["kind"], row["severity"], row["requests"], row["observed"]) == ("refusal", "high", 12, 0.06)
    assert row["from"] == row["from_time"] == datetime(2026, 10, 5, 9, 12)
    assert json.loads(row["where"]) == json.loads(row["slice"]) == {"locale": "ko-KR"}
    assert json.loads(row["also"])[0]["kind"] == "empty_answer"
    assert row["examples"] == ["r1", "r2"]
    assert json.loads(row["params"]) == {"floor": 0.5}


def test_what_could_not_be_told_is_null(engine: Engine) -> None:
    flat.fill(engine, [FOUND])
    [row] = engine.rows('select users, cost_usd, low, high, "to", to_time from findings')
    assert set(row.values()) == {None}


def test_filling_again_leaves_no_row_of_before(engine: Engine) -> None:
    flat.fill(engine, [FOUND])
    flat.fill(engine, [])
    assert engine.one("select count(*) from findings") == 0
