"""Spans of Phoenix: data frames with and without the name of their index, pages, and annotations as scores."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.intake.conftest import read_logs

ROW = (
    "select 's1' as {index}, 't1' as \"context.trace_id\", 'ask' as name, 'RETRIEVER' as span_kind, "
    "null::varchar as parent_id, "
    "timestamptz '2026-10-05 00:00:00+00' as start_time, timestamptz '2026-10-05 00:00:02+00' as end_time, "
    "'OK' as status_code, '' as status_message, {{'tenant': 'acme'}} as \"attributes.metadata\", "
    "[{{'document.id': 'd1', 'document.score': 0.5}}] as \"attributes.retrieval.documents\""
)


@pytest.mark.parametrize("index", ['"context.span_id"', "__index_level_0__"])
def test_a_data_frame_keeps_its_ids_in_its_index(tmp_path: Path, index: str) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy ({ROW.format(index=index)}) to '{tmp_path}/frame.parquet' (format parquet)")
    [row] = read_logs(tmp_path).spans
    assert (row["id"], row["trace_id"], row["tenant"], row["duration_ms"]) == ("s1", "t1", "acme", 2000)
    assert (row["retrieval_hits"], row["retrieval_top_score"]) == (1, 0.5)


def test_annotations_are_scores_of_the_spans_they_name(tmp_path: Path) -> None:
    span = {"name": "n", "span_kind": "LLM", "status_code": "OK", "parent_id": None, "end_time": None}
    told = {f"annotations.0.annotation.{key}": value for key, value in {"name": "helpful", "score": 0.5}.items()}
    spans: list[dict[str, object]] = [
        {**span, "start_time": f"2026-10-05T00:00:0{n}Z", "context": {"trace_id": "t", "span_id": f"x{n}"}}
        for n in range(3)
    ]
    spans[2]["attributes"] = {
        **told,
        "trace.evaluations.0.evaluation.name": "whole",
        "trace.evaluations.0.evaluation.score": "0.25",
    }
    (tmp_path / "page.json").write_text(json.dumps({"data": spans, "next_cursor": "abc"}))
    result = {"label": "good", "score": 0.9, "explanation": "fine"}
    note = {
        "span_id": "x0",
        "name": "quality",
        "annotator_kind": "LLM",
        "result": result,
        "created_at": "2026-10-06T00:00:00Z",
    }
    (tmp_path / "notes.jsonl").write_text(json.dumps(note) + "\n" + json.dumps({**note, "span_id": "gone"}) + "\n")
    (tmp_path / "table.csv").write_text(
        "span_id,annotation_name,annotator_kind,created_at,result.label,result.score,result.explanation\n"
        "x1,tone,HUMAN,2026-10-06T00:00:00+00:00,kind,1.0,\n"
    )
    found = read_logs(tmp_path)
    assert [entry[:2] for entry in found.counts] == [(2, 2), (3, 3), (1, 1)]
    scores = {
        row["id"]: [(s["name"], s["value"], s["source"], s["comment"]) for s in row["scores"]] for row in found.spans
    }
    assert scores == {
        "x0": [("quality", 0.9, "llm", "fine")],
        "x1": [("tone", 1.0, "human", "kind")],
        "x2": [("helpful", 0.5, None, None), ("whole", 0.25, None, None)],
    }


def test_a_list_that_was_written_as_a_text_is_one(tmp_path: Path) -> None:
    messages = [{"message.role": "user", "message.content": "where?"}]
    answers = [{"message": {"role": "assistant", "content": "here"}}]
    found_ones = [{"document.id": "a", "document.score": "0.5"}, {"document.id": "b", "document.score": "0.25"}]
    attributes = [
        {"llm.input_messages": json.dumps(messages), "llm.output_messages": json.dumps(answers)},
        {"retrieval.documents": json.dumps(found_ones)},
        {"retrieval": {"documents": "[]"}},
        {"llm.input_messages": "[not a list", "input.value": "words"},
    ]
    spans = [
        {
            "name": "n",
            "span_kind": "RETRIEVER" if n in {1, 2} else "LLM",
            "status_code": "OK",
            "start_time": f"2026-10-05T00:00:0{n}Z",
            "context": {"trace_id": "t", "span_id": f"x{n}"},
            "attributes": one,
        }
        for n, one in enumerate(attributes)
    ]
    (tmp_path / "page.json").write_text(json.dumps({"data": spans}))
    rows = read_logs(tmp_path).spans
    assert [row["retrieval_hits"] for row in rows] == [None, 2, 0, None]
    assert [row["input"] and "where?" in row["input"] for row in rows] == [True, None, None, False]
    assert (rows[1]["retrieval_top_score"], "here" in rows[0]["output"], rows[3]["input"]) == (0.5, True, "words")


def test_a_missing_number_of_a_data_frame_is_none_and_no_score(tmp_path: Path) -> None:
    row = ROW.format(index='"context.span_id"') + ", 'nan'::double as \"attributes.llm.token_count.prompt\""
    note = (
        "select 's1' as span_id, 'tone' as annotation_name, 'LLM' as annotator_kind, 'NaN: rude' as \"result.label\", "
        "'nan'::double as \"result.score\", timestamptz '2026-10-06 00:00:00+00' as created_at"
    )
    with duckdb.connect() as con:
        con.execute(f"copy ({row}) to '{tmp_path}/frame.parquet' (format parquet)")
        con.execute(f"copy ({note}) to '{tmp_path}/notes.parquet' (format parquet)")
    [span] = read_logs(tmp_path).spans
    assert "NaN" not in span["attributes"]
    assert span["input_tokens"] is None
    assert [(s["value"], s["comment"]) for s in span["scores"]] == [(None, "NaN: rude")]


def test_annotations_of_a_trace_and_of_a_session_are_scores_of_a_request(tmp_path: Path) -> None:
    frame = ROW.format(index='"context.span_id"') + ", 'sitting' as \"attributes.session.id\""
    with duckdb.connect() as con:
        con.execute(f"copy ({frame}) to '{tmp_path}/frame.parquet' (format parquet)")
    note = {"annotator_kind": "HUMAN", "result": {"score": 1}, "created_at": "2026-10-06T00:00:00Z"}
    notes = [{**note, "trace_id": "t1", "name": "whole"}, {**note, "session_id": "sitting", "name": "sitting"}]
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(each) + "\n" for each in notes))
    [span] = read_logs(tmp_path).spans
    assert [score["name"] for score in span["scores"]] == ["sitting", "whole"]
