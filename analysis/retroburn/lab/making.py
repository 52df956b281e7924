"""Makes a log: draws the requests, plants the faults, tells every request, writes log and truth apart."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from retroburn.lab import apps, mess, nature, scenarios, surprises, world
from retroburn.lab.cache import Cache
from retroburn.lab.faults import Planter, prepare
from retroburn.lab.model import HOUR, Planted, Release, Scenario, micros, rfc3339
from retroburn.lab.trace import Row, Span, Trace
from retroburn.lab.traffic import Plan, draw, releases, stamp
from retroburn.lab.write import lay_out, write_days

SCHEMA = "retroburn.truth/1"
DEMO_HOURS, DEMO_PER_DAY = 72, 300
"""The demo: three days of a few hundred requests, what teams try before they go live."""


@dataclass(frozen=True)
class Made:
    """What was written: `logs` is the folder to check, `truth` the file that no detector may see."""

    logs: Path
    truth: Path
    context: Path
    requests: int
    spans: int
    faults: list[Planted]


def make(
    out: Path,
    scenario: str | Scenario = "clean",
    *,
    seed: int = 1,
    days: int | None = None,
    requests_per_day: int | None = None,
    start: datetime = world.START,
    truth: Path | None = None,
) -> Made:
    """Writes `out/logs/DATE.jsonl.gz`, `out/context.csv` and, beside the logs, `out/truth.json` (or `truth`).

    A scenario with a demo has `out/demo/` too, which is what to compare with; messy files have other names.

    The same arguments give the same bytes. `days` is the length of the log from `start`, `requests_per_day` what an
    average day has without surprises; left out, the scenario says them.
    """
    wanted = scenarios.find(scenario) if isinstance(scenario, str) else scenario
    hours, begin = (days or wanted.days) * 24 + wanted.extra_hours, micros(start.astimezone(UTC))
    rng = np.random.default_rng([seed, crc32(wanted.name.encode())])
    plan = draw(rng, begin, hours, requests_per_day or wanted.requests_per_day)
    live = _live(releases(rng, begin, hours), wanted, begin + hours * HOUR)
    planters = prepare(wanted.faults, rng, begin, hours)
    plan = surprises.apply(wanted.surprises, plan, rng, begin, hours)
    stamp(plan, live)
    for planter in planters:
        planter.settle(plan, begin, hours)
        plan = planter.plan(plan)
    plan = plan.take(np.lexsort((plan.uid, plan.t)))
    counter = [0]
    spans = write_days(
        _tell(plan, planters, [planter.choose(plan) for planter in planters], seed, counter), out / "logs"
    )
    if wanted.messy:
        mess.spoil(out / "logs", rng)
    if wanted.demo:
        _write_demo(out / "demo", live, seed, begin)
    truths = [planter.truth for planter in planters]
    made = Made(out / "logs", truth or out / "truth.json", out / "context.csv", counter[0], spans, truths)
    _write_context(made.context, live, wanted, begin, [note for planter in planters for note in planter.notes()])
    _write_truth(made, wanted, seed, begin, hours)
    return made


def _write_demo(folder: Path, live: list[Release], seed: int, begin: int) -> None:
    """The quiet days before the launch: the same apps, the same people, no fault and no surprise."""
    first = begin - DEMO_HOURS * HOUR
    plan = draw(np.random.default_rng([seed, crc32(b"demo")]), first, DEMO_HOURS, DEMO_PER_DAY)
    stamp(plan, [each for each in live if each.t < begin])
    write_days(_tell(plan.take(np.lexsort((plan.uid, plan.t))), [], [], seed, [0]), folder)


def _struck(planters: Sequence[Planter], trace: Trace) -> list[Planter]:
    """The faults that hit a request; what one made fail has no answer that another could spoil."""
    mine: list[Planter] = []
    for planter in planters:
        failed = bool(mine) and trace.root.get("status") != "ok"
        if not failed and planter.touch(trace):
            mine.append(planter)
    return mine


def _tell(plan: Plan, planters: list[Planter], chosen: list[Any], seed: int, counter: list[int]) -> Iterator[Span]:
    """The spans of all requests, in order of time; faults happen on the way."""
    cache = Cache()
    hit_by: dict[int, list[Planter]] = {}
    for planter, mask in zip(planters, chosen, strict=True):
        for at in np.flatnonzero(mask).tolist():
            hit_by.setdefault(at, []).append(planter)
    for at, row in enumerate(_rows(plan)):
        trace = apps.tell(row, seed, cache)
        for planter in planters:
            planter.meet(trace)
        mine = _struck(hit_by.get(at, ()), trace)
        if not mine:
            nature.strike(trace)
        elif any(planter.spoils and not planter.lasts for planter in mine):
            trace.keep = False
        mine += [
            planter
            for planter in planters
            if planter not in mine and planter.reaches(row) and planter.served(trace, cache)
        ]
        cache.store(trace)
        spans = lay_out(trace)
        for planter in planters:
            if planter.reaches(row):
                spans = planter.spans(spans, trace)
        for planter in mine:
            planter.hit.add(trace.row.uid)
            planter.truth.ids.append(trace.id)
            planter.truth.traces.append(trace.trace_id)
        counter[0] += bool(spans)
        yield from spans


def _live(usual: list[Release], scenario: Scenario, end: int) -> list[Release]:
    """The releases of the log: those of the scenario, and the usual ones that do not come near them."""
    own = scenario.releases
    apart = [
        each
        for each in usual
        if not any(
            abs(each.t - other.t) < 168 * HOUR for other in own if (other.app, other.field) == (each.app, each.field)
        )
    ]
    return sorted((each for each in (*apart, *own) if each.t < end), key=lambda each: (each.t, each.app, each.field))


def _rows(plan: Plan) -> Iterator[Row]:
    columns = [getattr(plan, each.name).tolist() for each in fields(plan)]
    return map(Row._make, zip(*columns, strict=True))


def _write_context(
    path: Path, live: list[Release], scenario: Scenario, begin: int, notes: list[dict[str, str]]
) -> None:
    """What people and other systems knew: releases, and what the scenario and its faults say was noticed."""
    rows = [
        {
            "at": rfc3339(each.t),
            "kind": "deploy",
            "text": f"{each.app or 'all apps'}: {each.field} {each.value}",
            "ref": "",
            each.field: each.value,
        }
        for each in live
        if each.t >= begin
    ]
    rows += [dict(row) for row in (*scenario.context, *notes)]
    rows.sort(key=lambda row: row["at"])
    names = [
        "at",
        "kind",
        "text",
        "ref",
        *sorted({name for row in rows for name in row} - {"at", "kind", "text", "ref"}),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_truth(made: Made, scenario: Scenario, seed: int, begin: int, hours: int) -> None:
    document = {
        "schema": SCHEMA,
        "scenario": scenario.name,
        "seed": seed,
        "from": rfc3339(begin),
        "to": rfc3339(begin + hours * HOUR),
        "requests": made.requests,
        "spans": made.spans,
        "surprises": list(scenario.surprises),
        "faults": [truth.to_dict() for truth in made.faults],
    }
    made.truth.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
