"""What a finding measures week by week is what it said itself, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import retroburn
from retroburn.findings import Evidence, Finding, Impact, Measure
from tests import caselog


def _found(kind: str, cause: str, name: str, unit: str) -> Finding:
    return Finding(
        id=kind, key=kind, kind=kind, cause=cause, severity="low", title=kind, summary="", start=datetime(2026, 3, 3),
        end=None, where={}, impact=Impact(), measure=Measure(name=name, unit=unit, baseline=1.0, observed=2.0),
        evidence=Evidence(query="", rows=0, sha256=""), advice="",
    )  # fmt: skip


def test_money_is_told_by_the_hour_and_what_is_no_share_of_cases_is_not_told(tmp_path: Path) -> None:
    path = caselog.write(list(caselog.records(days=14, per_day=60)), tmp_path / "log.jsonl")
    ends = [datetime(2026, 3, 2) + timedelta(days=7 * n) for n in range(3)]
    weeks = list(pairwise(ends))
    spike = _found("cost_spike", "operations", "cost per hour", "usd")
    drop = _found("traffic_drop", "operations", "requests per hour", "requests per hour")
    fails = _found("error_burst", "dependencies", "share of requests that fail", "share")
    with retroburn.open(str(path)) as logs:
        told = logs.weekly_values([spike, drop, fails], weeks)
        paid = logs.sql("select sum(cost_usd)::double as usd from requests where start < '2026-03-09'")["usd"].sum()
    assert told.keys() == {"cost_spike", "error_burst"}
    first_week = told["cost_spike"][0]
    assert first_week is not None
    assert first_week.value == pytest.approx(paid / 168)
