"""The lab: realistic logs with planted faults, a truth file beside them, and the score of `check` against it."""

from __future__ import annotations

from retroburn.lab.board import Scoreboard
from retroburn.lab.make import Made, make
from retroburn.lab.model import Fault, Planted, Scenario
from retroburn.lab.score import score

__all__ = ["Fault", "Made", "Planted", "Scenario", "Scoreboard", "make", "score"]
