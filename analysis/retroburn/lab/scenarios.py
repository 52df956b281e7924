"""Scenarios by name: `clean`, `surprises`, `sample`, and any fault as `KIND.variant.strength.where.shape`."""

from __future__ import annotations

from retroburn.errors import UsageError, did_you_mean
from retroburn.lab.faults import kinds
from retroburn.lab.model import PLACES, SHAPES, STRENGTHS, Fault, Scenario

NAMED: dict[str, Scenario] = {
    "clean": Scenario("clean", surprises=("night_batch",)),
    "campaign": Scenario("campaign", surprises=("campaign", "night_batch")),
    "holiday": Scenario("holiday", surprises=("holiday",)),
    "new_tenant": Scenario("new_tenant", surprises=("new_tenant", "night_batch")),
    "model_rename": Scenario("model_rename", surprises=("model_rename",)),
}


def find(name: str) -> Scenario:
    """A scenario by its name. Several faults in one log are joined by `+`.

    >>> find("refusal.korean.weak").faults[0].strength
    'weak'
    """
    if name in NAMED:
        return NAMED[name]
    return Scenario(name, tuple(_fault(part) for part in name.split("+")))


def _fault(name: str) -> Fault:
    """A fault from its name: the kind, then any of variant, strength, where and shape, in any order."""
    kind, *words = name.split(".")
    known = kinds()
    if kind not in known:
        raise UsageError(f"No scenario {name!r}. {did_you_mean(kind, [*NAMED, *known])}")
    chosen: dict[str, str] = {}
    options = {"variant": known[kind].variants, "strength": STRENGTHS, "where": PLACES, "shape": SHAPES}
    for word in words:
        field = next((field for field, values in options.items() if word in values), None)
        if field is None:
            raise UsageError(f"{kind}: no {word!r}. {did_you_mean(word, [value for values in options.values() for value in values])}")
        chosen[field] = word
    return Fault(kind, **chosen)  # type: ignore[arg-type]
