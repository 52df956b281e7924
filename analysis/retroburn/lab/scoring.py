"""Runs `check` on logs whose faults are known."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from retroburn.engine.room import Room
from retroburn.errors import UsageError
from retroburn.lab.board import Scoreboard
from retroburn.lab.making import SCHEMA, make
from retroburn.lab.match import Outcome, judge

_DIMENSIONS = ("tenant", "client", "locale", "region", "route", "feature", "model", "model_requested", "provider")
_VERSIONS = ("prompt_version", "app_version", "index_version", "arm")


def score(
    what: Iterable[str | Path],
    *,
    seed: int = 1,
    days: int | None = None,
    requests_per_day: int | None = None,
    told: Callable[[Outcome], None] | None = None,
) -> Scoreboard:
    """Runs `check` on logs and holds the findings against the truth.

    `what` are folders that `make` wrote, or names of scenarios, which are made for the purpose (with `seed`, `days` and
    `requests_per_day`) and thrown away. `told` hears of each log as it is done.
    """
    outcomes = []
    for each in what:
        with _folder(each, seed, days, requests_per_day) as folder:
            outcomes.append(run(folder))
        if told:
            told(outcomes[-1])
    return Scoreboard(outcomes)


def run(folder: Path) -> Outcome:
    """Runs `check` on one log that `make` wrote. The truth is read after it."""
    import retroburn
    from retroburn.lab import plain

    began = time.perf_counter()
    context, demo = folder / "context.csv", folder / "demo"
    given = [folder / "logs", *([context] if context.exists() else [])]
    logs = retroburn.open(given, baseline=[demo] if demo.exists() else [])
    try:
        findings = list(logs.check())
        seconds = time.perf_counter() - began
        requests = logs.sql(f"select id, start, {', '.join((*_DIMENSIONS, *_VERSIONS))} from requests")  # noqa: S608 - our own names
        dashboard = plain.alarms(logs)
    finally:
        logs.close()
    truth = read_truth(folder / "truth.json")
    outcome = judge(truth, findings, requests)
    outcome.seconds = seconds
    naive = judge(truth, dashboard, requests)
    outcome.plain_alarms = len(naive.alarms)
    for fault, seen in zip(outcome.faults, naive.faults, strict=True):
        fault.plain = seen.found
    return outcome


def read_truth(path: Path) -> dict[str, Any]:
    """A truth file."""
    truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if truth.get("schema") != SCHEMA:
        raise UsageError(f"{path} is no {SCHEMA}: schema is {truth.get('schema')!r}.")
    return truth


@contextmanager
def _folder(each: str | Path, seed: int, days: int | None, requests_per_day: int | None) -> Iterator[Path]:
    """A folder that holds a made log: as given, or made for the occasion."""
    if (Path(each) / "truth.json").is_file():
        yield Path(each)
    elif isinstance(each, Path):
        raise UsageError(f"{each} holds no truth.json. Make one: retroburn lab make {each} --scenario clean")
    else:
        with Room() as folder:
            make(folder, each, seed=seed, days=days, requests_per_day=requests_per_day)
            yield folder
