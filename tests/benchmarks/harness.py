"""Runs commands one after the other, each twice and in turns, and holds their times and peak memory side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROUNDS = 2


@dataclass(frozen=True)
class Contender:
    """One way to do the job.

    `command` is what a person would type, run in a process of its own. With `against`, its time is to be at most `aim`
    times that contender's. `tidy` runs before each round, `check` after the last one: it says what was right or wrong.
    """

    name: str
    command: Sequence[str]
    against: str | None = None
    aim: float | None = None
    tidy: Callable[[], None] | None = None
    check: Callable[[], str] | None = None
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """Several ways to do one job on the same input."""

    title: str
    contenders: Sequence[Contender]


@dataclass(frozen=True)
class Run:
    """One run: seconds of the clock, peak memory of the process tree's largest process in bytes, and the exit code."""

    seconds: float
    peak: int
    code: int


def python(code: str, *arguments: object) -> list[str]:
    """The command that runs a piece of Python in a fresh interpreter of this environment."""
    return [sys.executable, "-c", code, *map(str, arguments)]


def retroburn(*arguments: object) -> list[str]:
    """The command `retroburn …` of this environment."""
    return [str(Path(sys.executable).with_name("retroburn")), *map(str, arguments)]


def run(contender: Contender, log: Path) -> Run:
    """Runs one contender once; what it prints goes to `log`."""
    if contender.tidy:
        contender.tidy()
    with log.open("ab") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(contender.command, stdout=out, stderr=out, env={**os.environ, **contender.env})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), process.returncode)


def measure(comparison: Comparison, log: Path) -> dict[str, Run]:
    """The last run of each contender. They take turns, so that none has the warm file cache alone."""
    last: dict[str, Run] = {}
    for _ in range(ROUNDS):
        for contender in comparison.contenders:
            last[contender.name] = run(contender, log)
    return last


def verdict(contender: Contender, runs: dict[str, Run]) -> tuple[str, str]:
    """How many times the other's time it took, and whether that meets the aim."""
    if runs[contender.name].code:
        return "", f"**failed with {runs[contender.name].code}**"
    if contender.against is None or runs[contender.against].code:
        return "", ""
    ratio = runs[contender.name].seconds / runs[contender.against].seconds
    times = f"{ratio:.2f} × {contender.against}"
    if contender.aim is None:
        return times, ""
    return times, f"at most {contender.aim:g} ×: {'met' if ratio <= contender.aim else '**missed**'}"


def table(comparison: Comparison, runs: dict[str, Run]) -> str:
    """The comparison as a Markdown section."""
    lines = [
        f"## {comparison.title}",
        "",
        "| | seconds | peak MB | times | aim | checked |",
        "|---|--:|--:|---|---|---|",
    ]
    for contender in comparison.contenders:
        one = runs[contender.name]
        times, aim = verdict(contender, runs)
        checked = contender.check() if contender.check and not one.code else ""
        lines.append(f"| {contender.name} | {one.seconds:.2f} | {one.peak / 1e6:.0f} | {times} | {aim} | {checked} |")
    return "\n".join([*lines, ""])
