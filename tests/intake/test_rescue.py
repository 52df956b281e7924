"""A record with a value that no importer foresaw is refused by itself; those beside it are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from retroburn import intake
from retroburn.intake.stage import Stage
from tests.samples.golden import HERE as SAMPLES


def test_one_record_that_cannot_be_mapped_costs_no_other(read, tmp_path: Path) -> None:
    good = (SAMPLES / "otlp" / "collector.jsonl").read_text()
    whole = len(read(SAMPLES / "otlp" / "collector.jsonl").spans)
    (tmp_path / "a.jsonl").write_text('{"resourceSpans": "0001-01-01T00:00:00Z"}\n' + good)
    found = read(tmp_path / "a.jsonl", options=intake.Options(fmt="otlp"))
    assert len(found.spans) == whole
    assert [(row["line"], row["reason"]) for row in found.rejects] in ([], [(1, "cannot be mapped")])


def test_a_line_that_is_no_text_stands_in_nobodys_way(read, tmp_path: Path) -> None:
    good = (SAMPLES / "otlp" / "collector.jsonl").read_bytes()
    whole = len(read(SAMPLES / "otlp" / "collector.jsonl").spans)
    (tmp_path / "a.jsonl").write_bytes(b'{"resourceSpans": "0001-01-01T00:00:00Z"}\n\xff\xfe{"a"\n' + good)
    found = read(tmp_path / "a.jsonl", options=intake.Options(fmt="otlp"))
    assert len(found.spans) == whole
    assert (2, "not JSON") in [(row["line"], row["reason"]) for row in found.rejects]


def test_a_pair_of_numbers_that_is_no_time_costs_its_own_record_alone(read, tmp_path: Path) -> None:
    lines = ['{"ts": [1791158400, 5], "prompt": "a"}', '{"ts": [639267916215003000, 5], "prompt": "b"}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = read(tmp_path / "a.jsonl")
    assert [row["input"] for row in found.spans] == ["a"]
    assert [(row["line"], row["reason"]) for row in found.rejects] == [(2, "start cannot be read")]


def test_after_a_rescue_the_lines_that_are_no_json_are_still_told(
    read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, asked = Stage._copy, []

    def first_fails(stage: Stage, *given: Any) -> Path:
        asked.append(given)
        if len(asked) == 1:
            raise duckdb.InvalidInputException
        return copy(stage, *given)

    monkeypatch.setattr(Stage, "_copy", first_fails)
    good = (SAMPLES / "helicone" / "with_bodies.jsonl").read_text().splitlines()
    (tmp_path / "a.jsonl").write_text("\n".join([good[0], '{"request_id": "half", ', good[1]]))
    found = read(tmp_path / "a.jsonl")
    assert len(asked) > 1
    assert found.counts == [(3, 2, 0, 1)]
    assert [row["line"] for row in found.rejects] == [2]
