"""`import --explain`: what a file was taken for and why, every column with its share and its place in the original."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retroburn import intake
from retroburn.cli import explained
from retroburn.engine import Engine
from retroburn.errors import SourceError
from tests.samples.golden import HERE as SAMPLES


def explain(*sources: Path, **options: object) -> list[intake.Explained]:
    with Engine() as eng:
        return intake.explain(eng, [str(source) for source in sources], intake.Options(**options))  # type: ignore[arg-type]


def log(path: Path, n: int = 10, **more: object) -> Path:
    rows = [
        {"id": f"s{i}", "start": f"2026-10-05T00:00:{i:02}Z", "provider": "OpenAI", "cost_usd": 0.5, **more}
        for i in range(n)
    ]
    path.write_text(
        "".join(json.dumps(row if i % 2 else {**row, "user": f"u{i}"}) + "\n" for i, row in enumerate(rows))
    )
    return path


def test_each_column_is_told_with_its_share_and_where_it_came_from(tmp_path: Path) -> None:
    [told] = explain(log(tmp_path / "a.jsonl", odd=1))
    columns = {one.column: (one.share, one.source) for one in told.columns}
    assert columns["start"] == (1.0, "start")
    assert columns["user"] == (0.5, "user")
    assert columns["provider"] == (1.0, "provider")
    assert columns["kind"] == (1.0, None)
    assert "output" in told.empty
    assert told.left_over == [("odd", 1.0)]
    assert (told.entry.format, told.shape, told.claims["native"]) == ("native", "lines", (10, 10))


def test_five_records_stand_beside_their_originals_masked(tmp_path: Path) -> None:
    [told] = explain(log(tmp_path / "a.jsonl", input="write to kim@example.com \x1b[31m"))
    assert [example.line for example in told.examples] == [1, 2, 3, 4, 5]
    text = "\n".join(explained.lines(told))
    assert text.count("    was ") == text.count("    became ") == 5
    assert "kim@example.com" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("value", ["7e4021", "infinity", "-inf", "nan", "1e309"])
def test_an_id_that_reads_as_a_number_without_an_end_is_told_as_it_stands(tmp_path: Path, value: str) -> None:
    [told] = explain(log(tmp_path / "a.jsonl", session=value))
    assert {one.column: one.source for one in told.columns}["session"] == "session"


def test_values_of_a_list_of_keys_are_named_by_their_key() -> None:
    [told] = explain(SAMPLES / "otlp" / "collector.jsonl")
    columns = {one.column: one.source for one in told.columns}
    assert columns["trace_id"] == "resourceSpans[*].scopeSpans[*].spans[*].traceId"
    assert str(columns["input_tokens"]).endswith("attributes[gen_ai.usage.input_tokens].value.intValue")


def test_records_inside_one_document_are_traced_to_their_place_in_it() -> None:
    [told] = explain(SAMPLES / "langfuse" / "api_trace.json")
    columns = {one.column: one.source for one in told.columns}
    assert columns["trace_id"] == "observations[*].traceId"
    assert (columns["input"], columns["user"]) == ("observations[*].input", "userId")
    assert "\n".join(explained.lines(told)).count("a part of the same") == 3


def test_rejected_records_are_told_with_their_reasons(tmp_path: Path) -> None:
    path = log(tmp_path / "a.jsonl")
    path.write_text(path.read_text() + '{"id": "x"}\nbroken\n')
    [told] = explain(path)
    assert told.rejects == [("no start", 1, 11), ("not JSON", 1, 12)]


def test_a_file_that_is_no_log_is_told_beside_those_that_are(tmp_path: Path) -> None:
    log(tmp_path / "a.jsonl")
    (tmp_path / "b.md").write_text("# words\n")
    texts = ["\n".join(explained.lines(told)) for told in explain(tmp_path)]
    assert "format     native" in texts[0]
    assert "neither JSON, CSV nor Parquet" in texts[1]
    with pytest.raises(SourceError):
        explain(tmp_path / "b.md")


@pytest.mark.parametrize(
    "folder", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir() and path.name[0] != "_")
)
def test_samples_of_every_format_can_be_explained(folder: str) -> None:
    # one of each sort of file: each is mapped by a query of its own
    sorts = {path.suffix: path for path in sorted((SAMPLES / folder).iterdir()) if not path.name.startswith("_")}
    files = list(sorts.values())
    told = explain(*files)
    assert {one.entry.format for one in told} == {folder}
    assert any(one.columns for one in told)
    assert all("\n".join(explained.lines(one)) for one in told)
