"""The bridge between two bills: exact, without an order, and right about what turned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retroburn.stats import bridge

ROUTES, MODELS = 2, 2
CELLS = (ROUTES, len(bridge.CLASSES), MODELS)


def side(seed: int, gone: bool) -> bridge.Side:
    """A bill drawn from a seed; with `gone`, whole cells are missing, as a model before it came."""
    draw = np.random.default_rng(seed)
    calls = draw.integers(0, 50, CELLS).astype(float)
    if gone:
        calls *= draw.random(CELLS) < 0.5
    calls[:, 0, 0] += calls[:, 1].sum(axis=1) > 0  # a retry follows a call
    requests = draw.integers(60, 300, ROUTES).astype(float)
    tokens = calls[..., None] * draw.uniform(1, 900, (*CELLS, 3))
    return bridge.Side(
        requests=requests,
        hits=np.floor(requests * draw.uniform(0, 0.6, ROUTES)),
        operations=calls[:, [0, 2]].sum(axis=(1, 2)),
        calls=calls,
        tokens=tokens,
        cost=calls * draw.uniform(0.001, 0.2, CELLS),
    )


def plain(requests: float = 100, tokens: float = 500, price: float = 1e-5, model: int = 0) -> bridge.Side:
    """One route, one call a request, one kind of token."""
    calls = np.zeros((1, len(bridge.CLASSES), 2))
    calls[0, 0, model] = requests
    amounts = np.zeros((*calls.shape, 3))
    amounts[0, 0, model, 0] = requests * tokens
    return bridge.Side(
        np.array([requests]), np.zeros(1), np.array([requests]), calls, amounts, amounts.sum(axis=-1) * price
    )


PRICES = np.full((2, 3), 1e-5)
bills = st.builds(side, st.integers(0, 10_000), st.booleans())


@settings(max_examples=25, deadline=None)
@given(bills, bills)
def test_the_parts_sum_to_the_change_whatever_comes_or_goes(before: bridge.Side, after: bridge.Side) -> None:
    parts = bridge.bridge(before, after, (PRICES, 2 * PRICES))
    change = after.cost.sum() - before.cost.sum()
    assert sum(parts.values()) == pytest.approx(change, abs=1e-9 * max(before.cost.sum(), after.cost.sum(), 1))


@settings(max_examples=15, deadline=None)
@given(bills, bills)
def test_turning_time_round_turns_every_sign(before: bridge.Side, after: bridge.Side) -> None:
    there = bridge.bridge(before, after, (PRICES, 2 * PRICES))
    back = bridge.bridge(after, before, (2 * PRICES, PRICES))
    assert [back[name] for name in bridge.FACTORS] == pytest.approx([-there[name] for name in bridge.FACTORS], abs=1e-9)


def test_nothing_changed_drives_nothing() -> None:
    assert set(bridge.bridge(plain(), plain(), (PRICES, PRICES)).values()) == {0.0}


@pytest.mark.parametrize(
    ("after", "prices", "factor"),
    [
        (plain(requests=300), PRICES, "traffic"),
        (plain(tokens=1500), PRICES, "input_tokens"),
        (plain(price=3e-5), 3 * PRICES, "price"),
    ],
)
def test_a_single_change_is_one_factor_alone(after: bridge.Side, prices: np.ndarray, factor: str) -> None:
    parts = bridge.bridge(plain(), after, (PRICES, prices))
    assert parts.pop(factor) == pytest.approx(1.0)
    assert list(parts.values()) == pytest.approx([0.0] * len(parts), abs=1e-12)


def test_a_dearer_model_in_the_place_of_another_is_the_mix_and_not_the_price() -> None:
    listed = np.array([[1e-5] * 3, [4e-5] * 3])
    parts = bridge.bridge(plain(), plain(price=4e-5, model=1), (listed, listed))
    assert parts["model_mix"] == pytest.approx(1.5)
    assert parts["price"] == pytest.approx(0.0, abs=1e-12)


def test_prices_are_read_from_costs_though_tokens_go_together() -> None:
    draw = np.random.default_rng(1)
    tokens = np.column_stack([draw.uniform(100, 900, 200), draw.uniform(0, 400, 200), draw.uniform(10, 90, 200)])
    listed = np.array([3e-6, 3e-7, 15e-6])
    fitted = bridge.prices(tokens.T @ tokens, tokens.T @ (tokens @ listed))
    assert fitted == pytest.approx(listed)
