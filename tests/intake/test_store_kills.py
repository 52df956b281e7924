"""The store outlives its writers: killed at any moment and run again, or written by two at once, it holds the same."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from retroburn import intake
from retroburn.engine import Engine
from tests.intake.conftest import read_logs


def write(folder: Path, name: str, first: int, n: int) -> Path:
    path = folder / name
    lines = [
        json.dumps({"id": f"s{i}", "start": 1791158400 + i, "input": "words " * 9}) for i in range(first, first + n)
    ]
    path.write_text("\n".join([*lines, "broken", lines[0]]) + "\n")
    return path


def run(store: Path, *sources: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "retroburn.cli", "import", *map(str, sources), "--store", str(store)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def holds(store: Path) -> tuple[list[str], list[tuple[int, int, int, int]], int]:
    found = read_logs(store)
    return sorted(found.ids), sorted(found.counts), len(found.rejects)


def test_killed_at_any_moment_and_run_again_it_holds_all_of_it_once(tmp_path: Path) -> None:
    draw = random.Random(7)
    store, logs = tmp_path / "store", [write(tmp_path, f"{n}.jsonl", n * 400, 400) for n in range(3)]
    started = time.monotonic()
    assert run(tmp_path / "whole", *logs).wait() == 0
    took = time.monotonic() - started
    for number in range(5):
        writer = run(store, *logs[: 1 + number % 3])
        # most of the run is start-up and reading: the moments before its end are when the store is written
        time.sleep(took * draw.uniform(0.5, 1.05))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert run(store, *logs).wait() == 0
    assert holds(store) == holds(tmp_path / "whole")
    assert {path.name for path in store.iterdir() if path.name.startswith(".")} == {
        ".retroburn.lock",
        ".retroburn.readers",
    }


def test_who_reads_a_store_keeps_it_as_it_was_while_others_write(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert run(store, write(tmp_path, "a.jsonl", 0, 300)).wait() == 0
    first = set(store.glob("*.parquet"))
    with Engine() as eng:
        intake.read(eng, [str(store)])
        # the new log overlaps, so that parts of the store are replaced
        assert run(store, write(tmp_path, "b.jsonl", 200, 300)).wait() == 0
        assert first <= set(store.glob("*.parquet"))
        assert eng.one("select count(*) from spans") == 300
        eng.one("select sum(hash(input)) from spans")
    assert len(holds(store)[0]) == 500
    # what is no longer listed goes with the next run, when nobody reads any more
    assert run(store, write(tmp_path, "c.jsonl", 400, 300)).wait() == 0
    listed = json.loads((store / "manifest.json").read_text())["parts"]
    assert {path.name for path in store.glob("*.parquet")} == set(listed)


def test_two_at_once_both_bring_what_they_have(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = run(store, write(tmp_path, "a.jsonl", 0, 300))
    second = run(store, write(tmp_path, "b.jsonl", 300, 300))
    assert (first.wait(), second.wait()) == (0, 0)
    ids, counts, rejects = holds(store)
    assert len(ids) == 600
    assert counts == [(302, 300, 1, 1), (302, 300, 1, 1)]
    assert rejects == 2


def test_a_rotated_copy_and_an_overlapping_export_add_nothing_twice(tmp_path: Path) -> None:
    store, log = tmp_path / "store", write(tmp_path, "app.jsonl", 0, 50)
    assert run(store, log).wait() == 0
    rotated = tmp_path / "app.jsonl.1"
    rotated.write_bytes(log.read_bytes())
    overlapping = write(tmp_path, "later.jsonl", 25, 50)
    assert run(store, rotated, overlapping).wait() == 0
    assert len(holds(store)[0]) == 75
