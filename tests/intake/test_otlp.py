"""OTLP/JSON as it is met: dialects of field names and ids, values that nest, and log records that belong to spans."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from retroburn.errors import SourceError
from tests.intake.conftest import Read, read_logs

EVENTS = Path(__file__).parents[1] / "samples" / "otlp" / "events.jsonl"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(scope="module")
def events() -> Read:
    return read_logs(EVENTS)


def by_id(found: Read) -> dict[str, dict[str, Any]]:
    return {row["id"][:1]: row for row in found.spans}


def test_log_records_are_accepted_and_only_calls_have_rows(events: Read) -> None:
    # four spans and nine log records; one line was written outside of any span
    assert events.counts == [(13, 12, 0, 1)]
    assert sorted(by_id(events)) == ["a", "b", "c", "d", "f"]


def test_what_was_said_in_events_is_the_input_and_the_output_of_their_span(events: Read) -> None:
    call = by_id(events)["b"]
    assert [message["role"] for message in json.loads(call["input"])] == ["system", "user"]
    assert json.loads(call["output"])[0]["content"] == "On its"
    assert (call["finish_reason"], call["provider"], call["status"]) == ("length", "openai", "ok")


def test_an_evaluation_is_a_score_of_its_span_or_of_the_response_it_names(events: Read) -> None:
    told = {i: [(s["name"], s["value"], s["comment"]) for s in row["scores"] or []] for i, row in by_id(events).items()}
    assert told["b"] == [("relevance", 0.25, "Beside the point.")]
    assert told["c"] == [("tone", 1.0, "kind")]


def test_a_call_told_by_its_event_alone_is_a_row(events: Read) -> None:
    call = by_id(events)["f"]
    assert (call["kind"], call["status"], call["input_tokens"], call["output_tokens"]) == ("llm", "ok", 5, 2)


def test_values_nest_as_deep_as_messages_with_the_arguments_of_a_tool(events: Read) -> None:
    call = by_id(events)["c"]
    assert json.loads(call["input"])[0]["parts"][0]["content"] == "And the ]}} brackets?"
    assert json.loads(call["output"])[0]["parts"][0]["arguments"] == {"where": {"city": ["Busan", None]}}


@pytest.mark.parametrize("order", ["big", "little"])
def test_messages_packed_one_by_one_are_unpacked(tmp_path: Path, events: Read, order: Any) -> None:
    packed = [zstandard.compress(line) for line in EVENTS.read_bytes().splitlines()]
    (tmp_path / "traces.json.zst").write_bytes(b"".join(len(p).to_bytes(4, order) + p for p in packed))
    assert read_logs(tmp_path).ids == events.ids


def test_a_cut_message_keeps_those_before_it(tmp_path: Path) -> None:
    packed = [zstandard.compress(line) for line in EVENTS.read_bytes().splitlines()]
    framed = b"".join(len(p).to_bytes(4, "big") + p for p in packed)
    (tmp_path / "traces.zst").write_bytes(framed[: len(packed[0]) + 20])
    found = read_logs(tmp_path)
    assert found.counts == [(4, 4, 0, 0)]
    assert "cannot be read to its end" in found.result.partial[0]


def test_old_names_of_the_scope_and_snake_case(tmp_path: Path) -> None:
    span = {"traceId": TRACE, "spanId": "a" * 16, "startTimeUnixNano": "1791158400000000000", "name": "old"}
    snake = {"trace_id": TRACE, "span_id": "b" * 16, "start_time_unix_nano": 1791158400000000000, "name": "snake"}
    nested = {
        "array_value": {"values": [{"kvlist_value": {"values": [{"key": "id", "value": {"string_value": "d"}}]}}]}
    }
    snake["attributes"] = [{"key": "gen_ai.retrieval.documents", "value": nested}]
    documents = [
        {
            "resourceSpans": [
                {"instrumentationLibrarySpans": [{"instrumentationLibrary": {"name": "x"}, "spans": [span]}]}
            ]
        },
        {"resource_spans": [{"instrumentation_library_spans": [{"spans": [snake]}]}]},
    ]
    (tmp_path / "a.json").write_text(json.dumps(documents))
    found = read_logs(tmp_path)
    assert [(row["name"], row["retrieval_hits"]) for row in found.spans] == [("old", None), ("snake", 1)]


def test_messages_as_events_of_their_span(tmp_path: Path) -> None:
    def told(name: str, **attributes: str) -> dict[str, Any]:
        listed = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
        return {"name": name, "timeUnixNano": "1791158400000000000", "attributes": listed}

    span = {"traceId": TRACE, "spanId": "a" * 16, "startTimeUnixNano": "1791158400000000000", "name": "chat"}
    told_each = [told("gen_ai.user.message", content="hi"), told("gen_ai.choice", content="ho", finish_reason="stop")]
    (tmp_path / "a.json").write_text(
        json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{**span, "events": told_each}]}]}]})
    )
    [row] = read_logs(tmp_path).spans
    assert json.loads(row["input"]) == [{"role": "user", "content": "hi"}]
    assert json.loads(row["output"]) == [{"role": "assistant", "content": "ho", "finish_reason": "stop"}]
    assert row["finish_reason"] == "stop"


def test_a_trace_of_tempos_is_read_with_what_an_event_of_its_span_says() -> None:
    [call] = read_logs(EVENTS.with_name("tempo.json")).spans
    assert (call["id"], call["input_tokens"], call["finish_reason"]) == ("06" * 8, 5, "stop")
    assert json.loads(call["output"])[0]["parts"][0]["content"] == "None."


def test_names_of_newer_kits_and_codes_in_error_types_are_read() -> None:
    calls = {
        row["id"][-1]: row for row in read_logs(EVENTS.with_name("applications.jsonl")).spans if row["id"][0] == "b"
    }
    # counted beside the prompt, as more was read and written than asked
    assert (calls["2"]["input_tokens"], calls["2"]["cache_write_tokens"], calls["2"]["provider"]) == (
        1212,
        900,
        "anthropic",
    )
    assert (calls["3"]["http_status"], json.loads(calls["3"]["input"])[0]["role"]) == (429, "system")
    assert (calls["4"]["input_tokens"], calls["4"]["tenant"], calls["4"]["prompt_version"]) == (912, "acme", "4")
    assert (calls["5"]["status"], calls["5"]["http_status"]) == ("timeout", 504)
    assert calls["1"]["user"] == "42"


def test_what_a_service_puts_behind_app_and_tells_of_its_cache_and_guardrail_is_read(tmp_path: Path) -> None:
    def span(number: int, **told: str | int | bool) -> dict[str, Any]:
        values = {str: "stringValue", int: "intValue", bool: "boolValue"}
        return {
            **{"traceId": "ab" * 16, "spanId": f"{number:016x}", "parentSpanId": f"{1:016x}" if number > 1 else ""},
            **{"name": "work", "startTimeUnixNano": "1791158400000000000", "endTimeUnixNano": "1791158401000000000"},
            "attributes": [
                {"key": key.replace("__", "."), "value": {values[type(value)]: value}} for key, value in told.items()
            ],
        }

    spans = [
        span(1, app__client="web", app__locale="ko-KR", app__feature="help"),
        span(2, cache__hit=True, cache__age_s=90, cache__ttl_s=60, cache__key="k"),
        span(3, guardrail__category="pii", guardrail__action="block"),
    ]
    document = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": spans}]}]}
    (tmp_path / "a.json").write_text(json.dumps(document))
    root, cache, guard = sorted(read_logs(tmp_path).spans, key=lambda row: str(row["id"]))
    assert (root["client"], root["locale"], root["feature"]) == ("web", "ko-KR", "help")
    assert [cache[name] for name in ("cache_status", "cache_key", "cache_age_s", "cache_ttl_s")] == ["hit", "k", 90, 60]
    assert (guard["kind"], guard["guardrail_category"], guard["guardrail_action"]) == ("guardrail", "pii", "block")


def test_ids_in_capitals_join_those_in_small_letters_and_stay_where_nothing_differs(tmp_path: Path) -> None:
    loud = TRACE.upper()
    spans = {
        "a": {"traceId": loud, "spanId": "AAAAAAAAAAAAAAAB", "parentSpanId": "aaaaaaaaaaaaaaaa"},
        "b": {"traceId": TRACE, "spanId": "aaaaaaaaaaaaaaaa"},
        "c": {"traceId": loud.replace("0A", "0C"), "spanId": "CCCCCCCCCCCCCCCC"},
    }
    for name, span in spans.items():
        line = {"resourceSpans": [{"scopeSpans": [{"spans": [{**span, "startTimeUnixNano": "1791158400000000000"}]}]}]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line) + "\n")
    a, b, c = read_logs(tmp_path).spans
    assert (a["trace_id"], a["parent_id"]) == (b["trace_id"], b["id"]) == (TRACE, "a" * 16)
    assert (c["trace_id"], c["id"]) == (loud.replace("0A", "0C"), "C" * 16)


def test_protobuf_is_named_with_the_way_out(tmp_path: Path) -> None:
    message = b"\x0a\x20\x12\x1e\x0a\x00\x12\x1a\x0a\x10" + bytes(26)
    (tmp_path / "traces.proto").write_bytes(len(message).to_bytes(4, "big") + message)
    with pytest.raises(SourceError, match="format: json"):
        read_logs(tmp_path)


def test_a_time_that_no_clock_has_costs_a_jaeger_trace_that_one_span(read: Callable[..., Read], tmp_path: Path) -> None:
    begun = 1_791_158_400_000_000
    spans = [
        {"traceID": "ab", "spanID": name, "operationName": "chat", "startTime": start, "duration": duration}
        for name, start, duration in [("c1", begun, 1500), ("c2", begun, 1e308), ("c3", 2**63, 1500)]
    ]
    path = tmp_path / "trace.json"
    path.write_text(json.dumps({"data": [{"traceID": "ab", "spans": spans, "processes": {}}]}))
    found = read(path)
    assert found.counts == [(3, 2, 0, 1)]
    assert [(row["id"], row["duration_ms"]) for row in found.spans] == [("c1", 1.5), ("c2", None)]
