"""Progress on standard error, and only where a person looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def steps(first: str) -> Iterator[Callable[[str], None]]:
    """A spinner with the name of the step under way; silent when standard error is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{first} …") as status:
        yield lambda step: status.update(f"{step.replace('_', ' ')} …")
