"""A check runs whole: cents break nothing, and a bug in one detector costs no other its findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn.detect import methods
from retroburn.findings import Document
from tests import caselog


def _checked(folder: Path, rows: list[dict[str, Any]]) -> Document:
    with retroburn.open(caselog.write(rows, folder / "log.jsonl")) as logs:
        return logs.check().document


def test_a_log_whose_whole_cost_is_some_cents_is_judged_whole(tmp_path: Path) -> None:
    rows = [
        {**row, "cost_usd": round(1e-6 * (i * 7919 % 97 + 1) / 3, 9)}
        for i, row in enumerate(caselog.records(days=5, per_day=60))
    ]
    assert not _checked(tmp_path, rows).failed


def test_a_bug_in_one_detector_is_told_and_the_others_find_what_they_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = methods.method

    def broken(name: str) -> Any:
        return whole(name) if name != "spend" else [].__getitem__

    monkeypatch.setattr("retroburn.detect.run.method", broken)
    rows = [{**row, "output": ""} if i % 2 else row for i, row in enumerate(caselog.records(days=4, per_day=60))]
    document = _checked(tmp_path, rows)
    assert (document.status, [failed.detector for failed in document.failed]) == ("partial", ["cost_spike"])
    assert "this is a bug" in document.failed[0].error
    assert "empty_answer" in {found.kind for found in document.findings}
