"""Numbers as a reader sees them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retroburn import charts
from retroburn.report import tell
from retroburn.report.bundle import Bundle, Period
from retroburn.report.numbers import Speech
from retroburn.report.overview import Overview
from tests.report import world

END = datetime(2026, 10, 19)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0, "share", "0 %"), (6e-7, "share", "≈0 %"), (-6e-7, "share", "≈0 %"), (4e-5, "share", "0.004 %"),
        (0.5, "share", "50.0 %"), (0.0, "usd", "$0.00"), (1e-9, "usd", "≈$0"), (0.0000123, "usd", "$0.000012"),
        (-0.0092, "usd", "−$0.0092"), (0.22, "usd", "$0.22"), (None, "usd", "not known"),
    ],
)  # fmt: skip
def test_small_numbers_keep_what_says_something_and_no_exponent(value: float | None, unit: str, said: str) -> None:
    assert Speech().number(value, unit) == said


def test_an_axis_of_cents_is_not_told_in_thousandths() -> None:
    assert (charts._format("usd", 0.03), charts._format("usd", 5000.0)) == ("$,.6~f", "$~s")


def test_one_is_not_told_as_many() -> None:
    found = world.finding(1, "empty_answer", "answers", "high", "t", END - timedelta(hours=5))
    found.impact = found.impact.model_copy(update={"requests": 12, "users": 1, "tenants": 1})
    assert tell.whom(found, Speech()) == "12 requests · 1 user · 1 tenant"


@pytest.mark.parametrize(("days", "warns"), [(3, True), (28, False)])
def test_a_long_log_judged_whole_is_no_little_history(days: int, warns: bool) -> None:
    document = world.document(END - timedelta(days=days), END, [])
    view = Overview(Bundle(report="answers", document=document, period=Period(history_days=0.0)), Speech())
    assert view.history_is_short is warns
    assert view.history.startswith("Too little history") is warns
