"""Requests, operations and usage: what one trace becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn.logs import Logs

DAY = "2026-03-02T09:00:"


def span(name_: str, second: float, **fields: Any) -> dict[str, Any]:
    """One record of the native log."""
    return {"id": name_, "trace_id": "t", "start": f"{DAY}{second:06.3f}Z", "status": "ok", **fields}


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Any]:
    opened: list[Logs] = []

    def one(*spans: dict[str, Any]) -> Logs:
        path = tmp_path / f"log{len(opened)}.jsonl"
        path.write_text("".join(json.dumps(s) + "\n" for s in spans))
        opened.append(retroburn.open(path))
        return opened[-1]

    yield one
    for logs in opened:
        logs.close()


def rows(logs: Logs, table: str) -> list[dict[str, Any]]:
    logs.build("requests")
    return logs.engine.rows(f"select * from {table} order by start, id")


def test_numbered_attempts_below_a_request_are_one_operation(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request", output="done"),
        span("a", 1, parent_id="r", kind="llm", name="chat", attempt=1, status="error"),
        span("b", 2, parent_id="r", kind="llm", name="chat", attempt=2, status="timeout"),
        span("c", 3, parent_id="r", kind="llm", name="chat", attempt=3),
    )
    operation = next(o for o in rows(logs, "operations") if o["id"] == "a")
    assert (operation["attempts"], operation["retries"], operation["status"], operation["first_status"]) == (
        3,
        2,
        "ok",
        "error",
    )
    (request,) = rows(logs, "requests")
    assert (request["id"], request["attempts"], request["retries"], request["status"]) == ("r", 3, 2, "ok")


def test_a_second_try_without_a_number_is_seen_by_the_failure_before_it(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request"),
        span("a", 1, parent_id="r", kind="llm", name="chat", status="error", input="hi"),
        span("b", 2, parent_id="r", kind="llm", name="chat", input="hi"),
    )
    assert rows(logs, "requests")[0]["retries"] == 1


def test_steps_of_an_agent_that_share_a_name_are_not_retries(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request"),
        *(span(f"s{i}", i, parent_id="r", kind="tool", name="search", input=f"query {i}") for i in range(1, 6)),
    )
    assert rows(logs, "requests")[0]["retries"] == 0
    assert len([o for o in rows(logs, "operations") if o["kind"] == "tool"]) == 5


def test_a_failed_step_followed_by_another_question_is_not_a_retry(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request"),
        span("a", 1, parent_id="r", kind="tool", name="search", input="one", status="error"),
        span("b", 2, parent_id="r", kind="tool", name="search", input="two"),
    )
    assert rows(logs, "requests")[0]["retries"] == 0


def test_two_at_once_with_the_same_input_are_a_hedge_and_no_retry(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request"),
        span("a", 1, parent_id="r", kind="llm", name="chat", input="hi", duration_ms=5000),
        span("b", 2, parent_id="r", kind="llm", name="chat", input="hi", duration_ms=1000),
    )
    operation = next(o for o in rows(logs, "operations") if o["id"] == "a")
    assert (operation["attempts"], operation["retries"], operation["hedges"]) == (2, 0, 1)


def test_attempts_at_the_root_are_one_request_with_the_last_ones_status(read: Any) -> None:
    logs = read(
        span("a", 1, kind="llm", name="chat", attempt=1, status="error", duration_ms=500),
        span("b", 2, kind="llm", name="chat", attempt=2, output="yes", duration_ms=500),
    )
    (request,) = rows(logs, "requests")
    assert (request["id"], request["status"], request["attempts"], request["output"]) == ("a", "ok", 2, "yes")
    assert request["duration_ms"] == pytest.approx(1500)


def test_two_requests_of_one_trace_keep_their_own_spans(read: Any) -> None:
    logs = read(
        span("r1", 1, kind="request", name="turn 1"),
        span("x", 1.5, parent_id="r1", kind="llm", cost_usd=0.25, tenant="acme"),
        span("r2", 5, kind="request", name="turn 2"),
        span("y", 5.5, parent_id="r2", kind="llm", cost_usd=0.5, tenant="birch"),
    )
    assert [(r["id"], float(r["cost_usd"]), r["tenant"], r["spans"]) for r in rows(logs, "requests")] == [
        ("r1", 0.25, "acme", 2),
        ("r2", 0.5, "birch", 2),
    ]


def test_a_trace_whose_root_was_lost_is_still_one_request(read: Any) -> None:
    logs = read(span("a", 1, parent_id="gone", kind="llm"), span("b", 2, parent_id="gone", kind="tool"))
    assert [(r["id"], r["spans"]) for r in rows(logs, "requests")] == [("a", 2)]


def test_a_parent_that_is_its_own_descendant_does_not_hang(read: Any) -> None:
    logs = read(span("a", 1, parent_id="b", input_tokens=1), span("b", 2, parent_id="a", input_tokens=1))
    assert len(rows(logs, "requests")) == 1


def test_a_wrapper_that_repeats_the_usage_below_it_is_counted_once(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request", input_tokens=100, output_tokens=20, cost_usd=0.4),
        span("w", 1, parent_id="r", kind="llm", name="sdk", input_tokens=100, output_tokens=20, cost_usd=0.4),
        span("h", 2, parent_id="w", kind="http", input_tokens=100, output_tokens=20, cost_usd=0.4),
    )
    (request,) = rows(logs, "requests")
    assert (request["input_tokens"], request["output_tokens"], float(request["cost_usd"])) == (100, 20, 0.4)
    assert request["cost_source"] == "logged"


def test_a_cost_logged_at_the_root_is_not_added_to_a_price_computed_below(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request", cost_usd=0.4),
        span(
            "c", 1, parent_id="r", kind="llm", model="gpt-4o", provider="openai", input_tokens=1000, output_tokens=100
        ),
    )
    (request,) = rows(logs, "requests")
    assert (float(request["cost_usd"]), request["cost_source"], request["input_tokens"]) == (0.4, "logged", 1000)


def test_several_roots_of_one_trace_that_each_logged_a_cost_are_counted_once(read: Any) -> None:
    logs = read(
        span("a", 0, kind="llm", name="chat", attempt=1, status="error", input_tokens=5, cost_usd=0.01),
        span("b", 1, kind="llm", name="chat", attempt=2, input_tokens=5, output_tokens=2, cost_usd=0.02),
        span("c", 2, kind="llm", name="other", input_tokens=7, output_tokens=3, cost_usd=0.04),
    )
    told = {r["id"]: (r["input_tokens"], r["output_tokens"], float(r["cost_usd"])) for r in rows(logs, "requests")}
    assert told == {"a": (10, 2, 0.03), "c": (7, 3, 0.04)}


def test_a_cost_that_nobody_knows_is_unknown_and_not_zero(read: Any) -> None:
    logs = read(span("r", 0, kind="llm", model="house-model", input_tokens=10, output_tokens=10))
    (request,) = rows(logs, "requests")
    assert request["cost_usd"] is None
    assert request["cost_source"] == "unknown"


def test_the_answer_of_a_request_without_output_is_its_last_calls(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request", input="question"),
        span("a", 1, parent_id="r", kind="llm", name="plan", output="plan"),
        span("b", 2, parent_id="r", kind="llm", name="answer", output="answer"),
        span("c", 3, parent_id="r", kind="guardrail", output="allow"),
    )
    (request,) = rows(logs, "requests")
    assert (request["input"], request["output"], request["answer_id"]) == ("question", "answer", "b")


def test_a_dimension_that_only_a_child_carries_is_the_requests(read: Any) -> None:
    logs = read(
        span("r", 0, kind="request", tenant="acme"),
        span("a", 1, parent_id="r", kind="llm", model="m-1", prompt_version="p7", locale="ko-KR"),
    )
    (request,) = rows(logs, "requests")
    assert (request["tenant"], request["model"], request["prompt_version"], request["locale"]) == (
        "acme",
        "m-1",
        "p7",
        "ko-KR",
    )


def test_calls_that_begin_in_one_instant_say_the_same_in_any_order_of_lines(read: Any) -> None:
    calls = [
        span("r", 0, kind="request", input="question"),
        *(
            span(name, 0, parent_id="r", kind="llm", name=name, model=f"m-{name}", output=f"says {name}")
            for name in "cab"
        ),
    ]
    told = [rows(read(*some), "requests")[0] for some in (calls, calls[::-1], [*calls[2:], *calls[:2]])]
    assert [(row["answer_id"], row["output"], row["model"]) for row in told] == [("c", "says c", "m-c")] * 3
