"""Langfuse: scores in columns and in words, what metadata tells, and sums that are no observations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import retroburn
from retroburn.errors import SourceError
from tests.intake.conftest import Read, read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "langfuse"


def scores(found: Read, name: str) -> list[tuple[float | None, str | None]]:
    [row] = [row for row in found.spans if row["id"] == "ui-1"]
    return [(score["value"], score["comment"]) for score in row["scores"] if score["name"] == name]


def test_every_score_has_a_column_of_its_own_in_the_interfaces_export() -> None:
    found = read_logs(SAMPLES / "score_columns.jsonl")
    assert sorted(scores(found, "helpfulness")) == [(0.5, None), (1, None)]
    assert scores(found, "toxicity") == [(0, None)]
    assert found.spans[1]["scores"] is None


def test_a_label_and_a_text_are_words_and_no_number() -> None:
    found = read_logs(SAMPLES / "score_columns.jsonl", SAMPLES / "worded_scores.jsonl")
    assert scores(found, "grade") == [(None, "good: short")]
    assert scores(found, "note") == [(None, "read it again")]
    assert scores(found, "ok") == [(0, "False")]
    assert found.counts == [(2, 2, 0, 0), (3, 3, 0, 0)]


def test_parts_of_the_prompt_that_lie_beside_it_are_added() -> None:
    [call, search] = read_logs(SAMPLES / "score_columns.jsonl").spans
    assert (call["input_tokens"], call["cache_read_tokens"], call["cache_write_tokens"]) == (138, 30, 8)
    assert (search["retrieval_hits"], search["retrieval_top_score"]) == (2, 0.7)
    assert (call["tenant"], call["locale"], call["arm"]) == ("acme", "ko-KR", "canary")


@pytest.mark.parametrize(
    "record",
    [
        {"id": "s", "createdAt": "2026-10-05T00:00:00Z", "countTraces": 3, "sessionDuration": 4, "totalTokens": 9},
        {"date": "2026-10-05", "api_key": "k", "model": "m", "spend": 1.5, "prompt_tokens": 9, "api_requests": 3},
    ],
)
def test_sums_over_a_session_or_a_day_are_no_requests(tmp_path: Path, record: dict[str, object]) -> None:
    (tmp_path / "sums.jsonl").write_text(json.dumps(record) + "\n")
    with pytest.raises(SourceError, match="a sum over"):
        read_logs(tmp_path)


# What wraps calls, what the calls themselves used, and so what the request used: tokens in and out, as downloads of
# three agent frameworks hold them. Wrappers sum attempts, or count only some of the calls.
FRAMEWORKS = {
    "agno": ([("GENERATION", 1568, 423)], [(663, 225), (163, 20)], (826, 245)),
    "microsoft agent": ([("AGENT", 44, 180)], [(77, 86), (216, 20)], (293, 106)),
    "vercel": ([("GENERATION", 14, 43)], [(62, 85)], (62, 85)),
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_a_wrapper_says_it_used_is_not_added_to_what_its_calls_used(framework: str, tmp_path: Path) -> None:
    wrappers, calls, sums = FRAMEWORKS[framework]
    observations: list[dict[str, object]] = [
        {"id": "root", "type": "SPAN", "name": "run", "startTime": "2026-06-11T14:01:32.598Z"}
    ]
    told = [(f"w{i}", "root", *wrapper) for i, wrapper in enumerate(wrappers)]
    told += [(f"c{i}", "w0", "GENERATION", *call) for i, call in enumerate(calls)]
    for name, parent, kind, used, given in told:
        observations.append({
            "id": name, "parentObservationId": parent, "type": kind, "name": "chat", "model": "gpt-4o-mini",
            "startTime": "2026-06-11T14:01:33.000Z", "endTime": "2026-06-11T14:01:34.000Z",
            "usageDetails": {"input": used, "output": given, "total": used + given},
        })  # fmt: skip
    path = tmp_path / "trace.json"
    path.write_text(
        json.dumps({"trace": {"id": "t1", "timestamp": "2026-06-11T14:01:32Z"}, "observations": observations})
    )
    with retroburn.open(str(path)) as logs:
        [found] = logs.query("select input_tokens, output_tokens from requests").fetchall()
        [spans] = logs.query("select sum(input_tokens), sum(output_tokens) from spans").fetchall()
    assert found == sums
    assert spans == (sum(used for *_, used, _ in told), sum(given for *_, given in told))


def test_a_trace_of_the_api_holds_its_observations() -> None:
    run, claude, old, limited = read_logs(SAMPLES / "api_trace.json").spans
    assert (run["kind"], run["input_tokens"], run["session"], run["tenant"]) == ("request", None, "s7", "7")
    # more written to the cache than asked lies beside what was asked, with or without a total
    assert (claude["input_tokens"], claude["cache_write_tokens"]) == (1012, 1000)
    assert [score["name"] for score in claude["scores"]] == ["helpful"]
    assert (old["input_tokens"], old["output_tokens"]) == (11, 4)
    assert (limited["status"], limited["error_type"], limited["http_status"]) == ("error", "RateLimitError", 429)
    assert {call["cost_usd"] for call in (run, claude, old, limited)} == {None}


def test_metadata_tells_of_the_applications_own_cache_and_guardrail(tmp_path: Path) -> None:
    base = {"traceId": "t", "startTime": "2026-10-05T00:00:00Z", "endTime": "2026-10-05T00:00:01Z"}
    told: list[dict[str, object]] = [
        {"type": "SPAN", "parentObservationId": None, "metadata": {"route": "/ask"}},
        {"type": "SPAN", "metadata": {"cache_hit": "true", "cache_key": "k", "cache_age_s": "90", "cache_ttl_s": 60}},
        {"type": "GUARDRAIL", "metadata": {"category": "pii", "action": "block"}},
        {"type": "GENERATION", "metadata": {"category": "billing", "action": "answer", "finish_reason": "length"}},
    ]
    records = [{"id": str(n), "parentObservationId": "0", **base, **each} for n, each in enumerate(told)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    root, cache, guard, call = sorted(read_logs(tmp_path).spans, key=lambda row: str(row["id"]))
    assert root["route"] == "/ask"
    assert [cache[name] for name in ("cache_status", "cache_key", "cache_age_s", "cache_ttl_s")] == ["hit", "k", 90, 60]
    assert (guard["guardrail_category"], guard["guardrail_action"]) == ("pii", "block")
    assert (call["guardrail_category"], call["guardrail_action"], call["finish_reason"]) == (None, None, "length")


def test_an_answer_that_only_calls_tools_is_no_empty_one(tmp_path: Path) -> None:
    base = {"traceId": "t", "startTime": "2026-10-05T00:00:00Z", "parentObservationId": None, "type": "GENERATION"}
    call = json.dumps({"id": "c", "name": "find", "arguments": '{"q": 1}'})
    told: list[dict[str, object]] = [
        {"toolCalls": [call]},
        {"tool_calls": json.dumps([call])},
        {"toolCalls": []},
        {"toolCalls": [call], "output": "x"},
    ]
    records = [{"id": str(n), **base, **each} for n, each in enumerate(told)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    given, blob, none, words = [row["output"] for row in read_logs(tmp_path).spans]
    assert given == blob
    assert json.loads(given)[0]["tool_calls"][0]["function"] == {"name": "find", "arguments": '{"q": 1}'}
    assert (none, words) == (None, "x")


def session_log() -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    """Two requests of one session and one of another, the traces that name the sessions, and scores of sessions."""
    observations: list[dict[str, object]] = [
        {"id": f"o{n}", "trace_id": f"t{n}", "parent_observation_id": None, "type": "SPAN", "name": "ask",
         "start_time": f"2026-10-05 0{n}:00:00.000000", "end_time": f"2026-10-05 0{n}:00:01.000000"}
        for n in range(3)
    ]  # fmt: skip
    traces: list[dict[str, object]] = [
        {"id": f"t{n}", "timestamp": f"2026-10-05 0{n}:00:00.000000", "session_id": "s1" if n < 2 else "s2",
         "bookmarked": False, "public": False}
        for n in range(3)
    ]  # fmt: skip
    base = {"trace_id": None, "observation_id": None, "data_type": "NUMERIC", "source": "API"}
    judged = [("s1", "solved", 1, 8), ("s1", "polite", 0, 0), ("s9", "solved", 1, 8), (None, "solved", 1, 8)]
    scores: list[dict[str, object]] = [
        {**base, "id": f"score-{n}", "session_id": session, "dataset_run_id": None if session else "run", "name": name,
         "value": value, "timestamp": f"2026-10-05 0{at}:30:00.000000"}
        for n, (session, name, value, at) in enumerate(judged)
    ]  # fmt: skip
    return observations, traces, scores


@pytest.mark.parametrize("names", ["abc", "cab"])
def test_a_score_of_a_session_is_told_once_at_its_last_request_by_then(tmp_path: Path, names: str) -> None:
    for name, rows in zip(names, session_log(), strict=True):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read_logs(tmp_path)
    told = {row["id"]: [(s["name"], s["value"]) for s in row["scores"] or []] for row in found.spans}
    assert told == {"o0": [("polite", 0)], "o1": [("solved", 1)], "o2": []}
    assert {row["session"] for row in found.spans} == {"s1", "s2"}
    [last] = (row for row in found.spans if row["id"] == "o1")
    assert json.loads(last["attributes"])["session_scores"] == {"solved": 1}
    # one of a session that the log does not hold is said, and one that names nothing is refused
    [fact] = [fact for fact in found.result.health if fact.fact == "unplaced"]
    assert (fact.values["n"], fact.values["named"]) == (1, "s9")
    assert [row["reason"] for row in found.rejects] == ["a score of neither a trace nor a session"]
    assert sum(entry.accepted for entry in found.result.inputs) == 9
