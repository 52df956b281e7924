"""The page on judging: what makes a finding, how grave it is, what it swallows; its numbers are those of the code."""

from __future__ import annotations

from retroburn.config import Gate, SeverityRule
from retroburn.detect import fold, judge
from retroburn.detect.catalogue import detectors
from tools.reference.markdown import table

RISKS = {
    "users": "People get no answer, or a wrong one: by the table.",
    "patience": "People wait longer and are served: at most high.",
    "money": "Requests are served, and cost more: critical by its amount alone, else at most high.",
    "data": "Data is shown to whom it does not belong: from one case on high, critical from 10 on or while it goes on.",
    "none": "It hurts nobody yet: at most medium.",
}
MUTE = """```toml
[[mute]]
kind = "retry_storm"
where = {provider = "anthropic"}   # left out: wherever it is
until = 2026-12-31                 # the last day, against the newest record
by = "J. Kim"
why = "vendor incident 4711, mended on 12 December"
```"""


def page() -> list[str]:
    """The whole page."""
    return ["# How it judges", "", INTRO, "", *_gate(), *_noise(), *_severity(), *_folding(), *_mutes()]


def percent(share: float) -> str:
    """A share as pages write it."""
    return f"{100 * share:g} %"


INTRO = (
    "One rule for all kinds. A detector only says which cases are bad; whether that is a finding, "
    "where, since when and "
    "how grave is decided here, in `analysis/retroburn/detect/judge.py`. Every number can be set "
    "with `--config` under "
    "`[gate]` and `[severity]` ([settings](config.md)); what a single kind asks besides stands with it "
    "([detectors](detectors.md))."
)


def _gate() -> list[str]:
    gate = Gate()
    return [
        "## A finding must matter",
        "",
        f"At least {gate.min_bad} bad cases, a share that rose by at least {percent(gate.min_difference)} and to "
        f"{gate.min_ratio:g} times the usual. Where the usual share is under 0.3 %, a rise of "
        f"{percent(gate.min_difference_rare)} to {gate.min_ratio_rare:g} times passes too. The usual is "
        "that of the same "
        "place: what its hours of the day, its weekdays and its mix of traffic let expect is taken off first.",
        "",
    ]


def _noise() -> list[str]:
    gate = Gate()
    return [
        "## And be beyond noise",
        "",
        "Evidence is G (the log-likelihood ratio of a raised rate against the usual one, doubled), over "
        "what the log's "
        f"own quiet time strays beyond chance. It must reach {gate.min_evidence:g}, or 2 ln(series × "
        "buckets searched) "
        f"+ {judge.SURE:g} where that is more: who looks at a thousand places finds something in one of them. From "
        f"+ {judge.LIKELY:g} on a rise is told as *weak*: at most low, and the text says that it may be chance.",
        "",
        "The log is its own placebo. How far hours differ where nothing is wrong (dispersion), how much of it is one "
        "person's sitting (design effect), and how far quiet stretches of the same length lie apart (noise floor of "
        "drift) are measured outside the suspected time, and raise the bar there.",
        "",
    ]


def _severity() -> list[str]:
    rule = SeverityRule()
    rows = [
        (
            "critical",
            f"{percent(rule.critical_share)} of all requests, {5 * rule.medium_requests} or more, while it goes on",
            f"${rule.critical_cost_usd:,.0f}",
        ),
        (
            "high",
            f"{percent(rule.high_share)} of all requests, {rule.medium_requests} or more; or {rule.high_requests:,}",
            f"${rule.high_cost_usd:,.0f}",
        ),
        (
            "medium",
            f"{percent(rule.medium_share)} of all requests, 5 or more; or {rule.medium_requests}",
            f"${rule.medium_cost_usd:,.0f}",
        ),
        ("low", "fewer", "less"),
    ]
    risks = [(f"`{risk}`", meaning, ", ".join(_kinds(risk))) for risk, meaning in RISKS.items()]
    return [
        "## How grave it is",
        "",
        "By the requests hurt while it went on, or by the money above the usual; the graver of the two.",
        "",
        *table(("severity", "requests hurt", "or money"), rows),
        "What a kind puts at risk bounds it:",
        "",
        *table(("at risk", "how grave", "kinds"), risks),
    ]


def _kinds(risk: str) -> list[str]:
    if risk == "users":
        return ["all others"]
    return sorted(f"`{detector.kind}`" for detector in detectors() if detector.head.hurts == risk)


def _folding() -> list[str]:
    return [
        "## Side effects are no findings of their own",
        "",
        f"A finding of which {percent(fold.EXPLAINED)} or more of the rows are another's is a face of "
        "that one: it stands in its "
        f"`also`, the strongest first, at most {fold.MOST_ALSO}. Which of two is the finding goes by the "
        "rules on which "
        "kind comes first (the number beside each detector). `slo_burn` and `late_detection` speak of "
        "the objective and "
        "of people, and stand beside their cause.",
        "",
    ]


def _mutes() -> list[str]:
    return [
        "## What is known can be muted",
        "",
        MUTE,
        "",
        "A muted finding is counted and named on every page and in `findings.json` (`muted`), and is in no list of "
        "findings, no exit code and no comparison of weeks. One in a wider place is more than was "
        "known, and is told; so "
        "is one that is only the side effect of something else, under that one's kind. `readiness` "
        "takes no notice of "
        "mutes: that a trouble is known makes no launch ready.",
    ]
