"""Exports of gateways: cents and dollars, attempts under one trace, caches, and bodies of whichever interface."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import retroburn
from tests.intake.conftest import read_logs

SAMPLES = Path(__file__).parents[1] / "samples"
PORTKEY = SAMPLES / "portkey" / "export.jsonl"
FEW_COLUMNS = SAMPLES / "portkey" / "few_columns.jsonl"
CLOUDFLARE = SAMPLES / "cloudflare" / "logs.json"
BODIES = SAMPLES / "cloudflare" / "with_bodies.jsonl"


def by_id(*sources: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in read_logs(*sources).spans}


def test_portkey_costs_are_in_cents() -> None:
    found = read_logs(PORTKEY, FEW_COLUMNS)
    assert found.counts == [(5, 5, 0, 0), (2, 2, 0, 0)]
    assert sum(row["cost_usd"] or 0 for row in found.spans) == Decimal("0.017625")
    # 10 of a prompt beside 200 that were read from the provider's cache
    assert sum(row["input_tokens"] for row in found.spans) == 120 + 210 + 20 + 30
    assert sum(row["output_tokens"] for row in found.spans) == 8 + 5 + 2 + 6


def test_a_portkey_cost_in_another_currency_is_not_taken_for_dollars(tmp_path: Path) -> None:
    line = json.loads((PORTKEY).read_text().splitlines()[0])
    (tmp_path / "a.jsonl").write_text(json.dumps({**line, "cost_currency": "EUR"}) + "\n")
    [row] = read_logs(tmp_path).spans
    assert row["cost_usd"] is None
    assert json.loads(row["attributes"])["cost"] == 0.25


def test_fallbacks_of_one_portkey_trace_are_attempts_until_one_succeeds() -> None:
    rows = by_id(PORTKEY)
    told = {name: (rows[name]["attempt"], rows[name]["fallback"]) for name in ("p-2", "p-3", "p-4", "p-5")}
    assert told == {"p-2": (1, None), "p-3": (2, "gpt-5-mini"), "p-4": (3, "claude-haiku-5"), "p-5": (1, None)}
    with retroburn.open(PORTKEY) as logs:
        requests = logs.sql(
            "select id, attempts, retries, status, cost_usd::varchar as cost from requests where trace_id = 't-2'"
        )
    assert sorted(map(tuple, requests.to_numpy().tolist())) == [
        ("p-2", 3, 2, "ok", "0.015000000"),
        ("p-5", 1, 0, "ok", "0.000000000"),
    ]


def test_retries_that_portkey_made_itself_are_counted() -> None:
    assert by_id(PORTKEY)["p-1"]["attempt"] == 3


def test_portkeys_words_for_its_cache() -> None:
    told = {name: row["cache_status"] for name, row in by_id(PORTKEY).items()}
    assert told == {"p-1": "miss", "p-2": "bypass", "p-3": "bypass", "p-4": "bypass", "p-5": "hit"}


def test_portkey_metadata_as_an_object_and_as_two_lists_side_by_side() -> None:
    rows = by_id(PORTKEY)
    assert (rows["p-1"]["user"], rows["p-1"]["tenant"], rows["p-1"]["session"]) == ("u-1", "acme", "42")
    assert (rows["p-2"]["user"], rows["p-2"]["feature"]) == ("u-2", "refunds")


def test_a_failed_call_has_its_error_and_no_answer() -> None:
    rows = by_id(PORTKEY)
    assert (rows["p-2"]["status"], rows["p-2"]["error_type"], rows["p-2"]["output"]) == (
        "error",
        "rate_limit",
        None,
    )
    assert (rows["p-3"]["status"], rows["p-3"]["http_status"]) == ("timeout", 504)


def test_a_page_of_cloudflare_logs_is_its_records() -> None:
    found = read_logs(CLOUDFLARE)
    assert found.counts == [(6, 6, 0, 0)]
    assert sum(row["cost_usd"] or 0 for row in found.spans) == Decimal("0.00161")
    assert sum(row["input_tokens"] or 0 for row in found.spans) == 400
    assert [row["status"] for row in found.spans] == ["ok", "error", "ok", "ok", "ok", "timeout"]


def test_a_later_step_of_cloudflare_is_a_fallback() -> None:
    rows = by_id(CLOUDFLARE)
    assert [(rows[i]["attempt"], rows[i]["fallback"]) for i in ("01J1", "01J1b")] == [(1, None), (2, "true")]
    assert rows["01J1b"]["user"] == "u-2"


def test_cloudflare_caches_feedback_and_bodies() -> None:
    rows = by_id(CLOUDFLARE)
    assert [rows[i]["cache_status"] for i in ("01J0", "01J2")] == ["miss", "hit"]
    assert [(s["name"], s["value"]) for s in rows["01J0"]["scores"]] == [("user_feedback", -1.0), ("score", 40.0)]
    silent = by_id(BODIES)["01J5"]
    assert (silent["output"], silent["finish_reason"], silent["reasoning_tokens"]) == ("", "length", 20)


def test_a_gateway_hands_on_answers_of_every_maker_and_each_is_its_words() -> None:
    rows = by_id(SAMPLES / "portkey" / "makers.jsonl", SAMPLES / "cloudflare" / "makers.jsonl")
    told = {name: (row["output"], row["finish_reason"], row["input_tokens"]) for name, row in rows.items()}
    # Anthropic (20 beside 1000 from its cache), Google, OpenAI's Responses; Cloudflare's own, and Google's cut short
    assert [told[name] for name in ("pm-4", "pm-10", "pm-14", "cm-5", "cm-6")] == [
        ("Yo", "length", 1020),
        ("Gem", "content_filter", 7),
        ("Hel", "length", 30),
        ("Hello there", None, 10),
        ("Gem", None, 100),
    ]
    assert (rows["pm-14"]["reasoning_tokens"], rows["pm-14"]["cache_read_tokens"]) == (15, 10)
    # what the system was told is a part of the question
    assert json.loads(rows["pm-4"]["input"])[0] == {"role": "system", "content": "s"}
    assert json.loads(rows["pm-14"]["input"])[0] == {"role": "system", "content": "be kind"}
    assert json.loads(rows["pm-4"]["attributes"])["http"]["url"] == "https://api.anthropic.com/v1/messages"


def test_a_call_that_a_gateways_own_checks_stopped_says_so() -> None:
    rows = by_id(SAMPLES / "portkey" / "makers.jsonl", SAMPLES / "cloudflare" / "makers.jsonl")
    stopped, blocked = rows["pm-2"], rows["cm-8"]
    assert (stopped["status"], stopped["error_type"], stopped["guardrail_action"]) == ("error", "hooks_failed", "block")
    assert (blocked["status"], blocked["error_message"]) == ("error", "Prompt blocked due to security configurations")


def test_a_time_as_javascript_prints_it_is_read() -> None:
    assert str(by_id(SAMPLES / "portkey" / "makers.jsonl")["pm-12"]["start"]) == "2026-05-04 10:00:00"


def test_events_of_logpush_are_records_of_the_gateway() -> None:
    found = read_logs(SAMPLES / "cloudflare" / "logpush.jsonl")
    assert found.counts == [(3, 3, 0, 0)]
    first, hit, limited = found.spans
    assert (first["format"], first["model_requested"], first["model"]) == (
        "cloudflare",
        "cloudflare/auto",
        "gpt-4o-mini",
    )
    assert (first["duration_ms"], first["cost_usd"], first["user"]) == (1234, Decimal("0.0042"), "u1")
    assert (first["input"], first["output"]) == (None, None)
    assert (hit["cache_status"], str(hit["start"])) == ("hit", "2026-05-04 10:00:00")
    assert (limited["status"], limited["error_type"], limited["http_status"]) == ("error", "RateLimited", 429)
