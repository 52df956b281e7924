"""Side by side: tasks in a few threads, each thread with a connection of its own to the same database.

A table of some ten thousand rows keeps DuckDB busy on one core, and between its queries Python works on small frames.
Two tasks at once fill each other's gaps.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from retroburn.engine.duck import Engine

T = TypeVar("T")

MOST = 4
"""Tasks at a time, however many cores there are: each holds its own tables, and Python runs one line at a time."""
EACH = 2_000_000_000
"""Bytes that a task may need, with a log of a million spans: where `--memory` allows less for two, there is one."""


def beside(engine: Engine, tasks: Sequence[Callable[[Engine], T]]) -> list[T]:
    """The results of the tasks, in their order; each is given a connection that no other uses at the time.

    Temporary tables live with the connection, so a task must make those that it reads. The first error is raised when
    the tasks that had begun are over; those not begun are left out. The last begins first: give what takes longest
    last, so that none works on alone while the others are done.
    """
    cores = os.cpu_count() or 1
    fit = MOST if engine.limit is None else engine.limit // EACH
    workers = max(1, min(MOST, cores, fit, len(tasks)))
    free: queue.SimpleQueue[Engine] = queue.SimpleQueue()
    others = [engine.another() for _ in range(workers)]
    for other in others:
        free.put(other)

    def run(task: Callable[[Engine], T]) -> T:
        mine = free.get()
        try:
            return task(mine)
        finally:
            free.put(mine)

    try:
        with ThreadPoolExecutor(workers, thread_name_prefix="retroburn") as pool:
            begun = [pool.submit(run, task) for task in reversed(tasks)]
            try:
                return [each.result() for each in begun][::-1]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                for other in others:
                    other.con.interrupt()
                raise
    finally:
        for other in others:
            other.con.close()
