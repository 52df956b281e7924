"""Requests as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from retroburn import assets, header
from retroburn.engine import Engine


def requests(engine: Engine, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Requests in the order of `ids`, with input and output as logged; of several under one id the first."""
    query = header.read(assets.folder("queries") / "explore" / "requests_by_id.sql")
    by_id: Mapping[str, dict[str, Any]] = {row["id"]: row for row in reversed(engine.rows(query, {"ids": list(ids)}))}
    return [by_id[one] for one in ids if one in by_id]
