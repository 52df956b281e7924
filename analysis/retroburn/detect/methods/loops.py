"""A share that rises, like any rate; where it takes more than a part of all requests, what it costs speaks first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate
from retroburn.detect.tell import traffic

AFTER_MONEY = (11, 9, 1)
"""Place among the kinds just after that of money."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every raised interval; one of more than `most` of all requests steps behind the rise of cost, if there is one."""
    found = rate.find(run, detector, params)
    for candidate in found:
        everyone = traffic(run, candidate.start, candidate.end or run.frame.end)
        if candidate.bad > float(params["most"]) * everyone:
            candidate.order = AFTER_MONEY
    return found
