"""What the log's own prices tell of calls that are booked otherwise."""

from __future__ import annotations

import random
from typing import Any

IN, CACHED, OUT = 2.0, 0.5, 8.0


def calls(count: int = 300, *, cached: float = 0.4, start: int = 0, factor: float = 1.0) -> list[dict[str, Any]]:
    """Calls of one model that cost what their tokens do, `factor` times."""
    draw = random.Random(start + 1)
    return [call(start + i, draw, cached, factor) for i in range(count)]


def call(number: int, draw: random.Random, cached: float = 0.4, factor: float = 1.0) -> dict[str, Any]:
    """One call, a minute after the one before."""
    tokens, out = draw.randint(300, 4000), draw.randint(20, 900)
    read = int(tokens * draw.uniform(0.2, 0.8)) if draw.random() < cached else 0
    cost = ((tokens - read) * IN + read * CACHED + out * OUT) / 1e6 * factor
    minute = f"2026-03-{2 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00"
    return {
        "id": f"c{number}", "kind": "llm", "model": "m", "start": minute, "input_tokens": tokens,
        "cache_read_tokens": read, "output_tokens": out, "cost_usd": round(cost, 6),
    }  # fmt: skip


def sure(found: dict[str, tuple[float, str]]) -> set[str]:
    return {name for name, (confidence, _) in found.items() if confidence >= 0.5}


def test_costs_that_follow_from_tokens_are_silent(read):
    assert sure(read(calls(), "cost_mismatch")) == set()


def test_calls_logged_as_nothing_too_low_or_too_high_beside_right_ones_are_found(read):
    spans = calls(400)
    wrong = {spans[i]["id"]: factor for i, factor in ((300, 0.0), (310, 0.3), (320, 3.0), (390, 0.0))}
    for span in spans:
        span["cost_usd"] *= wrong.get(span["id"], 1.0)
    assert sure(read(spans, "cost_mismatch")) == set(wrong)


def test_a_price_that_rises_for_all_calls_is_no_mismatch_and_one_that_falls_is(read):
    dearer = [*calls(300), *calls(200, start=300, factor=2.0)]
    assert len(sure(read(dearer, "cost_mismatch"))) == 0


def test_a_price_that_falls_for_all_calls_is_under_its_price(read):
    cheaper = [*calls(300), *calls(200, start=300, factor=0.6)]
    assert sure(read(cheaper, "cost_mismatch")) == {f"c{i}" for i in range(300, 500)}


def stated(factor=1.0):
    return {"m": {"input": IN * factor, "output": OUT * factor, "cache_read": CACHED * factor}}


def test_costs_that_follow_a_stated_price_are_silent(read):
    assert sure(read(calls(), "cost_mismatch", prices=stated())) == set()


def test_costs_under_a_stated_price_from_the_beginning_are_found(read):
    spans = calls(200)
    assert sure(read(spans, "cost_mismatch", prices=stated(1.6))) == {span["id"] for span in spans}


def test_costs_over_a_stated_price_from_the_beginning_are_found(read):
    spans = calls(200)
    assert sure(read(spans, "cost_mismatch", prices=stated(0.7))) == {span["id"] for span in spans}


def test_few_calls_of_a_model_are_held_against_its_stated_price(read):
    spans = calls(12)
    spans[5]["cost_usd"] *= 3
    assert sure(read(spans, "cost_mismatch", prices=stated())) == {"c5"}


def test_a_price_that_rises_for_all_calls_is_no_mismatch_though_it_was_stated(read):
    dearer = [*calls(300), *calls(200, start=300, factor=2.0)]
    assert sure(read(dearer, "cost_mismatch", prices=stated())) == set()


def test_cached_tokens_counted_twice_are_found_on_the_calls_that_have_some(read):
    spans = calls(400)
    for span in spans[300:]:
        span["cost_usd"] = round(span["cost_usd"] + span["cache_read_tokens"] * IN / 1e6, 6)
    assert sure(read(spans, "cost_mismatch")) == {s["id"] for s in spans[300:] if s["cache_read_tokens"]}


def test_cached_tokens_counted_twice_from_the_beginning_are_found_by_their_price(read):
    spans = calls(300)
    for span in spans:
        span["cost_usd"] = round(span["cost_usd"] + span["cache_read_tokens"] * IN / 1e6, 6)
    assert sure(read(spans, "cost_mismatch")) == {s["id"] for s in spans if s["cache_read_tokens"]}


def test_prices_are_read_where_every_call_reads_from_the_cache(read):
    spans = calls(300, cached=1.0)
    spans[200]["cost_usd"] *= 0.5
    assert sure(read(spans, "cost_mismatch")) == {"c200"}


def test_batches_at_half_the_price_from_the_beginning_and_rounded_costs_are_silent(read):
    draw = random.Random(3)
    spans = calls(400)
    for span in spans:
        span["cost_usd"] = round(span["cost_usd"] * (0.5 if draw.random() < 0.2 else 1.0), 4)
    assert sure(read(spans, "cost_mismatch")) == set()


def test_nothing_is_said_of_a_model_whose_costs_follow_no_price(read):
    draw = random.Random(4)
    spans = calls(300)
    for span in spans:
        span["cost_usd"] = round(draw.uniform(0.001, 0.02), 6)
    assert sure(read(spans, "cost_mismatch")) == set()


def test_reasoning_tokens_beside_the_output_are_right_as_well(read):
    spans = calls(300)
    for span in spans[::7]:
        span["reasoning_tokens"] = 500
        span["cost_usd"] = round(span["cost_usd"] + 500 * OUT / 1e6, 6)
    assert sure(read(spans, "cost_mismatch")) == set()


def test_one_call_in_two_layers_is_billed_twice(read):
    spans = calls(60)
    layers = {
        "trace_id": "t",
        "parent_id": "root",
        "kind": "llm",
        "model": "m",
        "input_tokens": 900,
        "output_tokens": 77,
    }
    spans += [
        {"id": "root", "trace_id": "t", "start": "2026-03-02T05:00:00"},
        {
            **layers,
            "id": "outer",
            "start": "2026-03-02T05:00:01",
            "end": "2026-03-02T05:00:05",
            "output_tokens": 77,
            "cost_usd": 0.002416,
        },
        {
            **layers,
            "id": "inner",
            "start": "2026-03-02T05:00:02",
            "end": "2026-03-02T05:00:04",
            "output_tokens": 77,
            "cost_usd": 0.002416,
        },
    ]
    assert sure(read(spans, "cost_mismatch")) == {"inner"}
