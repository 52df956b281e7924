"""Amazon Bedrock: streams put together, blocks that look like success, cache tokens beside the input."""

from __future__ import annotations

import json
from pathlib import Path

from tests.intake.conftest import Read, Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "bedrock"


def named(found: Read) -> dict[str, Row]:
    return {row["id"]: row for row in found.spans}


def test_every_record_of_both_interfaces_is_accepted() -> None:
    found = read_logs(SAMPLES / "converse.jsonl", SAMPLES / "invoke.jsonl")
    assert found.counts == [(9, 9, 0, 0), (12, 12, 0, 0)]
    assert sum(row["output_tokens"] or 0 for row in found.spans) == 515 + 2047
    assert all(row["cost_usd"] is None for row in found.spans)


def test_records_are_found_in_every_envelope_of_cloudwatch() -> None:
    found = read_logs(SAMPLES / "subscription.json", SAMPLES / "insights.json", SAMPLES / "tail.jsonl")
    assert found.counts == [(2, 2, 0, 0), (1, 1, 0, 0), (2, 2, 0, 0)]
    assert {row["format"] for row in found.spans} == {"bedrock"}


def test_tokens_of_the_prompt_cache_are_added_unless_the_total_says_they_lie_inside() -> None:
    rows = named(read_logs(SAMPLES / "converse.jsonl", SAMPLES / "invoke.jsonl"))
    told = {
        name: (rows[name]["input_tokens"], rows[name]["cache_read_tokens"])
        for name in ("bed-0001", "bed-0009", "bed-0011")
    }
    assert told == {"bed-0001": (1020, 1000), "bed-0009": (500, 400), "bed-0011": (10 + 200 + 3000, 3000)}
    assert rows["bed-0011"]["cache_write_tokens"] == 200


def test_a_stream_becomes_the_text_and_the_call_it_told_in_pieces() -> None:
    rows = named(read_logs(SAMPLES / "invoke.jsonl"))
    assert (rows["bed-0012"]["output"], rows["bed-0012"]["duration_ms"]) == ("Deep blue.", 1500)
    assert rows["bed-0021"]["output"] == "one two"
    assert json.loads(rows["bed-0014"]["output"])["content"] == [
        {"type": "text", "text": "Let me look."},
        {"type": "tool_use", "id": "t9", "name": "weather", "input": {"city": "Kiel"}},
    ]


def test_a_guardrails_block_that_looks_like_success_is_marked() -> None:
    rows = named(read_logs(SAMPLES / "converse.jsonl", SAMPLES / "invoke.jsonl"))
    silent = rows["bed-0013"]
    assert (silent["status"], silent["finish_reason"], silent["guardrail_action"]) == ("ok", "content_filter", "block")
    assert json.loads(silent["attributes"])["finish_reason"] == "end_turn"
    assert rows["bed-0004"]["guardrail_category"] == "Investment advice"
    masked = rows["bed-0005"]
    assert (masked["finish_reason"], masked["guardrail_action"], masked["guardrail_category"]) == (
        "stop",
        "mask",
        "email",
    )
    assert [row["guardrail_action"] for row in rows.values()].count(None) == len(rows) - 3


def test_failed_calls_say_why_and_what_never_answered_is_no_blank() -> None:
    rows = named(read_logs(SAMPLES / "converse.jsonl", SAMPLES / "invoke.jsonl"))
    throttled, late = rows["bed-0006"], rows["bed-0007"]
    assert (throttled["status"], throttled["error_type"], throttled["http_status"]) == (
        "error",
        "ThrottlingException",
        429,
    )
    assert throttled["output"] is None
    assert (late["status"], late["http_status"]) == ("timeout", 408)
    # reasoning and no word, a list of no blocks: an answer, and blank; bodies in S3: not in the log
    assert [rows[name]["output"] for name in ("bed-0008", "bed-0022", "bed-0020")] == ["", "", None]


def test_the_start_lies_before_the_record_by_its_latency() -> None:
    rows = named(read_logs(SAMPLES / "converse.jsonl", SAMPLES / "invoke.jsonl"))
    assert str(rows["bed-0001"]["start"]) == "2026-10-05 09:00:00.160000"
    assert str(rows["bed-0001"]["end"]) == "2026-10-05 09:00:01"
    assert (str(rows["bed-0011"]["start"]), rows["bed-0011"]["end"]) == ("2026-10-05 09:00:11", None)


def test_the_callers_tags_fill_the_dimensions() -> None:
    row = named(read_logs(SAMPLES / "converse.jsonl"))["bed-0001"]
    assert [row[name] for name in ("tenant", "user", "session", "feature", "prompt_version")] == [
        "acme", "u-1", "s-1", "opening-hours", "p7",
    ]  # fmt: skip
    assert row["model_requested"].startswith("arn:aws:bedrock:")
    assert row["model"] == "eu.anthropic.claude-haiku-4-5-20251001-v1:0"


def test_a_guardrail_is_not_read_out_of_what_was_said(tmp_path: Path) -> None:
    record = json.loads((SAMPLES / "converse.jsonl").read_text().splitlines()[0])
    message = record["output"]["outputBodyJson"]["output"]["message"]
    message["content"] = [{"toolUse": {"name": "f", "input": {"filters": [{"type": "HATE", "action": "BLOCKED"}]}}}]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record) + "\n")
    assert read_logs(path).spans[0]["guardrail_action"] is None


def test_each_makers_answer_and_the_word_for_its_end_are_read() -> None:
    rows = named(read_logs(SAMPLES / "families.jsonl"))
    told = {name.removeprefix("fam-"): (row["output"], row["finish_reason"]) for name, row in rows.items()}
    assert told["mistral-chat"] == ("cut off he", "length")
    assert told["deepseek"] == ("because of", "length")
    assert told["jurassic"] == ("\nBecause", "length")
    assert told["cohere-stream"] == ("Hello", "stop")
    assert told["mistral-stream"] == ("Paris", "stop")
    assert told["nova-stream"] == ("Paris", "length")
    # nobody here knows the shape: it is an answer all the same
    assert told["unknown"] == ('{"answer_blob":{"t":"hello"}}', None)


def test_a_stream_tells_of_its_prompt_in_the_first_event_and_of_its_answer_in_the_last() -> None:
    row = named(read_logs(SAMPLES / "families.jsonl"))["fam-anthropic-stream"]
    assert (row["input_tokens"], row["cache_read_tokens"], row["output_tokens"]) == (112, 100, 6)


def test_a_call_of_a_tool_is_no_blank_answer_in_any_makers_shape() -> None:
    rows = named(read_logs(SAMPLES / "families.jsonl"))
    called = [json.loads(rows[name]["output"])["content"] for name in ("fam-cohere-tool", "fam-mistral-tool")]
    assert called == [
        [{"type": "tool_use", "name": "w", "input": {"city": "Seoul"}}],
        [{"type": "function", "id": "a", "function": {"name": "f", "arguments": "{}"}}],
    ]
    asked = json.loads(rows["fam-cohere-tool"]["input"])
    assert [turn["content"] for turn in asked] == ["hey", "What is the weather?"]


def test_what_is_no_answer_in_words_is_kept_beside_it() -> None:
    rows = named(read_logs(SAMPLES / "families.jsonl"))
    assert json.loads(rows["fam-thinking-stream"]["attributes"])["thoughts"] == "Hmm"
    assert len(json.loads(rows["fam-rerank"]["attributes"])["response"]["results"]) == 2
    assert (rows["fam-rerank"]["kind"], rows["fam-rerank"]["output"]) == ("other", None)
