"""Scenarios by name: `clean` and its surprises, `sample`, and any fault as `KIND.variant.strength.where.shape`."""

from __future__ import annotations

from itertools import cycle

from retroburn.errors import UsageError, did_you_mean
from retroburn.lab.faults import kinds
from retroburn.lab.model import PLACES, SHAPES, STRENGTHS, Fault, Scenario, Suite
from retroburn.lab.sample import SAMPLE

NAMED: dict[str, Scenario] = {
    "clean": Scenario("clean", surprises=("night_batch",)),
    "campaign": Scenario("campaign", surprises=("campaign", "night_batch")),
    "holiday": Scenario("holiday", surprises=("holiday",)),
    "new_tenant": Scenario("new_tenant", surprises=("new_tenant", "night_batch")),
    "model_rename": Scenario("model_rename", surprises=("model_rename",)),
    "messy": Scenario("messy", messy=True),
    "launch": Scenario("launch", demo=True),
    "sample": SAMPLE,
}
MIXED = (
    "error_burst.rate_limit.medium.one.burst+refusal.korean.medium.whole.step",
    "cost_spike.input_tokens.medium.one.step+empty_answer.null.medium.two.burst",
    "retry_storm.plain.medium.one.burst+no_evidence_answer.weak_hits.medium.one.step+traffic_drop.slice_gone.one.burst",
)
"""Incidents that come together."""
DRESSED = (
    "error_burst.http_500.medium.one.step+messy",
    "refusal.medium.whole.step+messy",
    "cost_spike.input_tokens.medium.whole.step+campaign",
    "input_drift.medium.whole.step+launch",
    "no_evidence_answer.medium.whole.step+launch",
    "latency_regression.medium.one.burst+holiday",
)
"""Faults in messy files, beside a harmless surprise, and after a launch with a demo set."""
CLEAN = tuple(name for name, scenario in NAMED.items() if not scenario.faults)


def find(name: str) -> Scenario:
    """A scenario by its name. Faults are joined by `+`, and so is what the log is beside, such as `messy`.

    >>> find("refusal.korean.weak+messy").faults[0].strength
    'weak'
    """
    if name in NAMED:
        return NAMED[name]
    parts = name.split("+")
    beside = [NAMED[part] for part in parts if part in CLEAN]
    return Scenario(
        name,
        tuple(_fault(part) for part in parts if part not in CLEAN),
        surprises=tuple(each for one in beside for each in one.surprises),
        messy=any(one.messy for one in beside),
        demo=any(one.demo for one in beside),
    )


def suite(size: Suite) -> list[str]:
    """Names of scenarios to score: `small` one of each kind, `quick` every variant, `all` every variant and strength.

    Where and shape go round, so that each kind meets several; every suite has the clean logs.
    """
    strengths = STRENGTHS if size == "all" else STRENGTHS[:1]
    found = list(CLEAN)
    wheres, shapes = cycle(PLACES), cycle(("step", "burst", "step", "ramp"))
    for kind, planter in kinds().items():
        for variant in planter.variants[: 1 if size == "small" else None]:
            found += [f"{kind}.{variant}.{strength}.{next(wheres)}.{next(shapes)}" for strength in strengths]
    return [*found, *MIXED, *DRESSED] if size == "all" else found


def _fault(name: str) -> Fault:
    """A fault from its name: the kind, then any of variant, strength, where and shape, in any order."""
    kind, *words = name.split(".")
    known = kinds()
    if kind not in known:
        raise UsageError(f"The lab has no scenario {name!r}. {did_you_mean(kind, [*NAMED, *known])}")
    options = {"variant": known[kind].variants, "strength": STRENGTHS, "where": PLACES, "shape": SHAPES}
    chosen: dict[str, str] = {}
    for word in words:
        field = next((field for field, values in options.items() if word in values), None)
        if field is None:
            every = [value for values in options.values() for value in values]
            raise UsageError(f"{kind} has no variant {word!r}. {did_you_mean(word, every)}")
        chosen[field] = word
    return Fault(kind, **chosen)  # type: ignore[arg-type]  # each word was found among the values of its field
