"""What came in beside what drifted: the shares of a feature's values, usually and while the finding lasts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from retroburn import door
from retroburn.detect import cases
from retroburn.detect.candidate import Where
from retroburn.detect.frame import Run
from retroburn.findings import Share

LENGTHS = {"very_long", "very_short", "longer", "shorter"}
"""Features that are told from how long a question is."""
MOST = 8
"""Values drawn; the others are put together."""
BANDS = 8
OTHER = "other values"


def of_values(run: Run, name: str, place: Where, start: datetime, end: datetime) -> list[Share]:
    """The values of a field, the most frequent first; what is rare is put together."""
    counts = _counts(run, f"k.{name}::varchar", place, {"a": start, "b": end})
    kept = sorted(counts, key=lambda value: (-max(_parts(counts)[value]), value))
    shown = {value: counts[value] for value in (kept if len(kept) <= MOST else kept[: MOST - 1])}
    rest = [counts[value] for value in kept if value not in shown]
    if rest:
        shown[OTHER] = (sum(usual for usual, _ in rest), sum(now for _, now in rest))
    return [Share(value=door.show(value, 40), usual=usual, now=now) for value, (usual, now) in _parts(shown).items()]


def of_lengths(run: Run, place: Where, start: datetime, end: datetime) -> list[Share]:
    """How long the questions are, in bands of characters that grow with the length."""
    select = "select quantile_cont(chars, 0.01) as low, quantile_cont(chars, 0.99) as high from carried where chars > 0"
    ends = run.engine.rows(select)[0]
    if not ends["low"] or ends["high"] <= ends["low"]:
        return []
    edges = sorted({_round(edge) for edge in np.geomspace(ends["low"], ends["high"], BANDS + 1)[1:-1]})
    band = "len(list_filter($edges, lambda edge: edge <= k.chars))::varchar"
    counts = _counts(run, f"case when k.chars > 0 then {band} end", place, {"a": start, "b": end, "edges": edges})
    bands = {str(n): counts.get(str(n), (0, 0)) for n in range(len(edges) + 1)}
    return [Share(value=_band(edges, int(n)), usual=usual, now=now) for n, (usual, now) in _parts(bands).items()]


def _band(edges: list[int], n: int) -> str:
    if n == len(edges):
        return f"≥ {edges[-1]:,}"
    return f"{edges[n - 1]:,}–{edges[n] - 1:,}" if n else f"≤ {edges[0] - 1:,}"


def _round(edge: float) -> int:
    """A length in two digits: nobody reads more on an axis."""
    size = 10 ** max(int(np.floor(np.log10(edge))) - 1, 0)
    return int(round(edge / size) * size)


def _counts(run: Run, value: str, place: Where, given: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Requests by value: of the time compared with, and of the finding's."""
    text, params = cases.condition(place)
    inside = 'era = 1 and "at" >= $a and "at" < $b'
    rows = run.engine.run(
        f"select {value} as content, count(*) filter (where not ({inside}) and (era = 0 or $outside)) as usual, "
        f"count(*) filter (where {inside}) as now from carried as k semi join (from cases where {text}) as c "
        "on k.trace_id = c.trace_id and k.id = c.id and k.era = c.era group by content having content is not null "
        "order by content",
        {**params, **given, "outside": run.frame.outside_is_reference},
    ).fetchall()
    return {content: (usual, now) for content, usual, now in rows}


def _parts(counts: dict[str, tuple[int, int]]) -> dict[str, tuple[float, float]]:
    """Counts as shares of their sums."""
    before, after = (max(sum(sides), 1) for sides in zip(*counts.values(), strict=True)) if counts else (1, 1)
    return {value: (usual / before, now / after) for value, (usual, now) in counts.items()}
