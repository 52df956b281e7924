"""Helicone: requests with and without bodies, its own status codes, and what its cache served."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.intake.conftest import Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "helicone"


@pytest.fixture(scope="module")
def rows() -> dict[int, Row]:
    """The spans of the sample with bodies, by the number of their record."""
    found = read_logs(SAMPLES / "with_bodies.jsonl")
    assert found.counts == [(13, 13, 0, 0)]
    return {row["source_line"]: row for row in found.spans}


def test_tokens_and_cost_add_up_without_what_the_cache_served(rows: dict[int, Row]) -> None:
    assert sum(row["input_tokens"] or 0 for row in rows.values()) == 120 + 1220 + 3 + 9
    assert sum(row["output_tokens"] or 0 for row in rows.values()) == 8 + 50
    assert str(sum(row["cost_usd"] or 0 for row in rows.values())) == "0.001884210"
    hit = rows[2]
    assert (hit["cache_status"], hit["cache_key"], hit["input_tokens"]) == ("hit", rows[1]["id"], None)
    assert rows[1]["cache_status"] == "miss"
    assert rows[3]["cache_status"] is None


def test_parts_beside_the_prompt_are_added_and_parts_inside_are_not(rows: dict[int, Row]) -> None:
    told = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
    assert [rows[1][name] for name in told] == [120, 64, 0, 4]
    assert [rows[3][name] for name in told] == [1220, 1000, 200, None]


def test_its_own_codes_are_no_http_codes(rows: dict[int, Row]) -> None:
    assert [(rows[n]["status"], rows[n]["http_status"]) for n in (4, 5, 6, 7)] == [
        ("error", 429),
        ("timeout", None),
        ("cancelled", None),
        (None, None),
    ]
    assert (rows[4]["error_type"], rows[4]["error_message"]) == ("rate_limit_exceeded", "Rate limit reached")


def test_a_delay_counts_where_no_end_is_told(rows: dict[int, Row]) -> None:
    assert [rows[n]["duration_ms"] for n in (1, 6, 7)] == [1250, 4000, None]


def test_a_missing_body_is_no_empty_answer_and_an_empty_answer_is_one(rows: dict[int, Row]) -> None:
    assert (rows[7]["input"], rows[7]["output"]) == (None, None)
    assert "Pong" in rows[8]["output"]
    assert rows[8]["input_tokens"] is None
    assert (rows[13]["output"], rows[13]["output_tokens"]) == ("", 0)


def test_tools_and_searches_are_no_model_calls(rows: dict[int, Row]) -> None:
    assert [(rows[n]["kind"], rows[n]["model"], rows[n]["retrieval_hits"]) for n in (10, 11, 12)] == [
        ("tool", None, None),
        ("retrieval", None, 2),
        ("retrieval", None, 0),
    ]


def test_properties_tell_what_they_name_and_all_are_kept(rows: dict[int, Row]) -> None:
    told = ("session", "feature", "tenant", "locale", "app_version", "prompt_version", "region")
    assert [rows[1][name] for name in told] == ["s-1", "returns", "acme", "en-GB", "2.1", "12", "KR"]
    assert json.loads(rows[1]["attributes"])["properties"]["plan"] == "pro"
    scores = {score["name"]: score["value"] for score in rows[1]["scores"]}
    assert scores == {"user_feedback": 1, "accuracy": 0.8, "tone": 3}


def test_json_whose_quotes_were_doubled_once_too_often_is_read() -> None:
    found = read_logs(SAMPLES / "export.csv")
    assert found.counts == [(2, 2, 0, 0)]
    said, failed = found.spans
    assert said["input"] == '[{"role":"user","content":"Say \\"hi\\", please"}]'
    assert (said["session"], said["duration_ms"], str(said["cost_usd"])) == ("s-9", 800, "0.000003600")
    assert (failed["status"], failed["http_status"], failed["cost_usd"]) == ("error", 500, None)


def test_a_record_without_an_id_gets_the_same_one_wherever_it_stands(tmp_path: Path) -> None:
    header, first, second = (SAMPLES / "export.csv").read_text().splitlines(keepends=True)
    (tmp_path / "a.csv").write_text(header + second + first)
    there = read_logs(SAMPLES / "export.csv", tmp_path / "a.csv")
    assert there.counts == [(2, 2, 0, 0), (2, 0, 2, 0)]


def test_what_looks_like_a_number_or_a_time_and_is_none_harms_no_other_record(tmp_path: Path) -> None:
    base = json.loads((SAMPLES / "with_bodies.jsonl").read_text().splitlines()[0])
    odd: list[dict[str, object]] = [
        {"cost": ".5"},
        {"cost": "007", "prompt_tokens": "+1"},
        {"cost": "1_0", "completion_tokens": "nan"},
        {"response_created_at": "infinity"},
        {"request_created_at": "-infinity"},
        {"scores": {'a"b': 1, "": 2, "~/$.x": {"value": 3}}},
    ]
    (tmp_path / "a.jsonl").write_text(
        "".join(json.dumps({**base, **change, "request_id": f"r{n}"}) + "\n" for n, change in enumerate(odd))
    )
    found = read_logs(tmp_path / "a.jsonl")
    assert found.counts == [(6, 5, 0, 1)]
    assert [row["reason"] for row in found.rejects] == ["start cannot be read"]
    assert [float(row["cost_usd"]) for row in found.spans[:3]] == [0.5, 7, 10]
    assert found.spans[1]["input_tokens"] == 65
    assert found.spans[3]["end"] is None
    scores = {score["name"]: score["value"] for score in found.spans[4]["scores"]}
    assert scores == {"user_feedback": 1, 'a"b': 1, "": 2, "~/$.x": 3}


def test_bodies_of_every_maker_become_what_was_asked_and_said() -> None:
    rows = {row["id"][-2:]: row for row in read_logs(SAMPLES / "makers.jsonl").spans}
    told = {name: (row["output"], row["finish_reason"], row["route"]) for name, row in rows.items()}
    assert told["a4"] == ("Yo", "length", "/v1/messages")
    assert told["a5"] == ("Gem", "stop", "/v1beta/models/gemini-1.5-pro:generateContent")
    assert told["a9"] == ("Hel", "stop", "/v1/responses")
    assert [json.loads(rows[name]["input"])[0]["content"] for name in ("a4", "a9")] == ["be kind", "k"]
    # what of the answer is not its words stays
    assert json.loads(rows["a4"]["attributes"])["response"]["id"] == "msg"
    assert [score["name"] for score in rows["a8"]["scores"]] == ["user_feedback", "accuracy", "is_ok"]
