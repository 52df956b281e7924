"""LangSmith: runs are read with their own parents, tokens and times, and a post and its patch are one span."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.intake.conftest import Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "langsmith"


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def run(n: int, **more: object) -> dict[str, object]:
    stamp = f"20261005T09000{n}000000Z"
    return {
        "id": f"r{n}",
        "trace_id": f"r{n}",
        "run_type": "chain",
        "name": "qa",
        "start_time": f"2026-10-05T09:00:0{n}",
        "dotted_order": f"{stamp}r{n}",
        **more,
    }


def by_name(rows: list[Row], *names: str) -> list[Row]:
    return [next(row for row in rows if row["name"] == name) for name in names]


def test_runs_add_up() -> None:
    found = read_logs(SAMPLES / "runs.jsonl")
    assert found.counts == [(17, 17, 0, 0)]
    calls = [row for row in found.spans if row["kind"] in {"llm", "embedding"}]
    assert len(calls) == 7
    assert sum(row["input_tokens"] or 0 for row in calls) == 7 + 1500 + 13 + 2130
    assert sum(row["output_tokens"] or 0 for row in calls) == 0 + 40 + 20 + 25
    assert str(sum(row["cost_usd"] or 0 for row in calls)) == "0.002310140"


def test_a_time_without_a_zone_is_in_utc_and_one_with_a_zone_keeps_it(tmp_path: Path) -> None:
    times = ["2026-10-05T09:00:00.5", "2026-10-05T18:00:00.5+09:00", "2026-10-05T09:00:00.5+00:00", 1791190800500]
    found = read_logs(lines(tmp_path / "a.jsonl", *(run(n, start_time=time) for n, time in enumerate(times))))
    assert {str(row["start"]) for row in found.spans} == {"2026-10-05 09:00:00.500000"}


def test_nothing_counted_is_no_zero() -> None:
    [stream] = by_name(read_logs(SAMPLES / "runs.jsonl").spans, "stream")
    assert (stream["input_tokens"], stream["output_tokens"], stream["output"]) == (None, None, "You are welcome.")


def test_parents_and_traces_are_told_by_the_dotted_order_alone() -> None:
    [stream] = by_name(read_logs(SAMPLES / "runs.jsonl").spans, "stream")
    assert stream["trace_id"] == stream["parent_id"] == "00000000-0000-4000-8000-000000000001"


def test_counts_beside_the_prompt_are_added_to_it_and_counts_inside_are_not() -> None:
    beside, inside = by_name(read_logs(SAMPLES / "runs.jsonl").spans, "ChatAnthropic", "ChatOpenAI")
    told = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
    assert [beside[name] for name in told] == [2130, 2000, 100, None]
    assert [inside[name] for name in told] == [1500, 1024, 128, 16]


def test_an_exception_is_told_without_its_stack_and_the_stack_is_kept() -> None:
    rows = read_logs(SAMPLES / "runs.jsonl").spans
    [limited] = [row for row in rows if row["http_status"] == 429]
    assert (limited["status"], limited["error_type"]) == ("error", "RateLimitError")
    assert "Traceback" not in limited["error_message"]
    assert "llm.py" in limited["attributes"]
    [late] = by_name(rows, "gone")
    assert (late["status"], late["error_message"]) == (
        "timeout",
        "asyncio.exceptions.TimeoutError: no answer in 0.5 s",
    )


def test_a_run_that_goes_on_has_no_outcome_and_no_answer() -> None:
    [pending] = by_name(read_logs(SAMPLES / "runs.jsonl").spans, "agent")
    assert [pending[name] for name in ("status", "end", "output", "model")] == [None] * 4


def test_what_lies_elsewhere_is_no_empty_answer_and_what_is_empty_is() -> None:
    elsewhere, nothing = by_name(read_logs(SAMPLES / "runs.jsonl").spans, "summarise", "nothing")
    assert (elsewhere["output"], nothing["output"]) == ("A long text about…", "{}")


def test_a_post_and_its_patch_are_one_span_and_both_are_accepted() -> None:
    found = read_logs(SAMPLES / "batches.jsonl")
    assert found.counts == [(6, 6, 0, 0)]
    assert {row["name"]: row["status"] for row in found.spans} == {"qa": "ok", "ChatOpenAI": "ok", "late": "error"}
    root, call, late = by_name(found.spans, "qa", "ChatOpenAI", "late")
    assert (root["user"], root["app_version"], root["output"]) == ("u-1", "rel-42", '{"answer":"4"}')
    assert (call["input"], call["output"], call["duration_ms"]) == ('[{"role":"user","content":"2+2?"}]', "4", 700)
    assert (late["kind"], late["input"], late["duration_ms"]) == ("tool", '{"input":"x"}', 2000)


@pytest.mark.parametrize("apart", [False, True])
def test_a_patch_is_found_wherever_it_lies(tmp_path: Path, apart: bool) -> None:
    began = run(1, inputs={"question": "2+2?"}, outputs={}, run_type="llm")
    ended = {
        "id": "r1",
        "trace_id": "r1",
        "dotted_order": began["dotted_order"],
        "end_time": "2026-10-05T09:00:03",
        "outputs": {"model": "m-2", "choices": [{"message": {"role": "assistant", "content": "4"}}]},
        "events": [{"name": "end"}],
        "inputs": None,
    }
    post, patch = {"post": [{**began, "events": []}], "patch": []}, {"post": [], "patch": [ended]}
    if apart:
        sources = [lines(tmp_path / "z.jsonl", patch), lines(tmp_path / "b.jsonl", post)]
    else:
        sources = [lines(tmp_path / "a.jsonl", {"post": post["post"], "patch": patch["patch"]})]
    found = read_logs(*sources)
    assert [sum(column) for column in zip(*found.counts, strict=True)] == [2, 2, 0, 0]
    [row] = found.spans
    assert (row["kind"], row["model"], row["output"], row["duration_ms"]) == ("llm", "m-2", "4", 2000)
    assert json.loads(row["attributes"])["events"] == [{"name": "end"}]


def test_a_patch_by_itself_tells_what_was_found_and_which_model_answered(tmp_path: Path) -> None:
    """It says neither what ran nor how that is named."""
    named = {"name": None, "run_type": None, "start_time": None, "end_time": "2026-10-05T09:00:09"}
    found = {"documents": [{"pageContent": "x", "id": "d1"}]}
    message = {"content": "yes", "response_metadata": {"finish_reason": "length", "model_name": "m-2"}}
    answered = {"generations": [[{"text": "yes", "message": {"kwargs": message}}]]}
    lines(tmp_path / "a.jsonl", {"post": [run(1, run_type="retriever"), run(2, run_type="llm"), run(3)], "patch": []})
    patches = [
        run(1, outputs=found, **named),
        run(2, outputs=answered, **named),
        run(3, outputs={"x": 1, **found}, **named),
    ]
    lines(tmp_path / "b.jsonl", {"post": [], "patch": patches})
    one, two, three = read_logs(tmp_path).spans
    assert (one["kind"], one["name"], one["retrieval_hits"]) == ("retrieval", "qa", 1)
    assert (two["kind"], two["model"], two["finish_reason"], two["output"]) == ("llm", "m-2", "length", "yes")
    assert (three["kind"], three["retrieval_hits"]) == ("request", None)


def test_what_was_written_to_a_cache_is_told_by_how_long_it_is_kept_and_a_code_by_how_an_error_begins(
    tmp_path: Path,
) -> None:
    kept = {"cache_read": 90, "cache_creation": 0, "ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 5}
    used = {"input_tokens": 135, "output_tokens": 8, "input_token_details": kept}
    failed = "Error: 401 Incorrect API key provided\n    at APIError.generate (file:///a.js:40:20)"
    lines(
        tmp_path / "a.jsonl",
        run(1, run_type="llm", outputs={"usage_metadata": used}),
        run(2, run_type="llm", prompt_tokens=135, completion_tokens=8, prompt_token_details=kept),
        run(3, run_type="llm", error=failed),
        run(4, run_type="tool", error="Error: 500 rows could not be read"),
    )
    told = [(row["input_tokens"], row["cache_write_tokens"], row["http_status"]) for row in read_logs(tmp_path).spans]
    assert told == [(135, 35, None), (135, 35, None), (None, None, 401), (None, None, None)]


def test_a_batch_met_twice_counts_twice(tmp_path: Path) -> None:
    text = (SAMPLES / "batches.jsonl").read_text()
    (tmp_path / "a.jsonl").write_text(text)
    (tmp_path / "b.jsonl").write_text(text + "\n")
    found = read_logs(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert found.counts == [(6, 6, 0, 0), (6, 0, 6, 0)]


def test_a_part_of_a_batch_that_is_no_run_is_refused_alone(tmp_path: Path) -> None:
    batch = {"post": [run(1), "noise", {"name": "no id"}, 7], "patch": [{"id": "x"}]}
    found = read_logs(lines(tmp_path / "a.jsonl", batch))
    assert found.counts == [(5, 1, 0, 4)]
    assert sorted(row["reason"] for row in found.rejects) == ["no id", "no start", "not an object", "not an object"]


def test_feedback_stands_at_its_run_also_where_it_names_no_trace() -> None:
    found = read_logs(SAMPLES / "runs.jsonl", SAMPLES / "feedback.jsonl")
    assert found.counts == [(17, 17, 0, 0), (3, 3, 0, 0)]
    assert len(found.spans) == 17
    scores = {score["name"]: (row["name"], score["value"]) for row in found.spans for score in row["scores"] or []}
    assert scores == {
        "user_score": ("support_rag", 1),
        "tone": ("support_rag", None),
        "user_feedback": ("support_rag", -1),
        "groundedness": ("ChatOpenAI", 0.25),
        "thumb": ("order_lookup", 1),
    }


def test_the_bulk_export_is_read_by_its_columns_whatever_its_folders_are_called(tmp_path: Path) -> None:
    folder = tmp_path / "session_id=other" / "runs" / "year=2026"
    folder.mkdir(parents=True)
    (folder / "part.parquet").write_bytes((SAMPLES / "bulk.parquet").read_bytes())
    found = read_logs(tmp_path)
    assert found.counts == [(2, 2, 0, 0)]
    root, call = by_name(found.spans, "bulk_qa", "ChatOpenAI")
    assert json.loads(root["attributes"])["session_id"].endswith("900")
    assert (call["parent_id"], call["finish_reason"], str(call["cost_usd"])) == (
        root["id"],
        "content_filter",
        "0.000003150",
    )


def test_runs_inside_the_run_that_caused_them_are_runs_of_their_own(read) -> None:
    found = read(SAMPLES / "nested.jsonl")
    assert found.counts == [(4, 4, 0, 0)]
    parents = {row["id"][-1]: (row["parent_id"] or "-")[-1] for row in found.spans}
    assert parents == {"1": "-", "2": "1", "3": "1", "4": "3"}
    assert sum(row["input_tokens"] for row in found.spans if row["kind"] == "llm") == 12


def test_a_data_frame_of_runs_is_read_as_python_spells_it() -> None:
    asked, found, written = read_logs(SAMPLES / "frame.csv").spans
    assert (asked["session"], asked["user"], asked["output"]) == ("7", "42", '{"output":"a"}')
    assert (found["retrieval_top_score"], found["parent_id"]) == (0.8, asked["id"])
    assert [document["id"] for document in written["retrieval_documents"]] == ["kb/b"]
