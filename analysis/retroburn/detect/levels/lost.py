"""Fields that records of a sort used to have, and that some of them lack from some time on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retroburn.detect import cases, judge
from retroburn.detect.frame import Run
from retroburn.detect.levels.hours import HOUR, seconds
from retroburn.stats import scan
from retroburn.stats.season import Array

COLUMNS = (
    "output", "input", "input_tokens", "output_tokens", "cost_usd", "model", "provider", "status", "duration_ms",
    "finish_reason", "tenant", "user", "session", "region", "locale", "client", "route", "feature", "prompt_version",
    "app_version", "index_version",
)  # fmt: skip
"""Fields that are there or not by the logging alone. Not those that depend on what happened (errors, hits, scores)."""

FEW = 50
"""Records of a sort below which nothing is said of what it regularly has."""


def suspects(run: Run, params: Mapping[str, Any]) -> dict[str, list[str]]:
    """Column → the sorts of records that had it regularly; those that are missing more at some time, clearest first."""
    frame = run.frame
    t0 = seconds(frame.first) // HOUR * HOUR
    counts = "".join(f', {_present(column)} as "{column}"' for column in COLUMNS)
    found = run.engine.arrays(cases.cube("presence").sql.replace("/*counts*/", counts), {"t0": t0, "end": frame.end})
    buckets = int(found["bucket"].max()) + 1 if len(found["bucket"]) else 0
    searched = np.arange(buckets) >= (seconds(frame.start) - t0) // HOUR
    scored = []
    for column in COLUMNS:
        sorts, n, bad = _regular(found, column, buckets, float(params["regular"]))
        if not sorts or bad.sum() < run.config.gate.min_bad:
            continue
        best = scan.best_interval(n[None], bad[None], np.zeros(1), np.zeros(1), searched, True)[0]
        # one slice of many may have lost it: the look at the whole is a first one
        if best.g >= judge.evidence_needed(run.config.gate, 1, buckets) / 2:
            scored.append((best.g, column, sorts))
    return {column: sorts for _, column, sorts in sorted(scored, key=lambda s: (-s[0], s[1]))}


def _present(column: str) -> str:
    if column != "output":
        return f'count("{column}")'
    # what wrote nothing, or called a tool, has no output to lose
    return (
        "count(*) filter (where output is not null or coalesce(output_tokens, 0) <= 1 or finish_reason = 'tool_calls')"
    )


def _regular(found: Mapping[str, Array], column: str, buckets: int, share: float) -> tuple[list[str], Array, Array]:
    """The sorts that had a column regularly, with their records and those without it by hour.

    Regularly: in the better half of the log (its eight parts in order of time, the second best of them counts), or in
    its first records, be they few: a launch may lose a field in its first hours, and never have it again.
    """
    sorts, which = np.unique(np.asarray(found["sort"], dtype=str), return_inverse=True)
    n, has = np.zeros((2, len(sorts), buckets))
    np.add.at(n, (which, found["bucket"].astype(int)), found["n"])
    np.add.at(has, (which, found["bucket"].astype(int)), found[column])
    part = np.arange(buckets) * 8 // max(buckets, 1)
    by_part = np.zeros((2, len(sorts), 8))
    for place in range(8):
        by_part[0, :, place], by_part[1, :, place] = n[:, part == place].sum(axis=1), has[:, part == place].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(by_part[0] >= 5, by_part[1] / by_part[0], np.nan)
    known = (~np.isnan(shares)).sum(axis=1) >= 2
    # a field that is not there at first was not lost: it came later
    first = np.take_along_axis(shares, np.argmax(~np.isnan(shares), axis=1)[:, None], axis=1)[:, 0]
    second = np.sort(np.nan_to_num(shares, nan=-1.0), axis=1)[:, -2]
    regular = (second >= share) | (_at_first(n, has) >= share)
    kept = np.flatnonzero(known & (first >= 0.5) & regular & (n.sum(axis=1) >= FEW))
    return [str(sorts[i]) for i in kept], n[kept].sum(axis=0), (n - has)[kept].sum(axis=0)


def _at_first(n: Array, has: Array) -> Array:
    """The share that had it of each sort's first hours, as many as hold FEW records; 0 where none do."""
    count, full = n.cumsum(axis=1), has.cumsum(axis=1)
    enough = count >= FEW
    place = enough.argmax(axis=1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.take_along_axis(full / count, place, axis=1)[:, 0]
    return np.where(enough.any(axis=1), np.nan_to_num(shares), 0.0)
