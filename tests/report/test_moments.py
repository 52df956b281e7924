"""When a finding could have been seen, was at its worst and was over."""

from __future__ import annotations

from datetime import datetime, timedelta

from retroburn.findings import Finding, Point
from retroburn.report import moments
from retroburn.report.postmortem import proof
from tests.report.world import finding

ONSET = datetime(2026, 10, 15, 9, 20)
HOUR = timedelta(hours=1)


def _with(bads: list[float | None], *, usual: float | None = 0.01) -> Finding:
    found = finding(1, "empty_answer", "answers", "high", "t", ONSET, usual=usual)
    first = ONSET.replace(minute=0)
    found.series = [
        Point(at=first + i * HOUR, n=20, bad=bad, value=None if bad is None else bad / 20) for i, bad in enumerate(bads)
    ]
    return found


def test_it_could_be_seen_once_ten_cases_were_in():
    assert moments.detectable(_with([4, 5, 3, 9])) == datetime(2026, 10, 15, 12)


def test_the_first_case_is_enough_where_none_is_usual():
    assert moments.detectable(_with([1, 0, 0], usual=None)) == datetime(2026, 10, 15, 10)


def test_what_was_never_counted_or_never_so_many_is_not_known():
    assert moments.detectable(_with([None, None])) is None
    assert moments.detectable(_with([1, 1, 1])) is None


def test_the_worst_bucket_lies_inside_the_finding():
    found = _with([1, 5, 2, 19])
    found.end = ONSET + 2 * HOUR
    assert moments.peak(found) == datetime(2026, 10, 15, 10)


def test_the_query_of_an_action_asks_for_one_kind_and_fits_a_shell():
    assert '"' not in proof("race")
    assert "'\\brace\\b'" in proof("race")
