"""Every importer against its samples: the golden is rewritten by `python -m tests.samples`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retroburn import intake
from retroburn.intake import formats
from tests.samples.golden import GOLDEN, folders, rows, samples, text


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_samples_become_what_the_golden_says(folder: Path) -> None:
    assert text(rows(folder)) == (folder / GOLDEN).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_samples_are_recognised_by_what_they_hold(folder: Path, read, tmp_path: Path) -> None:
    names = {f"export-{number}": sample for number, sample in enumerate(samples(folder))}
    for name, sample in names.items():
        (tmp_path / name).write_bytes(sample.read_bytes())
    found = {names[Path(entry.path).name].name: entry.format for entry in read(tmp_path).result.inputs}
    assert found == {sample.name: folder.name for sample in names.values()}


def test_every_importer_has_samples() -> None:
    assert [folder.name for folder in folders()] == sorted(formats.importers())


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_the_list_of_formats_names_what_the_samples_fill(folder: Path) -> None:
    [listed] = [item for item in intake.formats_listed() if item["name"] == folder.name]
    golden = (folder / GOLDEN).read_text(encoding="utf-8").splitlines()
    filled = {name for line in golden for name in json.loads(line)} - {"source_file", "source_line", "format"}
    assert listed["summary"]
    assert sorted(listed["columns"]) == sorted(filled)


def test_a_log_record_is_folded_into_the_span_it_was_written_in(read) -> None:
    found = read(Path(__file__).parents[1] / "samples" / "otlp" / "collector.jsonl")
    assert found.counts == [(5, 5, 0, 0)]
    assert len(found.spans) == 4
    [call] = [row for row in found.spans if row["kind"] == "llm"]
    assert '"gen_ai.response.id":"chatcmpl-1"' in call["attributes"]


def test_a_score_of_a_trace_stands_at_its_root(read) -> None:
    folder = Path(__file__).parents[1] / "samples" / "langfuse"
    found = read(folder / "observations_v2.jsonl", folder / "scores.jsonl")
    assert found.counts == [(2, 2, 0, 0), (1, 1, 0, 0)]
    assert {row["id"]: len(row["scores"] or []) for row in found.spans} == {"b1": 1, "b2": 0}
