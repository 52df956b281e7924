"""The lab: realistic logs with planted faults, a truth file beside them, and the score of `check` against it.

from retroburn import lab

made = lab.make(Path("storm"), "retry_storm.billed.medium.one", seed=3)
lab.score(["clean", "retry_storm.billed.medium.one"]).table()
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
