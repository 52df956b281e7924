"""Numbers as a reader sees them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retroburn import charts
from retroburn.detect.catalogue import detectors
from retroburn.findings import NotAssessed
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
        (-0.0092, "usd", "−$0.0092"), (0.22, "usd", "$0.22"), (0.0376, "usd", "$0.0376"), (None, "usd", "not known"),
        (96.96, "times", "97.0 times"), (0.823, "times", "0.823 times"), (449.2, "requests", "449 requests"),
    ],
)  # fmt: skip
def test_small_numbers_keep_what_says_something_and_no_exponent(value: float | None, unit: str, said: str) -> None:
    assert Speech().number(value, unit) == said


def test_an_axis_of_cents_is_not_told_in_thousandths() -> None:
    assert (charts._format("usd", 0.03), charts._format("usd", 5000.0)) == ("$,.6~f", "$~s")


def test_shares_lie_points_apart_for_a_part_of_a_share_is_another_number() -> None:
    assert [Speech(lang).distance(0.025, "share") for lang in ("en", "ko")] == ["2.5 points", "2.5%p"]
    assert Speech().distance(48, "ms") == "48 ms"


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


def test_a_length_is_what_a_reader_reckons_from_the_two_times_shown() -> None:
    start, end = datetime(2026, 10, 20, 1, 12, 5), datetime(2026, 10, 20, 1, 19, 50)
    assert Speech().between(start, end) == "7 min"


def test_times_in_a_sentence_of_a_detector_are_told_in_the_zone_of_the_page() -> None:
    said = Speech("en", "Asia/Seoul").times("since 2026-10-20 01:19 UTC until 2026-10-22 06:28 UTC, day 2026-10-20.")
    assert said == "since Tue 20 Oct, 10:19 until Thu 22 Oct, 15:28, day 2026-10-20."


@pytest.mark.parametrize(
    ("report", "untold", "says"),
    [
        ("weekly", 0, "Nothing broke: no finding (41,310 records read)."),
        ("weekly", 38, "No finding, but 38 of 39 checks could not be told (41,310 records read)."),
        ("state", 7, "No finding, but 7 of 8 checks could not be told (41,310 records read)."),
    ],
)
def test_nothing_found_is_no_good_news_where_most_checks_could_not_be_told(report: str, untold: int, says: str):
    document = world.document(END - timedelta(days=28), END, [])
    kinds = sorted(detector.kind for detector in detectors() if report == "weekly" or detector.cause == report)
    document.not_assessed = [NotAssessed(kind=kind, missing=["x"], why="w") for kind in kinds[:untold]]
    assert Overview(Bundle(report=report, document=document), Speech()).headline == says
