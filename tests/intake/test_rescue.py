"""A record with a value that no importer foresaw is refused by itself; those beside it are read."""

from __future__ import annotations

from pathlib import Path

from retroburn import intake
from tests.samples.golden import HERE as SAMPLES


def test_one_record_that_cannot_be_mapped_costs_no_other(read, tmp_path: Path) -> None:
    good = (SAMPLES / "otlp" / "collector.jsonl").read_text()
    whole = len(read(SAMPLES / "otlp" / "collector.jsonl").spans)
    (tmp_path / "a.jsonl").write_text('{"resourceSpans": "0001-01-01T00:00:00Z"}\n' + good)
    found = read(tmp_path / "a.jsonl", options=intake.Options(fmt="otlp"))
    assert len(found.spans) == whole
    assert [(row["line"], row["reason"]) for row in found.rejects] in ([], [(1, "cannot be mapped")])
