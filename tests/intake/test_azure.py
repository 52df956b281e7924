"""Azure: diagnostic records without texts, gateway logs with bodies, and the log that tells a call in pieces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retroburn import intake
from tests.intake.conftest import Read, Row, read_logs

SAMPLES = Path(__file__).parents[1] / "samples"
DIAG, APIM = SAMPLES / "azure_diag", SAMPLES / "azure_apim"


def named(found: Read) -> dict[str, Row]:
    return {row["id"]: row for row in found.spans}


def test_diagnostic_records_are_counted_one_by_one() -> None:
    found = read_logs(DIAG / "request_response.jsonl", DIAG / "eventhub.jsonl", DIAG / "log_analytics.csv")
    assert found.counts == [(12, 11, 1, 0), (3, 3, 0, 0), (2, 2, 0, 0)]
    assert {row["format"] for row in found.spans} == {"azure_diag"}


def test_ticks_know_a_duration_better_than_the_stated_one() -> None:
    rows = named(read_logs(DIAG / "request_response.jsonl"))
    assert [rows[f"dia-000{n}"]["duration_ms"] for n in (1, 2, 3)] == [1500.3, 1500.3, 1500.3]
    assert json.loads(rows["dia-0003"]["attributes"])["durationMs"] == -1500
    # nothing else tells how long it took: the negative number is kept as it is
    assert rows["dia-0004"]["duration_ms"] == -20
    assert str(rows["dia-0001"]["start"]) == "2026-10-05 10:01:00"


def test_a_name_that_stands_twice_costs_no_record_and_a_category_that_is_no_word_no_file(tmp_path: Path) -> None:
    first, second = (APIM / "gateway.jsonl").read_text().splitlines()[:2]
    odd = json.dumps(json.loads(second) | {"category": {"a": ["GatewayLogs"]}})
    (tmp_path / "a.jsonl").write_text("\n".join([f'{first[:-1]}, "correlationId": "again"}}', odd]))
    found = read_logs(tmp_path / "a.jsonl")
    assert (found.ids, found.counts) == (["gw-0001"], [(2, 1, 0, 1)])
    assert found.rejects[0]["reason"].startswith("not a gateway record: ")


def test_calls_that_share_a_correlation_id_are_two_in_one_trace() -> None:
    rows = [row for row in read_logs(DIAG / "request_response.jsonl").spans if row["trace_id"] == "dia-0009"]
    assert [row["model"] for row in rows] == ["gpt-4o", "dall-e-3"]
    assert rows[0]["id"] == "dia-0009"
    assert rows[1]["id"].startswith("dia-0009#")


def test_outcomes_kinds_and_models_of_diagnostic_records() -> None:
    rows = named(read_logs(DIAG))
    told = {
        name: (rows[name]["status"], rows[name]["http_status"])
        for name in ("dia-0005", "dia-0006", "dia-0021", "dia-0031")
    }
    assert told == {
        "dia-0005": ("error", 429),
        "dia-0006": ("timeout", 408),
        "dia-0021": ("error", 500),
        "dia-0031": ("error", 401),
    }
    kinds = {name: rows[name]["kind"] for name in ("dia-0001", "dia-0007", "dia-0008", "dia-0010")}
    assert kinds == {"dia-0001": "llm", "dia-0007": "embedding", "dia-0008": "request", "dia-0010": "other"}
    assert (rows["dia-0001"]["model_requested"], rows["dia-0001"]["model"]) == ("chat", "gpt-4o")
    # "Tenant" is a region and "TenantId" a workspace: neither is a customer
    assert {row["tenant"] for row in rows.values()} == {None}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul"])
def test_times_of_the_csv_export_are_utc_in_every_zone(zone: str) -> None:
    rows = named(read_logs(APIM / "llm_log.csv", options=intake.Options(tz=zone)))
    assert str(rows["llm-2"]["start"]) == "2026-10-05 11:41:00.500000"


def test_the_pieces_of_a_call_are_one_span_and_count_their_tokens_once() -> None:
    found = read_logs(APIM / "llm_log.csv")
    # eleven rows, one of them written twice
    assert found.counts == [(11, 10, 1, 0)]
    rows = named(found)
    assert set(rows) == {"gw-0004", "gw-0012", "llm-1", "llm-2"}
    assert sum(row["input_tokens"] for row in rows.values()) == 3000 + 9 + 14000 + 5
    assert sum(row["output_tokens"] for row in rows.values()) == 2900 + 3 + 6003 + 0
    whole = rows["llm-1"]
    assert json.loads(whole["input"]) == [{"role": "user", "content": "Read this. " + "word " * 200}]
    assert whole["output"] == "I read it. " + "Fine. " * 100
    assert (whole["status"], rows["llm-2"]["status"]) == ("ok", None)


def test_pieces_join_the_gateways_record_by_the_correlation_id() -> None:
    found = read_logs(APIM / "gateway.jsonl", APIM / "llm_log.csv")
    assert found.counts == [(15, 14, 1, 0), (11, 10, 1, 0)]
    assert len(found.spans) == 14 + 2
    rows = named(found)
    streamed, cut = rows["gw-0012"], rows["gw-0004"]
    assert (streamed["output"], streamed["input_tokens"], streamed["duration_ms"]) == ("As you like.", 9, 700)
    # the other log has the whole of what the gateway cut
    assert cut["output"] == "All our branches open at nine. " * 60
    assert (cut["finish_reason"], cut["output_tokens"], cut["model"]) == ("stop", 2900, "gpt-4o")


def test_a_body_that_was_cut_loses_no_record_and_is_no_answer_cut_by_the_model() -> None:
    row = named(read_logs(APIM / "gateway.jsonl"))["gw-0004"]
    assert row["output"].startswith("All our branches open at nine. All our")
    assert row["output"].endswith("…")
    assert (row["status"], row["finish_reason"], row["model_requested"]) == ("ok", "stop", "chat")
    assert (row["input_tokens"], row["output_tokens"]) == (None, None)
    assert json.loads(row["attributes"])["cut"] == ["request", "response"]


def test_a_filtered_prompt_fails_and_a_filtered_answer_looks_like_success() -> None:
    rows = named(read_logs(APIM / "gateway.jsonl"))
    picked = ("status", "http_status", "error_type", "finish_reason", "guardrail_action", "guardrail_category")
    told = {name: tuple(rows[name][column] for column in picked) for name in ("gw-0002", "gw-0003", "gw-0001")}
    assert told == {
        "gw-0002": ("error", 400, "content_filter", None, "block", "violence"),
        "gw-0003": ("ok", 200, None, "content_filter", "block", "hate"),
        "gw-0001": ("ok", 200, None, "stop", "allow", None),
    }


def test_what_the_gateway_itself_says_went_wrong() -> None:
    rows = named(read_logs(APIM / "gateway.jsonl", APIM / "table.json"))
    told = {
        name: (rows[name]["status"], rows[name]["error_type"]) for name in ("gw-0006", "gw-0007", "gw-0008", "gw-0051")
    }
    assert told == {
        "gw-0006": ("error", "RateLimitExceeded"),
        "gw-0007": ("timeout", "Timeout"),
        "gw-0008": ("cancelled", "ClientConnectionFailure"),
        "gw-0051": ("error", "401"),
    }
    page = rows["gw-0014"]
    assert (page["output"], page["error_message"]) == (None, "<html><h1>502 Bad Gateway</h1></html>")


def test_silence_with_a_call_is_a_deed_and_silence_after_reasoning_is_empty() -> None:
    rows = named(read_logs(APIM / "gateway.jsonl"))
    assert json.loads(rows["gw-0005"]["output"])["tool_calls"][0]["function"]["name"] == "order_status"
    spent = rows["gw-0013"]
    assert (spent["output"], spent["finish_reason"], spent["reasoning_tokens"], spent["output_tokens"]) == (
        "",
        "length",
        64,
        64,
    )


def test_caches_documents_users_and_other_interfaces_of_the_gateway() -> None:
    rows = named(read_logs(APIM))
    grounded = rows["gw-0011"]
    assert (grounded["cache_status"], grounded["retrieval_hits"]) == ("hit", 2)
    assert [document["id"] for document in grounded["retrieval_documents"]] == ["branches.md", "hours.md"]
    assert (rows["gw-0001"]["user"], rows["gw-0010"]["user"], rows["gw-0001"]["client"]) == ("u-3", "7", "team-shop")
    assert (rows["gw-0009"]["kind"], rows["gw-0010"]["kind"]) == ("embedding", "request")
    assert (rows["gw-0001"]["cache_read_tokens"], rows["gw-0001"]["cache_status"]) == (16, None)
    assert rows["gw-0050"]["cache_status"] == "miss"


def test_a_record_of_another_category_is_refused_by_name_where_one_format_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "hub.jsonl"
    mine = (APIM / "gateway.jsonl").read_text().splitlines()[:3]
    other = (DIAG / "request_response.jsonl").read_text().splitlines()[:1]
    path.write_text("\n".join(mine + other) + "\n")
    found = read_logs(path, options=intake.Options(fmt="azure_apim"))
    assert found.counts == [(4, 3, 0, 1)]
    assert found.rejects[0]["reason"] == (
        "not a gateway record: RequestResponse; in a file of its own it would be read as azure_diag"
    )


def test_what_the_filters_saw_in_the_question_stands_beside_what_they_saw_in_the_answer(tmp_path: Path) -> None:
    line = json.loads((SAMPLES / "azure_apim" / "gateway.jsonl").read_text(encoding="utf-8").splitlines()[0])
    safe = {"hate": {"filtered": False, "severity": "safe"}}
    body = {"id": "c", "choices": [{"message": {"content": "Hi"}, "content_filter_results": safe}]}
    seen = {"prompt_filter_results": [{"content_filter_results": {"jailbreak": {"filtered": False, "detected": True}}}]}
    line["properties"] = line["properties"] | {"backendResponseBody": json.dumps(body | seen), "responseBody": None}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    [row] = read_logs(tmp_path / "a.jsonl").spans
    assert (row["guardrail_action"], row["guardrail_category"]) == ("flag", "jailbreak")


def test_a_stream_that_the_gateway_logged_as_it_went_over_the_wire_is_one_answer(tmp_path: Path) -> None:
    line = json.loads((SAMPLES / "azure_apim" / "gateway.jsonl").read_text(encoding="utf-8").splitlines()[0])
    pieces = [
        {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Str"}}]},
        {"id": "c", "choices": [{"index": 0, "delta": {"content": "eam"}, "finish_reason": "length"}]},
        {"id": "c", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}},
    ]
    sent = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n"
    line["properties"] = line["properties"] | {"backendResponseBody": None, "responseBody": sent}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    [row] = read_logs(tmp_path / "a.jsonl").spans
    assert (row["output"], row["finish_reason"], row["input_tokens"]) == ("Stream", "length", 5)


def test_the_deployment_stands_in_the_path_that_was_asked_where_the_backend_is_a_mere_host(tmp_path: Path) -> None:
    called = {
        "method": "POST",
        "url": "https://apim/openai/deployments/chat-4/chat/completions?v=1",
        "responseCode": 200,
    }
    record = {
        "time": "2026-10-05T10:00:00.0000000Z", "resourceId": "/APIM", "category": "GatewayLogs", "correlationId": "g1",
        "isRequestSuccess": True, "durationMs": 40, "properties": {**called, "backendUrl": "https://aoai/"},
    }  # fmt: skip
    (tmp_path / "one.jsonl").write_text(json.dumps(record) + "\n")
    [row] = read_logs(tmp_path / "one.jsonl").spans
    assert (row["kind"], row["model_requested"]) == ("llm", "chat-4")


def test_of_names_that_differ_only_in_case_the_first_counts_and_no_value_is_lost(tmp_path: Path) -> None:
    record = json.loads((DIAG / "request_response.jsonl").read_text().splitlines()[0])
    record |= {"CorrelationId": "another", "properties": record["properties"] | {"ModelName": "m-other"}}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    [row] = read_logs(tmp_path / "a.jsonl").spans
    told = json.loads(row["attributes"])
    assert (row["id"], row["model"]) == (record["correlationId"], record["properties"]["modelName"])
    assert (told["CorrelationId"], told["properties"]["ModelName"]) == ("another", "m-other")
