"""Small tables for reports: whatever lies in a folder of `queries/`, run over one window, each with its query."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from retroburn import assets, door, header
from retroburn.ask import drift
from retroburn.detect.clean import DIGITS
from retroburn.detect.frame import Run
from retroburn.detect.levels import bill


@dataclass(frozen=True)
class Fact:
    """The rows of one query, text masked: what a page shows as a table."""

    name: str
    query: str
    params: dict[str, Any]
    columns: list[str]
    rows: list[list[Any]]
    sha256: str


def gather(run: Run | None, *folder: str) -> list[Fact]:
    """Every query in `queries/<folder>/`, in the order of their names; without rows where there is no log to ask."""
    return [_fact(run, header.read(path)) for path in assets.queries(*folder)]


def _fact(run: Run | None, query: header.Query) -> Fact:
    params = {name: one["value"] for name, one in query.head.get("params", {}).items()}
    method = query.head.get("method")
    columns, rows = ([], []) if run is None else _METHODS[method](run) if method else _of_sql(run, query, params)
    plain = [[_plain(cell) for cell in row] for row in rows]
    digest = hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()
    return Fact(query.name, assets.relative(query.path), params, columns, plain, digest)


def _of_sql(run: Run, query: header.Query, params: dict[str, Any]) -> tuple[list[str], list[Any]]:
    window = {"start": run.frame.start, "end": run.frame.end, "compared": run.frame.how != "history"}
    result = run.engine.run(query, {**window, "usual": _usual(run), **params})
    return [column[0] for column in result.description or []], result.fetchall()


def _usual(run: Run) -> int:
    """Requests of the baseline that was named."""
    if run.frame.how == "source":
        return int(run.engine.one("select count(*) from baseline.request_facts"))
    early = "select count(*) from request_facts where start < $start"
    return int(run.engine.one(early, {"start": run.frame.start})) if run.frame.how == "until" else 0


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; text passes the door."""
    if isinstance(cell, str):
        return door.show(cell, 200)
    if isinstance(cell, datetime):
        return f"{cell.isoformat(timespec='seconds')}Z"
    if isinstance(cell, Decimal):
        return float(cell)
    return settled(cell) if isinstance(cell, float) else cell


def settled(number: float) -> float:
    """A number without the last bits, which threads that add up in another order change; a nothing has no sign."""
    return float(f"{round(number, 12):.{DIGITS}g}") + 0.0


def _drift(run: Run) -> tuple[list[str], list[Any]]:
    """How far each feature of what comes in lies from before, the furthest over its noise first."""
    found = sorted(drift.distances(run), key=lambda d: (d.effect <= d.noise_floor, -d.effect))
    columns = ["feature", "changed", "before", "now", "effect", "low", "high", "noise_floor"]
    return columns, [[one[name] for name in columns] for one in map(asdict, found)]


def _bridge(run: Run) -> tuple[list[str], list[Any]]:
    """What drove the change in cost between the window and as long before it; of a log without before, its halves.

    The factors lie between the two bills, so that they can be added up.
    """
    before, after = _halves(run)
    parts = bill.cost_bridge(run.engine, before, after)
    first, last = bill.bills(run.engine)
    return ["factor", "usd"], [["before", first], *([*pair] for pair in _largest(parts)), ["after", last]]


def _largest(parts: dict[str, float]) -> Iterator[tuple[str, float]]:
    yield from sorted(parts.items(), key=lambda part: (-abs(settled(part[1])), part[0]))


def _halves(run: Run) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    frame = run.frame
    begin = max(frame.first, frame.start - (frame.end - frame.start))
    if frame.start - begin >= timedelta(hours=1):
        return (begin, frame.start), (frame.start, frame.end)
    middle = frame.start + (frame.end - frame.start) / 2
    return (frame.start, middle), (middle, frame.end)


_METHODS: dict[str, Callable[[Run], tuple[list[str], list[Any]]]] = {"drift": _drift, "bridge": _bridge}
