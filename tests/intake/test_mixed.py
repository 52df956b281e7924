"""Records of several formats in one file: each is read by its own importer, or named where it is not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tests.intake.conftest import read_logs

OBSERVATION: dict[str, object] = {
    "id": "o1", "traceId": "t1", "parentObservationId": None, "type": "GENERATION", "name": "ask",
    "startTime": "2026-10-05T00:00:00Z", "endTime": "2026-10-05T00:00:01Z", "model": "m",
}  # fmt: skip


def lines(*records: dict[str, object]) -> str:
    """Records as lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def native(n: int, first: int = 0) -> list[dict[str, object]]:
    return [{"id": f"n{i}", "start": 1791158400 + i, "model": "m"} for i in range(first, first + n)]


def test_a_format_that_comes_late_is_read_by_its_own_importer_and_told(tmp_path: Path) -> None:
    observations = [{**OBSERVATION, "id": f"o{n}"} for n in range(20)]
    (tmp_path / "a.jsonl").write_text(lines(*native(180), *observations))
    found = read_logs(tmp_path)
    assert found.counts == [(200, 200, 0, 0)]
    assert Counter(row["format"] for row in found.spans) == {"native": 180, "langfuse": 20}
    [told] = [fact.values["told"] for fact in found.result.health if fact.fact == "mixed"]
    assert told == "native 180, langfuse 20"


def test_one_record_of_another_format_anywhere_among_an_applications_own(tmp_path: Path) -> None:
    own: list[dict[str, object]] = [
        {"request_id": f"r{n}", "timestamp": 1791158400 + n, "prompt": "q", "response": "a", "model": "m"}
        for n in range(150)
    ]
    odd: list[dict[str, object]] = [{f"odd{n}": n} for n in range(80)]
    (tmp_path / "a.jsonl").write_text(lines(*own[:77], *odd, OBSERVATION, *own[77:]))
    (tmp_path / "b.json").write_text(json.dumps({"items": [*own[:60], {**OBSERVATION, "id": "o2"}]}))
    found = read_logs(tmp_path)
    assert [entry.format for entry in found.result.inputs] == ["generic", "generic"]
    [one, other] = [row for row in found.spans if row["format"] == "langfuse"]
    assert (one["id"], one["trace_id"], one["kind"], one["source_line"]) == ("o1", "t1", "llm", 158)
    assert (other["id"], other["duration_ms"]) == ("o2", 1000)


def test_a_record_of_another_format_that_no_sample_met_is_read_by_its_own_importer(tmp_path: Path) -> None:
    stranger = {"request_id": "h", "request_created_at": "2026-10-05T09:00:00Z", "response_status": 200, "delay_ms": 1}
    (tmp_path / "a.jsonl").write_text(lines(*native(90), stranger, {"x": 1}, {}, *native(110, first=90)))
    listed = [*native(90, first=200), {**stranger, "request_id": "h2"}, *native(20, first=290)]
    (tmp_path / "b.json").write_text(json.dumps(listed, indent=1))
    found = read_logs(tmp_path)
    assert found.counts == [(203, 201, 0, 2), (111, 111, 0, 0)]
    told = [(row["id"], row["source_line"], row["duration_ms"]) for row in found.spans if row["format"] == "helicone"]
    assert told == [("h", 91, 1), ("h2", 91, 1)]
    assert [(row["line"], row["reason"]) for row in found.rejects] == [(92, "no id"), (93, "no id")]
