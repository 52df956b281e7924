"""From spans to what detectors read: operations, usage, requests, texts, signals - each one query file, each once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import duckdb

from retroburn import assets, header, lexicon
from retroburn.config import Config
from retroburn.detect import personal
from retroburn.engine import Engine, beside
from retroburn.findings import Failed


def macros(engine: Engine) -> None:
    """Makes the macros that queries share, and the one function that SQL cannot be: shapes with look-around."""
    personal.register(engine)
    for path in assets.queries("schema", "macros"):
        engine.run(header.read(path).sql)


# what the steps after `texts` read is written in one of these
_SCRIPTS = "select distinct unnest([script, question_script]) as script from texts"
TEXT = 4
"""From this step on the middle reads text: not done where only counts and times are asked for."""


def steps() -> list[header.Query]:
    """The queries of `queries/middle/`, in the order of the `step` in their heads."""
    found = [header.read(path) for path in assets.queries("middle")]
    return sorted(found, key=lambda query: (int(query.head["step"]), query.name))


def build(engine: Engine, schema: str = "main") -> None:
    """Makes requests, operations and what they stand on, in a schema that has `spans` and `span_costs`."""
    with engine.within(schema):
        for query in steps():
            if int(query.head["step"]) < TEXT:
                engine.run(query)


def signals() -> list[header.Query]:
    """The queries of `queries/signals/`: those that read what others found (`reads` in the head) after all others."""
    found = [header.read(path) for path in assets.queries("signals")]
    return sorted(found, key=lambda query: (bool(query.head.get("reads")), query.name))


def settings(config: Config) -> dict[str, Any]:
    """What signals take from the settings, as their queries name it."""
    prices = [
        {
            "model": model,
            "fresh": price.input / 1e6,
            "cached": (price.input if price.cache_read is None else price.cache_read) / 1e6,
            "written": (price.input if price.cache_write is None else price.cache_write) / 1e6,
            "output": price.output / 1e6,
        }
        for model, price in config.prices.items()
    ]
    return {
        "time_budget_s": config.time_budget_s,
        "time_budget_is_set": "time_budget_s" in config.model_fields_set,
        "stated_prices": json.dumps(prices),
    }


def read_text(engine: Engine, schema: str = "main", given: Mapping[str, Any] | None = None) -> list[Failed]:
    """Makes `texts` and `signals`: the one pass over text, and every fact in `queries/signals/`; says which failed."""
    given = settings(Config()) if given is None else given
    with engine.within(schema):
        scripts: set[str] | None = None
        for query in steps():
            if int(query.head["step"]) >= TEXT:
                engine.run(query, lexicon.parameters(query.sql, scripts))
            if query.name == "texts":
                scripts = {row["script"] for row in engine.rows(_SCRIPTS)}
        engine.file("schema", "signals")
    failed: list[Failed | None] = []
    for read_others in (False, True):
        asked = [query for query in signals() if bool(query.head.get("reads")) is read_others]
        failed += beside(engine, [partial(_signal, query, schema, given) for query in asked])
    return [each for each in failed if each]


def _signal(query: header.Query, schema: str, given: Mapping[str, Any], engine: Engine) -> Failed | None:
    """Notes the facts that one query finds; what went wrong, if it did."""
    with engine.within(schema):
        try:
            engine.run(
                f"insert into signals select id, trace_id, $kind, confidence, reason from ({query.sql}\n)",
                {**lexicon.parameters(query.sql), **given, "kind": query.name},
            )
        except duckdb.Error as error:
            return Failed(detector=f"signals/{query.name}", error=str(error).splitlines()[0])
    return None
