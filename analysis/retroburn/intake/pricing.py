"""What calls cost that the log gives no cost for: the price list of the day, your own prices, or the log's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from retroburn.config import Config, Price
from retroburn.engine import Engine
from retroburn.intake import formats

_MILLION = Decimal(1_000_000)
# A log's own prices are taken when nine in ten of its calls follow them to the hundredth: loggers round costs, and a
# tenth may be calls of another tier or be logged wrong, which must not hide the price of the others.
_SHARE, _TOLERANCE, _FEWEST = 0.9, 0.01, 20
_SHAPE = "(model varchar, provider varchar, hour timestamp, above bigint, how varchar, {prices})"
_TOKENS = ("fresh_tokens", "cached_tokens", "output_tokens")
_PARTS = ("input", "cache_read", "cache_write", "output")


class _Rate(NamedTuple):
    """US dollars a million tokens, for prompts of more than `above` tokens."""

    above: int
    input: Decimal
    cache_read: Decimal
    cache_write: Decimal
    output: Decimal


def price(eng: Engine, config: Config, schema: str = "main") -> None:
    """Leaves `span_costs(id, trace_id, cost_usd, cost_source)` in the schema, for the `spans` there."""
    spans = f"{schema}.spans"
    wanted = eng.con.execute(formats.step("unpriced").sql.replace("$spans", spans)).fetchall()
    rows = [row for model, provider, hour in wanted for row in _listed(config, model, provider, hour)]
    unknown = sorted({model for model, *_ in wanted} - {row[0] for row in rows})
    implied = _implied(eng, spans, unknown)
    for model, provider, hour in wanted:
        if model in implied:
            rows.append(_row(model, provider, hour, "implied", implied[model]))
    _fill(eng, rows)
    eng.con.execute(formats.step("costs").sql.replace("$spans", spans).replace("$schema", schema))


def _fill(eng: Engine, rows: Sequence[Sequence[Any]]) -> None:
    # a price a token in steps of 1e-15 dollars: a thousandth of a cent a million tokens is exact
    shape = _SHAPE.format(prices=", ".join(f"{part} decimal(24, 15)" for part in _PARTS))
    eng.con.execute(f"create or replace table intake.prices {shape}")
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        eng.con.execute(f"insert into intake.prices select {', '.join(['unnest(?)'] * len(columns))}", columns)


def _row(model: str, provider: str | None, hour: datetime, how: str, rate: _Rate) -> tuple[Any, ...]:
    return model, provider or "", hour, rate.above, how, *(part / _MILLION for part in rate[1:])


def _listed(config: Config, model: str, provider: str | None, hour: datetime) -> Iterator[tuple[Any, ...]]:
    """The rates of one model in one hour: yours where you gave some, else those of the price list."""
    own = config.prices.get(model)
    for rate in [_own(own)] if own else _rates(model, provider, hour):
        yield _row(model, provider, hour, "computed", rate)


def _own(own: Price) -> _Rate:
    fresh = Decimal(str(own.input))
    read = fresh if own.cache_read is None else Decimal(str(own.cache_read))
    write = fresh if own.cache_write is None else Decimal(str(own.cache_write))
    return _Rate(-1, fresh, read, write, Decimal(str(own.output)))


def _rates(model: str, provider: str | None, hour: datetime) -> list[_Rate]:
    """What genai-prices lists, one rate a tier; none for a model it does not know."""
    from genai_prices import data_snapshot  # costs half a second, and only logs without costs need it

    for name in dict.fromkeys((provider, None)):
        try:
            _, info = data_snapshot.get_snapshot().find_provider_model(model, None, name, None)
        except LookupError:
            continue
        return _tiers(info.get_prices(hour.replace(tzinfo=UTC)))
    return []


def _tiers(prices: Any) -> list[_Rate]:
    if prices.input_mtok is None:
        return []
    fields = [getattr(prices, f"{part}_mtok") for part in _PARTS]
    starts = {tier.start for field in fields for tier in getattr(field, "tiers", [])}
    return [_rate(fields, above) for above in sorted({-1, *starts})]


def _rate(fields: Sequence[Any], above: int) -> _Rate:
    fresh = _at(fields[0], above) or Decimal(0)
    read, write = (_at(field, above) for field in fields[1:3])
    output = _at(fields[3], above) or Decimal(0)
    return _Rate(above, fresh, fresh if read is None else read, fresh if write is None else write, output)


def _at(field: Any, above: int) -> Decimal | None:
    """A price at a tier. A field may be a plain price, a tiered one, or absent."""
    value = getattr(field, "base", field)
    for tier in getattr(field, "tiers", []):
        if tier.start <= above:
            value = tier.price
    return None if value is None else Decimal(value)


def _implied(eng: Engine, spans: str, models: list[str]) -> dict[str, _Rate]:
    """Prices that the logged costs of a model agree on; a model whose calls do not agree has none."""
    if not models:
        return {}
    found = eng.arrays(formats.step("implied").sql.replace("$spans", spans), {"models": models})
    fitted = {}
    for model in np.unique(np.asarray(found["model"], dtype=object)):
        own = np.asarray(found["model"], dtype=object) == model
        tokens = np.column_stack([np.asarray(found[name][own], float) for name in _TOKENS])
        if (rate := _fit(tokens, np.asarray(found["cost_usd"][own], float))) is not None:
            fitted[str(model)] = rate
    return fitted


def _fit(tokens: np.ndarray[Any, Any], cost: np.ndarray[Any, Any]) -> _Rate | None:
    """Least absolute error of cost ≈ tokens × price, by reweighted least squares: a few wrong costs do not bend it."""
    if len(cost) < _FEWEST:
        return None
    used = np.asarray(tokens.any(axis=0))
    weights = 1 / cost
    prices = np.zeros(3)
    for _ in range(20):
        prices[used] = np.linalg.lstsq(tokens[:, used] * weights[:, None], cost * weights, rcond=None)[0]
        weights = 1 / (cost * np.maximum(np.abs(tokens @ prices / cost - 1), 1e-4) ** 0.5)
    off = np.abs(tokens @ prices - cost)
    # costs are logged with six decimals as a rule: half a step of the last one is no disagreement
    agreeing = np.where(off <= np.maximum(_TOLERANCE * cost, 5e-7), 1.0, 0.0).mean()
    if agreeing < _SHARE or prices.min() < -1e-9:
        return None
    fresh, cached, output = (Decimal(f"{max(price, 0) * 1e6:.6f}") for price in prices.tolist())
    return _Rate(-1, fresh, cached if used[1] else fresh, fresh, output)
