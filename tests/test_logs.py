"""The notebook API: what `retroburn.open()` returns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import retroburn
from retroburn.errors import QueryError, SourceError, UsageError
from retroburn.logs import Logs
from tests import caselog

CHANGE = [{"from": "d4", "where": {"tenant": "acme"}, "part": 0.5, "set": {"status": "error", "output": None}}]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = caselog.changed(list(caselog.records(days=5, per_day=400)), CHANGE)
    return caselog.write(rows, tmp_path_factory.mktemp("logs") / "log.jsonl")


@pytest.fixture(scope="module")
def logs(path: Path) -> Iterator[Logs]:
    with retroburn.open(path) as opened:
        yield opened


def test_sql_gives_a_frame_over_every_canonical_table(logs: Logs) -> None:
    assert logs.sql("select count(*) as n from spans")["n"].tolist() == [2000]
    assert logs.sql("select count(*) as n from requests where status = 'error'")["n"][0] > 30
    assert logs.sql("select kind, severity, slice from findings")["kind"].tolist() == ["error_burst", "slo_burn"]
    for table in ("operations", "signals", "rejects", "context"):
        assert len(logs.sql(f"select * from {table} limit 1").columns) > 3


def test_relations_are_lazy_duckdb_relations(logs: Logs) -> None:
    assert logs.requests.filter("tenant = 'acme'").limit(1).fetchall()
    assert logs.spans.columns[:2] == ["id", "trace_id"]


def test_a_finding_hands_over_its_query_its_chart_and_its_examples(logs: Logs) -> None:
    found = logs.check()
    assert [finding.kind for finding in found] == ["error_burst", "slo_burn"]
    assert "from request_facts" in found[0].sql
    assert found[0].examples
    assert found[0].chart().to_dict()
    frame = found.to_frame()
    assert frame["kind"].tolist() == ["error_burst", "slo_burn"]
    assert frame["where"].tolist() == [{"tenant": "acme"}] * 2


def test_findings_keep_their_ids_from_run_to_run(path: Path, logs: Logs) -> None:
    with retroburn.open(path) as again:
        assert again.check().document.to_json() == logs.check().document.to_json()


def test_a_window_keeps_what_lies_before_as_the_usual(path: Path) -> None:
    with retroburn.open(path, start="2026-03-06") as logs:
        document = logs.check().document
    assert [f.kind for f in document.findings] == ["error_burst", "slo_burn"]
    assert document.baseline.how == "history"
    assert document.window.start is not None
    assert document.window.start.isoformat() == "2026-03-06T00:00:00+00:00"


def test_a_window_before_the_trouble_is_quiet(path: Path) -> None:
    with retroburn.open(path, end="2026-03-05T12:00Z") as logs:
        assert not logs.check().document.findings


def test_one_window_is_checked_once_whoever_asks(logs: Logs) -> None:
    window = ("2026-03-03", "2026-03-05")
    once = logs.between(*window).check()
    assert logs.between(*window).between(*window).check() is once
    assert logs.between("2026-03-03", "2026-03-04").check() is not once


def test_rows_before_a_time_can_be_the_baseline(path: Path) -> None:
    with retroburn.open(path, baseline_until="2026-03-04") as logs:
        document = logs.check().document
    assert document.baseline.how == "until"
    assert [f.kind for f in document.findings] == ["error_burst", "slo_burn"]


def test_rows_of_a_baseline_are_in_tables_of_their_own(path: Path, tmp_path: Path) -> None:
    demo = caselog.write(list(caselog.records(days=1, per_day=100, seed=9)), tmp_path / "demo.jsonl")
    with retroburn.open(path, baseline=demo) as logs:
        assert logs.sql("select count(*) as n from spans")["n"][0] == 2000
        assert logs.sql("select count(*) as n from baseline.spans")["n"][0] == 100
        assert logs.sql("select count(*) as n from baseline.requests")["n"][0] == 100


def test_mistakes_are_named(path: Path, tmp_path: Path, logs: Logs) -> None:
    with pytest.raises(SourceError):
        retroburn.open(tmp_path / "none.jsonl")
    with (
        pytest.raises(UsageError, match="not before"),
        retroburn.open(path, start="2026-03-06", end="2026-03-05") as opened,
    ):
        opened.check()
    with (
        pytest.raises(UsageError, match="No record lies in the window"),
        retroburn.open(path, start="2027-01-01") as opened,
    ):
        opened.check()
    with pytest.raises(QueryError, match="no table requestz"):
        logs.sql("select * from requestz")


def test_one_record_is_a_log(tmp_path: Path) -> None:
    only = caselog.write(list(caselog.records(days=1, per_day=1)), tmp_path / "one.jsonl")
    with retroburn.open(only) as logs:
        document = logs.check().document
    assert document.findings == []
    assert document.status == "complete"
    assert document.not_assessed


@pytest.mark.parametrize(
    ("days", "options", "told"), [(2, {}, True), (2, {"baseline_until": "d1"}, False), (9, {}, False)]
)
def test_a_young_log_with_nothing_to_compare_with_says_what_to_name(
    tmp_path: Path, days: int, options: dict[str, str], told: bool
) -> None:
    given = {name: str(caselog.at(time)) for name, time in options.items()}
    with retroburn.open(caselog.write(list(caselog.records(days, 60)), tmp_path / "log.jsonl"), **given) as logs:
        assert bool([line for line in logs.check().document.health if "--baseline-until" in line]) is told
