"""How a kind is looked for: one module a method, each with `find(run, detector, params) -> list[Candidate]`.

A detector's head names the method; the module of that name is used. There is no list.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run

Find = Callable[[Run, Detector, Mapping[str, Any]], list[Candidate]]


def method(name: str) -> Find:
    """The method of that name. Raises ValueError, as for any mistake in a head, when there is none."""
    path = f"{__name__}.{name}"
    if importlib.util.find_spec(path) is None:
        raise ValueError(f"there is no method {name}")
    found: Find = importlib.import_module(path).find
    return found
