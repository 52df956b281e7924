"""One rule for all kinds: what matters, and how grave it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retroburn.config import Gate, SeverityRule
from retroburn.detect.judge import bar, evidence_needed, matters, severity
from retroburn.findings import SEVERITIES, Impact

GATE, RULE = Gate(), SeverityRule()


@pytest.mark.parametrize(
    ("rate", "rate0", "bad", "passes"),
    [
        (0.06, 0.004, 60, True),
        (0.06, 0.05, 6000, False),  # a fifth more of a common thing
        (0.012, 0.009, 300, False),  # a third of one in a hundred
        (0.006, 0.0005, 60, True),  # rare, and twelve times as often
        (0.004, 0.0015, 40, False),  # rare, and not three times as often
        (0.5, 0.0, 4, False),  # an anecdote
        (0.5, 0.0, 5, True),
    ],
)
def test_a_rise_must_matter_as_a_difference_and_as_a_ratio(rate: float, rate0: float, bad: int, passes: bool) -> None:
    assert matters(GATE, rate, rate0, bad) is passes


def test_more_series_and_buckets_searched_ask_for_more_evidence() -> None:
    assert evidence_needed(GATE, 1, 24) >= GATE.min_evidence
    assert evidence_needed(GATE, 300, 672) > evidence_needed(GATE, 30, 672) > evidence_needed(GATE, 1, 24)


def test_to_be_told_as_weak_what_hits_all_need_not_pay_for_every_slice_that_was_looked_at() -> None:
    whole, part = bar(GATE, 60, 336, whole=True), bar(GATE, 60, 336, whole=False)
    assert whole.least < part.least < evidence_needed(GATE, 60, 336) == part.sure == whole.sure
    strict = bar(Gate(min_evidence=50), 60, 336, whole=True)
    assert strict.least == strict.sure == 50


@pytest.mark.parametrize(
    ("impact", "hurts", "traffic", "ongoing", "level"),
    [
        (Impact(requests=400), "users", 1000, True, "critical"),
        (Impact(requests=900, cost_usd=0.22), "money", 1000, True, "high"),
        (Impact(requests=900, cost_usd=6000), "money", 1000, True, "critical"),
        (Impact(requests=400), "users", 1000, False, "high"),
        (Impact(requests=120), "users", 1000, True, "high"),
        (Impact(requests=15), "users", 1000, True, "medium"),
        (Impact(requests=6), "users", 10_000, True, "low"),
        (Impact(requests=3), "data", 100_000, False, "high"),
        (Impact(requests=3), "data", 100_000, True, "critical"),
        (Impact(requests=400), "patience", 1000, True, "high"),
        (Impact(requests=400), "none", 1000, True, "medium"),
        (Impact(requests=40), "none", 1000, True, "low"),
        (Impact(requests=6, cost_usd=900.0), "money", 10_000, True, "high"),
    ],
)
def test_severity_follows_users_money_data_and_whether_it_goes_on(
    impact: Impact, hurts: str, traffic: int, ongoing: bool, level: str
) -> None:
    assert severity(RULE, impact, hurts, traffic, ongoing) == level


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(5000, 50_000), st.floats(0, 10_000))
def test_more_harm_is_never_less_grave(hurt: int, more: int, traffic: int, cost: float) -> None:
    less = severity(RULE, Impact(requests=hurt, cost_usd=cost), "users", traffic, True)
    worse = severity(RULE, Impact(requests=min(hurt + more, traffic), cost_usd=cost * 2), "users", traffic, True)
    assert SEVERITIES.index(worse) <= SEVERITIES.index(less)
