"""OpenAI: calls logged whole, in pieces or in batches; and pages of usage, which are no calls."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

from tests.intake.conftest import Read, Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "openai"


def named(found: Read) -> dict[str, Row]:
    return {row["id"]: row for row in found.spans}


def test_a_request_and_its_response_are_one_call_whole_as_text_or_in_pieces() -> None:
    found = read_logs(SAMPLES / "pairs.jsonl")
    assert found.counts == [(8, 8, 0, 0)]
    assert sum(row["input_tokens"] or 0 for row in found.spans) == 20 + 60 + 25 + 30 + 12 + 20 + 20
    assert sum(row["output_tokens"] or 0 for row in found.spans) == 5 + 18 + 8 + 256 + 30 + 5 + 3
    assert sum(row["cost_usd"] or 0 for row in found.spans) == Decimal("0.00012")
    rows = named(found)
    assert (rows["req-7"]["output"], rows["req-8"]["output"]) == ("In a string.", "In pieces.")
    first = rows["req-1"]
    assert (first["cache_read_tokens"], first["seed"], first["temperature"]) == (16, 7, 0.3)
    assert [first[name] for name in ("tenant", "user", "session", "prompt_version")] == ["acme", "u-1", "s-1", "p3"]
    assert (first["model_requested"], first["model"]) == ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")


def test_what_looks_like_success_is_told_apart() -> None:
    rows = named(read_logs(SAMPLES / "pairs.jsonl"))
    called, refused, spent, filtered = (rows[f"req-{n}"] for n in (2, 3, 4, 5))
    assert {row["status"] for row in (called, refused, spent, filtered)} == {"ok"}
    assert json.loads(called["output"])["tool_calls"][0]["id"] == "call_1"
    assert (refused["output"], refused["finish_reason"]) == ("I can not help with that.", "stop")
    assert (spent["output"], spent["finish_reason"], spent["reasoning_tokens"]) == (
        "",
        "length",
        spent["output_tokens"],
    )
    assert (filtered["finish_reason"], filtered["guardrail_action"]) == ("content_filter", "block")
    assert (called["output_format"], spent["output_format"]) == (None, "json")
    failed = rows["req-6"]
    assert (failed["status"], failed["error_type"], failed["http_status"]) == ("error", "rate_limit_exceeded", 429)
    assert failed["output"] is None


def test_responses_say_how_they_ended_and_what_they_found() -> None:
    found = read_logs(SAMPLES / "responses.jsonl")
    assert found.counts == [(11, 11, 0, 0)]
    rows = named(found)
    ends = [(rows[f"resp_{n:03}"]["status"], rows[f"resp_{n:03}"]["finish_reason"]) for n in (1, 5, 6, 7, 8, 9, 11)]
    assert ends == [
        ("ok", "stop"),
        ("ok", "tool_calls"),
        ("ok", "length"),
        ("ok", "content_filter"),
        ("error", None),
        ("cancelled", None),
        (None, None),
    ]
    # two hits, a search whose results were not logged, and none
    assert [rows[f"resp_{n:03}"]["retrieval_hits"] for n in (2, 3, 4)] == [2, None, 0]
    assert (rows["resp_002"]["retrieval_top_score"], rows["resp_002"]["citations"]) == (0.91, ["file-a"])
    assert (rows["resp_006"]["output"], rows["resp_010"]["output"]) == ("", "I can not help with that.")
    assert (rows["resp_001"]["cache_read_tokens"], rows["resp_001"]["reasoning_tokens"]) == (20, 4)
    assert (rows["resp_001"]["user"], rows["resp_001"]["session"], rows["resp_001"]["duration_ms"]) == (
        "u-5",
        "conv_1",
        2000,
    )


def test_the_pieces_of_a_stream_are_one_answer_and_its_equal_pieces_are_kept() -> None:
    found = read_logs(SAMPLES / "stream.jsonl")
    assert found.counts == [(12, 12, 0, 0)]
    rows = named(found)
    assert set(rows) == {"chatcmpl-s1", "chatcmpl-s2", "chatcmpl-s3"}
    spoken, called, broken = (rows[f"chatcmpl-s{n}"] for n in (1, 2, 3))
    assert (spoken["output"], spoken["input_tokens"], spoken["output_tokens"]) == ("ha ha ha", 15, 6)
    assert spoken["model"] == "gpt-4o-mini-2024-07-18"
    [call] = json.loads(called["output"])["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"city": "Kiel"}
    assert (broken["output"], broken["finish_reason"], broken["output_tokens"]) == ("It broke o", None, None)
    assert [json.loads(row["attributes"])["pieces"] for row in (spoken, called, broken)] == [7, 4, 1]


def test_a_copy_of_a_stream_says_nothing_twice(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        shutil.copy(SAMPLES / "stream.jsonl", tmp_path / name)
    found = read_logs(tmp_path)
    assert found.counts == [(12, 12, 0, 0), (12, 0, 12, 0)]
    assert named(found)["chatcmpl-s1"]["output"] == "ha ha ha"


def batch(folder: Path) -> list[Path]:
    """The three files of a batch: its input, its output and its errors."""
    lines = (SAMPLES / "batch.jsonl").read_text().splitlines(keepends=True)
    files = {"input.jsonl": lines[:4], "output.jsonl": lines[4:6], "error.jsonl": lines[6:]}
    for name, part in files.items():
        (folder / name).write_text("".join(part))
    return [folder / name for name in files]


def test_a_batch_joins_requests_answers_and_errors_by_their_key(tmp_path: Path) -> None:
    found = read_logs(*batch(tmp_path))
    assert found.counts == [(4, 4, 0, 0), (2, 2, 0, 0), (2, 2, 0, 0)]
    rows = named(found)
    assert sum(row["input_tokens"] or 0 for row in rows.values()) == 11 + 12
    assert [json.loads(rows[f"batch_req_{n}"]["input"])[1]["content"] for n in (1, 2, 3, 4)] == [
        "One?",
        "Two?",
        "Three?",
        "Four?",
    ]
    wrong, expired = rows["batch_req_3"], rows["batch_req_4"]
    assert (wrong["status"], wrong["error_type"], wrong["http_status"]) == ("error", "invalid_value", 400)
    assert (expired["status"], expired["error_type"], expired["http_status"]) == ("error", "batch_expired", None)
    # the latest answer's time stands for the one they do not have
    assert wrong["start"] == expired["start"] == rows["batch_req_2"]["start"]


def test_what_failed_in_one_of_several_batches_is_dated_by_its_own(tmp_path: Path) -> None:
    day = 86400
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        for path in batch(folder):
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            for line in lines:
                line["custom_id"] = f"{number}-{line['custom_id']}"
                line["id"] = f"{number}-{line['id']}" if "id" in line else None
                body = (line.get("response") or {}).get("body") or {}
                if "created" in body:
                    body["created"] += number * day
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = named(read_logs(tmp_path))
    first, second = (rows[f"{number}-batch_req_3"]["start"] for number in range(2))
    assert (first, second) == (rows["0-batch_req_2"]["start"], rows["1-batch_req_2"]["start"])
    assert (second - first).total_seconds() == day


def test_without_requests_the_name_of_a_file_tells_its_batch_and_else_it_is_refused(tmp_path: Path) -> None:
    day = 86400
    for number, names in enumerate([("batch_a_output", "batch_a_error"), ("batch_b_output", "failures-of-b")]):
        for path, name in zip(batch(tmp_path)[1:], names, strict=True):
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            for line in lines:
                line |= {"custom_id": f"{number}-{line['custom_id']}", "id": f"{number}-{line['id']}"}
                body = (line.get("response") or {}).get("body") or {}
                if "created" in body:
                    body["created"] += (1 - number) * day
            (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for path in batch(tmp_path):
        path.unlink()
    found = read_logs(tmp_path)
    rows = named(found)
    assert rows["0-batch_req_3"]["start"] == rows["0-batch_req_2"]["start"]
    assert {reject["source_file"].rpartition("/")[2] for reject in found.rejects} == {"failures-of-b.jsonl"}
    assert all("no file is named like its own" in reject["reason"] for reject in found.rejects)
    # of one batch alone no name is needed
    (tmp_path / "batch_a_output.jsonl").unlink()
    (tmp_path / "batch_a_error.jsonl").unlink()
    rows = named(read_logs(tmp_path))
    assert rows["1-batch_req_3"]["start"] == rows["1-batch_req_2"]["start"]


def test_a_record_that_has_no_time_is_refused_with_the_way_out(tmp_path: Path) -> None:
    *_, errors = batch(tmp_path)
    found = read_logs(errors, SAMPLES / "stored.json")
    assert found.counts == [(2, 0, 0, 2), (2, 2, 0, 0)]
    assert {reject["reason"] for reject in found.rejects} == {
        "a failed batch request has no time: read it together with the output file"
    }


def test_stored_completions_are_found_in_their_list() -> None:
    found = read_logs(SAMPLES / "stored.json")
    assert found.counts == [(2, 2, 0, 0)]
    row = named(found)["chatcmpl-021"]
    assert (row["temperature"], row["seed"], row["feature"], row["user"]) == (0.5, 1, "hours", "u-2")


def test_days_of_usage_and_costs_are_sums_and_no_calls() -> None:
    found = read_logs(SAMPLES / "usage.json", SAMPLES / "costs.json")
    assert found.counts == [(3, 3, 0, 0), (4, 4, 0, 0)]
    assert {(row["kind"], row["status"], row["output"]) for row in found.spans} == {("other", None, None)}
    assert {row["duration_ms"] for row in found.spans} == {86_400_000}
    assert sum(row["input_tokens"] or 0 for row in found.spans) == 22_500
    assert sum(row["output_tokens"] or 0 for row in found.spans) == 4_600
    assert sum(row["cache_read_tokens"] or 0 for row in found.spans) == 8_100
    # two euros are not dollars: they stay in the attributes
    assert sum(row["cost_usd"] or 0 for row in found.spans) == Decimal("1.605")
    assert len(set(found.ids)) == 7


def test_a_page_that_is_fetched_again_adds_nothing(tmp_path: Path) -> None:
    page = json.loads((SAMPLES / "usage.json").read_text())
    page["data"][2]["result"][0]["input_tokens"] = 13_000
    (tmp_path / "later.json").write_text(json.dumps(page))
    found = read_logs(SAMPLES / "usage.json", tmp_path / "later.json")
    assert found.counts == [(3, 3, 0, 0), (3, 0, 3, 0)]


def test_a_response_beside_more_of_a_trace_is_left_to_those_who_know_it(tmp_path: Path) -> None:
    record = json.loads((SAMPLES / "pairs.jsonl").read_text().splitlines()[0]) | {"ai_org": "x", "ai_model": "m"}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record) + "\n")
    assert read_logs(path).result.inputs[0].format != "openai"


def test_the_events_of_a_stream_are_one_answer_and_one_that_broke_off_keeps_what_was_written(read) -> None:
    found = read(SAMPLES / "events.jsonl")
    assert found.counts == [(7, 7, 0, 0)]
    assert [(row["id"], row["output"], row["status"], row["output_tokens"]) for row in found.spans] == [
        ("resp_90", "Plan B.", "ok", 3),
        ("resp_91", "Cut o", None, None),
    ]


def test_money_that_a_page_of_costs_tells_is_not_counted_again_from_tokens(read) -> None:
    both = read(SAMPLES / "usage.json", SAMPLES / "costs.json")
    paid = sum(row["cost_usd"] or 0 for row in both.costs if row["cost_source"] == "logged")
    assert paid > 0
    days = {row["start"] for row in both.spans if row["cost_usd"] is not None}
    covered = {row["id"] for row in both.spans if row["start"] in days}
    assert not [row for row in both.costs if row["id"] in covered and row["cost_source"] == "computed"]


def test_events_of_one_answer_in_two_files_are_one_answer(tmp_path: Path) -> None:
    lines = (SAMPLES / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    whole = read_logs(SAMPLES / "events.jsonl")
    (tmp_path / "a.jsonl").write_text("".join(lines[:2]), encoding="utf-8")
    (tmp_path / "b.jsonl").write_text("".join(lines[2:]), encoding="utf-8")
    parted = read_logs(tmp_path)
    assert [row["output"] for row in parted.spans] == [row["output"] for row in whole.spans]
    assert parted.counts == [(2, 2, 0, 0), (len(lines) - 2, len(lines) - 2, 0, 0)]
    # and a copy of them says nothing twice
    (tmp_path / "c.jsonl").write_text("".join(lines), encoding="utf-8")
    again = read_logs(tmp_path)
    assert [row["output"] for row in again.spans] == [row["output"] for row in whole.spans]
    assert again.counts[2] == (len(lines), 0, len(lines), 0)


def test_a_logged_call_that_failed_is_kept_though_no_response_gave_it_an_id(tmp_path: Path) -> None:
    asked = {"model": "m", "messages": [{"role": "user", "content": "a"}]}
    late = {"type": "APITimeoutError", "message": "Request timed out."}
    answered: dict[str, object] = {"id": "chatcmpl-1", "object": "chat.completion", "choices": [{"text": "b"}]}
    lines: list[dict[str, object]] = [
        {"timestamp": "2026-05-04T10:00:00Z", "request": asked, "response": answered},
        {"timestamp": "2026-05-04T10:00:00Z", "request": asked, "response": answered | {"id": "chatcmpl-2"}},
        {"timestamp": "2026-05-04T10:00:01Z", "request": asked, "response": None, "error": late},
        {"timestamp": "2026-05-04T10:00:02Z", "request": asked, "error": "RateLimitError: slow down"},
    ]
    (tmp_path / "calls.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = read_logs(tmp_path / "calls.jsonl")
    assert found.counts == [(4, 4, 0, 0)]
    assert [(row["id"], row["status"], row["error_type"]) for row in found.spans] == [
        ("chatcmpl-1", "ok", None),
        ("chatcmpl-2", "ok", None),
        ("calls.jsonl:3", "timeout", "APITimeoutError"),
        ("calls.jsonl:4", "error", "RateLimitError"),
    ]
