"""Which columns of spans hold anything at all: what a detector needs and does not find is said, never passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from retroburn.detect.catalogue import Head
from retroburn.engine import Engine

GIVEN = {"baseline": "give --baseline SOURCE", "context": "give --context FILE"}
"""What no field of a log is, and how to give it."""
_SOME = 'select 1 from main.spans where "{name}" is not null limit 1'
# an id that each span has for itself ties none to another
_TELLS = {"trace_id": "select count(*) > count(distinct trace_id) from main.spans"}


@dataclass(frozen=True)
class Filled:
    """What there is to judge by: names of columns, `baseline` and `context` among them."""

    names: frozenset[str]

    @classmethod
    def of(cls, engine: Engine, heads: Iterable[Head], baseline: bool, context: bool) -> Filled:
        """Looks at every column that one of the heads speaks of, once.

        Raises ValueError, as for any mistake in a head, where there is no such column.
        """
        given = {name for name, there in (("baseline", baseline), ("context", context)) if there}
        asked = {
            name for head in heads for need in [*head.needs, *head.wants] for name in _options(need)
        } - GIVEN.keys()
        known = {name: name for name in engine.columns("spans")}
        unknown = sorted(asked - known.keys())
        if unknown:
            raise ValueError(f"a detector needs {unknown[0]}, which is no column of spans")
        there = {name for name in asked if engine.one(_TELLS.get(name, _SOME.format(name=known[name])))}
        return cls(frozenset(there | given))

    @property
    def baseline(self) -> bool:
        """Whether there are rows that were named as the usual."""
        return "baseline" in self.names

    def missing(self, needs: Collection[str]) -> list[list[str]]:
        """Which of the needed columns hold nothing in this log, each with those that would do instead of it."""
        alternatives = [_options(need) for need in needs]
        return [options for options in alternatives if not self.names & set(options)]


def _options(need: str) -> list[str]:
    return [option.strip() for option in need.split("|")]
