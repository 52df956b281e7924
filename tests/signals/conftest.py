"""A log of a few lines, read as far as one signal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from retroburn import assets, header, lexicon
from retroburn.config import Config
from retroburn.detect import prepare
from retroburn.engine import Engine

Facts = dict[str, tuple[float, str]]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture
def read(engine: Engine, tmp_path: Path) -> Callable[..., Facts]:
    """Lines of the native log, and a kind of signal: the confidence and the reason for each span that has it."""

    def reader(spans: list[dict[str, Any]], kind: str, **config: Any) -> Facts:
        _load(engine, tmp_path / "log.jsonl", spans)
        found = {query.name: query for query in prepare.signals()}
        for step in _steps([found[name] for name in (kind, *found[kind].head.get("reads", []))]):
            engine.run(step, lexicon.parameters(step.sql))
        engine.run(_TABLE)
        for other in found[kind].head.get("reads", []):
            given = {**lexicon.parameters(found[other].sql), "kind": other}
            engine.run(
                f"insert into signals select id, trace_id, $kind, confidence, reason from ({found[other].sql}\n)", given
            )
        rows = engine.rows(found[kind], {**lexicon.parameters(found[kind].sql), **prepare.settings(Config(**config))})
        assert all(0 <= row["confidence"] <= 1 and row["reason"] for row in rows)
        assert len({(row["trace_id"], row["id"]) for row in rows}) == len(rows)
        return {row["id"]: (row["confidence"], row["reason"]) for row in rows}

    return reader


# without the views over it, which read what no signal does
_TABLE = header.read(assets.folder("queries") / "schema" / "signals.sql").sql.partition("create or replace view")[0]
_MADE = re.compile(r"create or replace (?:table|view) (\w+)")


def _steps(asked: list[header.Query]) -> list[header.Query]:
    """The steps that make what the queries read, and what these read in turn, in their order."""
    needed: list[header.Query] = []
    for step in reversed(prepare.steps()):
        words = {word for query in [*asked, *needed] for word in re.findall(r"\w+", query.sql)}
        if words & set(_MADE.findall(step.sql)):
            needed.append(step)
    return needed[::-1]


def _load(engine: Engine, path: Path, spans: list[dict[str, Any]]) -> None:
    prepare.macros(engine)
    engine.file("schema", "spans")
    lines = [json.dumps(_whole(i, s), ensure_ascii=False) for i, s in enumerate(spans)]
    path.write_text("\n".join(lines), encoding="utf-8")
    columns = engine.rows(
        "select column_name as name, data_type as type from duckdb_columns() where table_name = 'spans' "
        "and column_name not in ('start_time', 'end_time')"
    )
    types = ", ".join(f"'{c['name']}': '{c['type']}'" for c in columns)
    names = ", ".join(f'"{c["name"]}"' for c in columns)
    engine.run(
        f"insert into spans ({names}) select {names} from "
        f"read_json('{path}', format = 'newline_delimited', columns = {{{types}}})"
    )
    costs = "id varchar, trace_id varchar, cost_usd decimal(18, 9), cost_source varchar"
    engine.run(f"create or replace table span_costs ({costs})")
    engine.run("insert into span_costs select id, trace_id, cost_usd, 'logged' from spans where cost_usd is not null")


def _whole(number: int, span: dict[str, Any]) -> dict[str, Any]:
    text = {
        key: json.dumps(span[key], ensure_ascii=False)
        for key in ("input", "output")
        if span.get(key) is not None and not isinstance(span[key], str)
    }
    return {
        "trace_id": span["id"],
        "kind": "request",
        "start": f"2026-03-02T09:{number // 60 % 60:02d}:{number % 60:02d}",
        "status": "ok",
        "source_file": "log.jsonl",
        "source_line": number + 1,
        "format": "native",
        **span,
        **text,
    }
