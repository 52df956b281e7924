"""The lab: realistic logs with planted faults, a truth file beside them, and the score of `check` against it.

from retroburn import lab

made = lab.make(Path("storm"), "retry_storm.billed.medium.one", seed=3)
lab.score(["clean", "retry_storm.billed.medium.one"]).table()

A strength is the share of requests that a fault hits, and a number: a strong one is to hit 30, a medium one 20, a weak
one 10. Where the slice that was drawn is too quiet for it, the fault begins days earlier (up to a third of the log),
else it lies in another slice of as many fields. What is asked for by time or by rate stays as it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retroburn.lab.board import Scoreboard
    from retroburn.lab.making import Made, make
    from retroburn.lab.model import Fault, Planted, Scenario
    from retroburn.lab.scoring import score

__all__ = ["Fault", "Made", "Planted", "Scenario", "Scoreboard", "make", "score"]

_HOMES = {"Made": "making", "Scoreboard": "board", "make": "making", "score": "scoring"}


def __getattr__(name: str) -> Any:
    """Loads what is asked for: the command line knows of the lab at every start, and should not pay for it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'model')}"), name)
