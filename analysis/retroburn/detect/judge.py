"""One way to judge, for every kind: what passes as a finding, and how grave it is. Set in `--config`, documented here.

The gate asks two things, never one of them alone: an effect that matters (a rise of the rate, as a difference and as a
ratio) and evidence beyond noise (G over its dispersion, raised with the number of slices and buckets searched). What
time of day, day of week and mix of traffic let expect is taken off first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from retroburn.config import Gate, SeverityRule
from retroburn.findings import SEVERITIES, Impact, Severity

SURE = 12.0
"""G beyond the cost of the search from which a finding is no chance: one quiet log in four hundred has such a one."""

LIKELY = 7.0
"""The same from which it is told as weak, at most low: one quiet log in thirty by theory, one in 57 quiet weeks of four
generators' apps by measure. From 5 on there were three more."""


@dataclass(frozen=True)
class Bar:
    """G that an interval needs: `least` to be told at all, `sure` to be more than weak evidence."""

    least: float
    sure: float

    def times(self, factor: float) -> Bar:
        """The bar for cases that say less than their number."""
        return Bar(factor * self.least, factor * self.sure)


def evidence_needed(gate: Gate, rows: int, buckets: int, beyond: float = SURE) -> float:
    """G from which an interval is beyond noise when `rows` series of `buckets` were searched for it.

    The maximum of m independent G grows as 2 ln m; neighbours share most of their cases, so each series counts as its
    buckets, not as all its intervals.
    """
    return max(gate.min_evidence, 2 * math.log(max(rows * buckets, 1)) + beyond)


def bar(gate: Gate, rows: int, buckets: int, *, whole: bool) -> Bar:
    """What one of `rows` series needs, of which the first is of all cases.

    To be told as weak, all cases have half of the chance for themselves and the slices share the rest (a weighted
    Bonferroni): what hits everybody is the commoner trouble, and need not pay for every slice that was looked at. To be
    told as sure, every series pays for all: what comes in clumps of its own stands out in the whole first.
    """
    sure = evidence_needed(gate, rows, buckets)
    return Bar(min(evidence_needed(gate, 2 if whole else 2 * rows, buckets, LIKELY), sure), sure)


def matters(gate: Gate, rate: float, rate0: float, bad: int, min_bad: int | None = None) -> bool:
    """Whether a rise from `rate0` to `rate` over `bad` cases is one that people would act on."""
    if bad < (gate.min_bad if min_bad is None else min_bad):
        return False
    difference, ratio = rate - rate0, rate / rate0 if rate0 > 0 else math.inf
    if rate0 < 0.003 and difference >= gate.min_difference_rare and ratio >= gate.min_ratio_rare:
        return True
    return difference >= gate.min_difference and ratio >= gate.min_ratio


def fell(gate: Gate, rate: float, rate0: float, bad: int, least: float, min_bad: int | None = None) -> bool:
    """Whether a fall of the good, from `1 - rate0` to `1 - rate`, is one that people would act on.

    It must be `least` as a share, and beside that a fifth of the good, or the usual ratio of the bad: where nine in
    ten become seven, few of the hits are lost, and there are three times the misses.
    """
    if bad < (gate.min_bad if min_bad is None else min_bad) or rate - rate0 < least:
        return False
    return 1 - rate <= 0.8 * (1 - rate0) or rate >= gate.min_ratio * rate0


def severity(rule: SeverityRule, impact: Impact, hurts: str, traffic: int, ongoing: bool) -> Severity:
    """How grave a finding is: by the share and number of requests hurt, money, and whether it goes on.

    `traffic`: all requests of the log between its start and end. `hurts`: what the kind puts at risk - shown data is
    grave however rare, who only waits longer is never critical, money is critical by its amount alone (a dear request
    is served all the same), and what hurts nobody yet is at most medium.
    """
    hurt, cost = impact.requests or 0, impact.cost_usd or 0.0
    share = hurt / traffic if traffic else 0.0
    level = 3
    if (share >= rule.medium_share and hurt >= 5) or hurt >= rule.medium_requests or cost >= rule.medium_cost_usd:
        level = 2
    if (
        (share >= rule.high_share and hurt >= rule.medium_requests)
        or hurt >= rule.high_requests
        or cost >= rule.high_cost_usd
    ):
        level = 1
    if (
        share >= rule.critical_share and hurt >= 5 * rule.medium_requests and ongoing
    ) or cost >= rule.critical_cost_usd:
        level = 0
    if hurts == "data" and hurt > 0:
        level = min(level, 0 if hurt >= 10 or ongoing else 1)
    if hurts == "patience" or (hurts == "money" and cost < rule.critical_cost_usd):
        level = max(level, 1)
    if hurts == "none":
        level = max(level, 2 if level <= 1 else 3)
    return SEVERITIES[level]
