"""LiteLLM: rows of the proxy and payloads of its callbacks, whichever way they were exported."""

from __future__ import annotations

import json
from pathlib import Path

from tests.intake.conftest import Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "litellm"


def spans(name: str) -> dict[str, Row]:
    return {row["id"]: row for row in read_logs(SAMPLES / name).spans}


def test_spend_adds_up_and_what_the_cache_served_used_no_tokens() -> None:
    rows = spans("spend_logs.json")
    assert len(rows) == 10
    assert str(sum(row["cost_usd"] for row in rows.values())) == "0.001343560"
    assert sum(row["input_tokens"] or 0 for row in rows.values()) == 1200 + 1130 + 20 + 8 + 300 + 12
    hit = rows["chatcmpl-1_cache_hit1791190802.01"]
    assert (hit["cache_status"], hit["cache_key"], hit["input_tokens"], hit["cost_usd"]) == ("hit", "k-1", None, 0)
    told = json.loads(hit["attributes"])
    assert (told["prompt_tokens"], told["cache_hit_of"]) == (1200, "chatcmpl-1")


def test_cache_hit_in_words_is_no_truth_in_itself() -> None:
    told = {name: row["cache_status"] for name, row in spans("spend_logs.json").items()}
    assert (told["chatcmpl-1"], told["chatcmpl-3a"], told["chatcmpl-3b"]) == ("miss", None, None)
    # without a cache there is no key, and none that it was looked for
    off = spans("spend_logs.json")["chatcmpl-4"]
    assert (off["cache_key"], off["cache_status"]) == (None, None)


def test_attempts_at_one_request_are_one_request() -> None:
    rows = spans("spend_logs.json")
    attempts = [rows[f"chatcmpl-3{n}"] for n in "abc"]
    assert {row["trace_id"] for row in attempts} == {"s-3"}
    assert [row["status"] for row in attempts] == ["error", "timeout", "ok"]
    assert [row["http_status"] for row in attempts] == [429, 408, None]
    assert (attempts[2]["attempt"], attempts[2]["fallback"], attempts[2]["model"]) == (
        3,
        "fast-chat",
        "claude-haiku-4-5",
    )


def test_nothing_stored_is_no_empty_answer() -> None:
    assert [spans("spend_logs.json")["chatcmpl-1"][name] for name in ("input", "output")] == [None, None]
    assert [spans("callback.jsonl")["chatcmpl-23"][name] for name in ("input", "output")] == [None, None]


def test_a_search_that_found_nothing_has_no_hits() -> None:
    rows = spans("spend_logs.json")
    assert (rows["chatcmpl-7"]["retrieval_hits"], rows["chatcmpl-7"]["retrieval_top_score"]) == (2, 0.83)
    assert rows["chatcmpl-8"]["retrieval_hits"] == 0
    assert rows["chatcmpl-1"]["retrieval_hits"] is None


def test_keys_stay_in_the_attributes_and_the_price_table_goes() -> None:
    for name in ("spend_logs.json", "callback.jsonl", "spend_logs.csv"):
        for row in spans(name).values():
            assert not any("ab" * 32 in str(value) for column, value in row.items() if column != "attributes")
            assert "model_map_information" not in row["attributes"]


def test_cells_in_pythons_spelling_are_read() -> None:
    row = spans("spend_logs.csv")["chatcmpl-12"]
    assert (row["locale"], row["attempt"], str(row["cost_usd"])) == ("ko-KR", 1, "0.000001350")
    said = json.loads(row["attributes"])["metadata"]["spend_logs_metadata"]
    assert said == {"locale": "ko-KR", "said": 'it\'s "fine"'}


def test_seconds_without_an_end_are_seconds() -> None:
    rows = spans("callback.jsonl")
    assert rows["chatcmpl-24"]["duration_ms"] == 2500
    assert (rows["chatcmpl-24"]["cost_usd"], rows["chatcmpl-24"]["finish_reason"]) == (None, "length")


def test_a_call_that_says_nothing_of_a_cache_and_cost_nothing_keeps_its_tokens(tmp_path: Path) -> None:
    payload = {
        "id": "streamed", "trace_id": "t", "call_type": "acompletion", "status": "success", "response_cost": 0,
        "model_map_information": {}, "startTime": 1791187200.25, "endTime": 1791187201.75, "model": "claude-sonnet-4-5",
        "custom_llm_provider": "anthropic", "prompt_tokens": 30, "completion_tokens": 9, "total_tokens": 39,
        "cache_hit": None, "metadata": {},
    }  # fmt: skip
    path = tmp_path / "payload.jsonl"
    path.write_text(json.dumps(payload), encoding="utf-8")
    [row] = read_logs(path).spans
    assert (row["input_tokens"], row["output_tokens"], row["cache_status"]) == (30, 9, None)
