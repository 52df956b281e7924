"""A log of a few lines, read as far as the signals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from retroburn.detect import prepare
from retroburn.engine import Engine

Signals = dict[str, dict[str, tuple[float, str]]]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture
def read(engine: Engine, tmp_path: Path) -> Callable[[list[dict[str, Any]]], Signals]:
    """Lines of the native log to signals: by span, then by kind, the confidence and the reason."""

    def reader(spans: list[dict[str, Any]]) -> Signals:
        _load(engine, tmp_path / "log.jsonl", spans)
        prepare.build(engine)
        assert prepare.read_text(engine) == []
        found: Signals = {}
        for row in engine.rows("select id, kind, confidence, reason from signals"):
            assert 0 <= row["confidence"] <= 1
            found.setdefault(row["id"], {})[row["kind"]] = (row["confidence"], row["reason"])
        return found

    return reader


def _load(engine: Engine, path: Path, spans: list[dict[str, Any]]) -> None:
    prepare.macros(engine)
    engine.file("schema", "spans")
    path.write_text("\n".join(json.dumps(_whole(i, s), ensure_ascii=False) for i, s in enumerate(spans)), encoding="utf-8")
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
    engine.run("create or replace table span_costs (id varchar, trace_id varchar, cost_usd decimal(18, 9), cost_source varchar)")


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
