"""MLflow traces: either schema of the trace, three of the span, and the data frame of `search_traces`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.intake.conftest import Read, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "mlflow"
SPAN = dict.fromkeys(("trace_id", "span_id", "parent_span_id", "name"), "varchar") | {
    "start_time_unix_nano": "bigint",
    "end_time_unix_nano": "bigint",
    "status": {"code": "varchar", "message": "varchar"},
    "attributes": "map(varchar, varchar)",
}


def by_id(read: Read) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in read.spans}


def total(read: Read, column: str) -> float:
    return sum(row[column] or 0 for row in read.spans)


def test_a_record_is_a_span_or_a_trace_that_lists_none() -> None:
    counts = {name: read_logs(SAMPLES / name).counts for name in ("trace_v2.json", "trace_v3.json", "traces_v4.jsonl")}
    assert counts == {
        "trace_v2.json": [(2, 2, 0, 0)],
        "trace_v3.json": [(3, 3, 0, 0)],
        "traces_v4.jsonl": [(5, 5, 0, 0)],
    }
    assert read_logs(SAMPLES / "search_traces.csv").counts == [(3, 3, 0, 0)]


def test_what_a_trace_adds_up_is_not_counted_again() -> None:
    found = read_logs(SAMPLES / "trace_v3.json")
    assert (total(found, "input_tokens"), total(found, "output_tokens")) == (900, 40)
    assert float(total(found, "cost_usd")) == 0.0022
    [alone] = [row for row in read_logs(SAMPLES / "search_traces.csv").spans if row["id"] == "tr-77"]
    assert (alone["input_tokens"], alone["output_tokens"], float(alone["cost_usd"])) == (50, 5, 0.0005)


def test_tokens_of_the_cache_that_lie_beside_the_prompt_are_counted_into_it() -> None:
    call = by_id(read_logs(SAMPLES / "traces_v4.jsonl"))["2222222222222222"]
    assert (call["input_tokens"], call["cache_read_tokens"], call["cache_write_tokens"]) == (1220, 1000, 200)
    inside = by_id(read_logs(SAMPLES / "trace_v3.json"))["00f067aa0ba902b7"]
    assert (inside["input_tokens"], inside["cache_read_tokens"]) == (900, 512)


def test_ids_in_base64_and_ids_with_0x_become_hex_and_join() -> None:
    for name, trace in (("trace_v3.json", "0af7651916cd43dd8448eb211c80319c"), ("trace_v2.json", f"{170:032x}")):
        rows = by_id(read_logs(SAMPLES / name))
        assert {row["trace_id"] for row in rows.values()} == {trace}
        assert all(row["parent_id"] in rows for row in rows.values() if row["parent_id"])


def test_a_retriever_tells_its_documents_and_none_is_a_0_hit() -> None:
    some = by_id(read_logs(SAMPLES / "trace_v3.json"))["53995c3f42cd8ad8"]
    none = by_id(read_logs(SAMPLES / "traces_v4.jsonl"))["4444444444444444"]
    assert (some["retrieval_hits"], some["retrieval_top_score"]) == (2, 0.83)
    assert [document["id"] for document in some["retrieval_documents"]] == ["d-1", "kb/2"]
    assert none["retrieval_hits"] == 0


def test_assessments_are_scores_of_their_span_or_of_the_root_and_expectations_are_none() -> None:
    rows = by_id(read_logs(SAMPLES / "trace_v3.json"))
    told = {row["id"]: [(s["name"], s["value"], s["source"]) for s in row["scores"] or []] for row in rows.values()}
    assert told == {
        "b7ad6b7169203331": [("correctness", 1.0, "llm_judge"), ("thumbs", 1.0, "human")],
        "53995c3f42cd8ad8": [],
        "00f067aa0ba902b7": [("tone", None, "code")],
    }
    assert "It left Busan." in rows["b7ad6b7169203331"]["attributes"]


def test_a_trace_that_failed_failed_in_a_root_that_says_nothing_and_one_that_runs_has_no_outcome() -> None:
    rows = by_id(read_logs(SAMPLES / "traces_v4.jsonl"))
    assert rows["1111111111111111"]["status"] == "error"
    assert (rows["3333333333333333"]["status"], rows["3333333333333333"]["error_type"]) == ("error", "ValueError")
    assert rows["3333333333333333"]["output"] is None
    assert (rows["5555555555555555"]["status"], rows["5555555555555555"]["end"]) == (None, None)


def test_a_page_of_traces_and_bare_spans_are_read_too(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in (SAMPLES / "traces_v4.jsonl").read_text().splitlines()]
    (tmp_path / "page.json").write_text(json.dumps({"traces": lines, "next_page_token": ""}))
    (tmp_path / "spans.json").write_text(json.dumps([span for line in lines for span in line["data"]["spans"]]))
    found = read_logs(tmp_path / "page.json"), read_logs(tmp_path / "spans.json")
    assert [read.counts for read in found] == [[(5, 5, 0, 0)]] * 2
    assert [[entry.format for entry in read.result.inputs] for read in found] == [["mlflow"]] * 2
    assert found[0].ids == found[1].ids


def test_bare_spans_of_the_second_schema_are_no_phoenix_spans(tmp_path: Path) -> None:
    trace = json.loads((SAMPLES / "trace_v2.json").read_text())
    (tmp_path / "spans.jsonl").write_text("".join(json.dumps(span) + "\n" for span in trace["trace_data"]["spans"]))
    found = read_logs(tmp_path / "spans.jsonl")
    assert (found.result.inputs[0].format, found.counts) == ("mlflow", [(2, 2, 0, 0)])


def test_a_data_frame_saved_as_parquet_is_read_like_the_json_it_came_from(tmp_path: Path) -> None:
    trace = json.loads((SAMPLES / "trace_v3.json").read_text())
    with duckdb.connect() as con:
        con.execute(
            "create table frame as select $id as trace_id, 'OK' as state, timestamp '2026-10-05' as request_time, "
            "2400 as execution_duration, from_json($spans, $span) as spans, map {'tenant': 'acme'} as tags, "
            "from_json($metadata, '\"map(varchar, varchar)\"') as trace_metadata, $assessments as assessments",
            {
                "id": trace["info"]["trace_id"],
                "spans": json.dumps(trace["data"]["spans"]),
                "span": json.dumps([SPAN]),
                "metadata": json.dumps(trace["info"]["trace_metadata"]),
                "assessments": json.dumps(trace["info"]["assessments"]),
            },
        )
        con.execute(f"copy frame to '{tmp_path}/frame.parquet' (format parquet)")
    frame, plain = by_id(read_logs(tmp_path / "frame.parquet")), by_id(read_logs(SAMPLES / "trace_v3.json"))
    for column in (
        "kind",
        "start",
        "end",
        "status",
        "input",
        "output",
        "input_tokens",
        "cost_usd",
        "scores",
        "user",
        "tenant",
    ):
        assert {i: row[column] for i, row in frame.items()} == {i: row[column] for i, row in plain.items()}, column


def test_a_cell_as_python_spells_it_is_read_and_what_only_looks_so_stays_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "timestamp,model,prompt,docs\n"
        "2026-10-05T00:00:00Z,m,['a' and more,\"[{'id': 'd1', 'score': nan}, {'id': 'd2', 'score': 0.5}]\"\n"
    )
    [row] = read_logs(tmp_path / "a.csv").spans
    assert row["input"] == "['a' and more"
    assert row["retrieval_documents"] == [{"id": "d1", "score": None}, {"id": "d2", "score": 0.5}]


def test_what_a_library_was_called_with_and_gave_back_becomes_words_and_counts() -> None:
    calls = {row["name"]: row for row in read_logs(SAMPLES / "calls.json").spans}
    openai, anthropic = calls["Completions"], calls["Messages"]
    langchain, embedding = calls["ChatOpenAI"], calls["Embeddings"]
    assert (openai["output"], openai["finish_reason"], openai["output_format"]) == ("레일리", "length", "json")
    # 20 of the 50 were cached and 4 of the 10 thought: the body says so, the trace's own counts do not
    counts = ("input_tokens", "cache_read_tokens", "output_tokens", "reasoning_tokens")
    assert [openai[name] for name in counts] == [50, 20, 10, 4]
    assert (anthropic["output"], anthropic["input_tokens"], anthropic["cache_read_tokens"]) == ("Yo", 105, 100)
    assert json.loads(anthropic["input"])[0] == {"role": "system", "content": "be kind"}
    assert (langchain["output"], langchain["model"], langchain["temperature"]) == ("Hello", "gpt-4", 0.9)
    assert (embedding["input"], embedding["input_tokens"]) == ("x", 1)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("openai.APITimeoutError: Request timed out.", ("timeout", "openai.APITimeoutError")),
        ("upstream: it broke", ("error", None)),
        ("Could not reach the index", ("error", None)),
    ],
)
def test_a_message_that_begins_with_an_exception_tells_its_class(
    message: str, expected: tuple[str, str | None], tmp_path: Path
) -> None:
    [span] = json.loads((SAMPLES / "trace_v3.json").read_text())["data"]["spans"][:1]
    span |= {"status": {"code": "ERROR", "message": message}, "events": [], "parent_span_id": None}
    whole = json.loads((SAMPLES / "trace_v3.json").read_text()) | {"data": {"spans": [span]}}
    (tmp_path / "a.json").write_text(json.dumps(whole))
    [row] = read_logs(tmp_path / "a.json").spans
    assert (row["status"], row["error_type"]) == expected
    assert row["error_message"] == message
