"""Costs: logged, computed from the list of the day, implied by the log itself, or unknown - which is never 0."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from retroburn import intake
from retroburn.config import Config, Price
from tests.intake.conftest import read_logs


def costs(folder: Path, *records: dict[str, object], config: Config | None = None) -> dict[str, tuple[Any, str]]:
    base = {"start": "2026-10-05T00:00:00Z", "kind": "llm"}
    (folder / "a.jsonl").write_text("".join(json.dumps({**base, **record}) + "\n" for record in records))
    found = read_logs(folder / "a.jsonl", options=intake.Options(config=config or Config()))
    return {row["id"]: (row["cost_usd"], row["cost_source"]) for row in found.costs}


def test_a_logged_cost_is_taken_as_it_is(tmp_path: Path) -> None:
    found = costs(tmp_path, {"id": "a", "model": "gpt-4o-mini", "input_tokens": 9, "output_tokens": 9, "cost_usd": 0})
    assert found == {"a": (Decimal(0), "logged")}


def test_a_listed_model_is_computed_with_cached_tokens_at_their_own_price(tmp_path: Path) -> None:
    call = {"model": "gpt-4o-mini", "provider": "openai", "input_tokens": 1_000_000, "output_tokens": 1_000_000}
    found = costs(tmp_path, {"id": "a", **call}, {"id": "b", **call, "cache_read_tokens": 1_000_000})
    # 0.15 in, 0.075 read from the cache and 0.60 out per million tokens
    assert found == {"a": (Decimal("0.75"), "computed"), "b": (Decimal("0.675"), "computed")}


def test_the_tier_of_a_long_prompt_holds_for_all_of_its_tokens(tmp_path: Path) -> None:
    found = costs(
        tmp_path,
        {"id": "at", "model": "gemini-2.5-pro", "input_tokens": 200_000, "output_tokens": 0},
        {"id": "over", "model": "gemini-2.5-pro", "input_tokens": 200_001, "output_tokens": 0},
    )
    assert found == {"at": (Decimal("0.25"), "computed"), "over": (Decimal("0.5000025"), "computed")}


def test_an_unknown_model_is_unknown_and_not_free(tmp_path: Path) -> None:
    assert costs(tmp_path, {"id": "a", "model": "house-1", "input_tokens": 1, "output_tokens": 1}) == {
        "a": (None, "unknown")
    }


def test_a_call_without_its_output_tokens_is_unknown_unless_it_failed(tmp_path: Path) -> None:
    call = {"model": "gpt-4o-mini", "input_tokens": 1_000_000}
    found = costs(tmp_path, {"id": "a", **call, "status": "ok"}, {"id": "b", **call, "status": "error"})
    assert found == {"a": (None, "unknown"), "b": (Decimal("0.15"), "computed")}


def house(n: int, price: float = 7.0, **more: object) -> dict[str, object]:
    asked, told = 100 + n * 37 % 900, 10 + n * 53 % 400
    cost = round((asked * 2 + told * price) / 1e6, 6)
    return {"id": f"h{n}", "model": "house-2", "input_tokens": asked, "output_tokens": told, "cost_usd": cost, **more}


def test_the_logs_own_costs_price_a_model_that_no_list_knows(tmp_path: Path) -> None:
    wrong = [house(n, price=70.0) for n in range(95, 100)]
    missing = {"id": "x", "model": "house-2", "input_tokens": 1_000_000, "output_tokens": 1_000_000}
    cost, source = costs(tmp_path, *(house(n) for n in range(95)), *wrong, missing)["x"]
    assert source == "implied"
    assert abs(cost - 9) < Decimal("0.05")


def test_costs_that_do_not_agree_imply_nothing(tmp_path: Path) -> None:
    mixed = [house(n, price=7.0 if n % 2 else 21.0) for n in range(100)]
    missing = {"id": "x", "model": "house-2", "input_tokens": 1, "output_tokens": 1}
    assert costs(tmp_path, *mixed, missing)["x"] == (None, "unknown")


def test_your_own_price_wins_over_the_list(tmp_path: Path) -> None:
    config = Config(prices={"gpt-4o-mini": Price(input=1, output=2)})
    call = {"id": "a", "model": "gpt-4o-mini", "input_tokens": 1_000_000, "output_tokens": 1_000_000}
    assert costs(tmp_path, call, config=config) == {"a": (Decimal(3), "computed")}
