"""What counts as new, back, worse, better, the same or gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from retroburn.ask.by_week import Value
from retroburn.findings import Also, Finding, Measure
from retroburn.report import changes
from retroburn.report.bundle import Bundle, Change
from retroburn.report.history import Week
from retroburn.report.numbers import Speech
from retroburn.report.overview import Overview
from tests.report.world import finding

FIRST = datetime(2026, 9, 14)
WINDOW = (datetime(2026, 10, 5), datetime(2026, 10, 12))


@pytest.mark.parametrize(
    ("before", "now", "state"), [(0.06, 0.12, "worse"), (0.12, 0.06, "better"), (0.06, 0.061, "same")]
)
def test_a_rise_is_worse_only_beyond_its_interval(before: float, now: float, state: str):
    then, today = (finding(1, "refusal", "answers", "high", "t", FIRST, seen=seen) for seen in (before, now))
    assert changes.state(today, then) == state


def test_less_traffic_than_last_week_is_worse_where_less_is_bad():
    then, today = (finding(1, "traffic_drop", "operations", "high", "t", FIRST, usual=900, seen=s) for s in (500, 200))
    assert changes.state(today, then) == "worse"


def _weeks(*values: float | None) -> list[Value | None]:
    return [None if v is None else Value(v, v * 0.98, v * 1.02) for v in values]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ((0.010, 0.014, 0.008, 0.012, 0.016), "same"),  # within what its weeks differ by, though beyond the sample
        ((0.010, 0.011, 0.010, 0.011, 0.016), "worse"),
        ((0.010, 0.011, 0.010, 0.050, 0.011), "better"),  # a week of trouble among them does not count as noise
        ((0.010, None, None, 0.010, 0.012), "worse"),  # too few weeks: the samples alone
        ((0.150, 0.001, 0.002, 0.160, 0.150), "same"),  # sure, and so little that nobody would act on it
    ],
)
def test_a_change_is_one_only_beyond_the_noise_of_its_own_weeks(values: tuple[float | None, ...], state: str):
    then, today = (finding(1, "refusal", "answers", "high", "t", FIRST) for _ in range(2))
    assert changes.state(today, then, _weeks(*values)) == state


def test_a_graver_severity_is_no_change_where_the_weeks_say_that_there_is_none():
    then = finding(1, "refusal", "answers", "medium", "t", FIRST)
    today = finding(1, "refusal", "answers", "high", "t", FIRST)
    assert changes.state(today, then, _weeks(0.010, 0.014, 0.008, 0.012, 0.013)) == "same"


def _empty(where: Mapping[str, Any] | None = None, kind: str = "empty_answer", **given: Any) -> Finding:
    return finding(1, kind, "answers", "high", "Empty answers", WINDOW[1], where=dict(where or {}), **given)


KO = _empty({"locale": "ko-KR"})
SEOUL = _empty({"region": "ap-northeast-2"})


def _one(change: list[Change]) -> Change:
    (only,) = change
    return only


@pytest.mark.parametrize(
    ("values", "state", "last_seen"),
    [
        ((0.001, 0.0005, 0.05, 0.15, 0.07, 0.0015, 0.12), "back", datetime(2026, 9, 28)),
        ((0.001, 0.0005, 0.002, 0.001, 0.0015, 0.12), "new", None),
        ((0.010, 0.014, 0.008, 0.012, 0.010, 0.06), "new", None),  # its weeks differ, and none was like this one
        ((None, 0.12), "new", None),
    ],
)
def test_a_trouble_that_returns_after_a_quiet_week_is_back(
    values: tuple[float | None, ...], state: str, last_seen: datetime | None
) -> None:
    change = _one(changes.compare([KO], [], WINDOW, {KO.key: _weeks(*values)}).changes)
    assert (change.state, change.last_seen) == (state, last_seen)


def test_what_a_store_told_of_earlier_weeks_makes_a_finding_back_where_nothing_is_measured_by_week() -> None:
    told = [Week(start=start, end=start + timedelta(days=7), requests=9, findings=[KO]) for start in (FIRST, WINDOW[0])]
    change = _one(changes.compare([KO], [], WINDOW, earlier=told).changes)
    assert (change.state, change.last_seen) == ("back", FIRST)


def test_what_came_with_a_trouble_and_was_there_before_does_not_make_that_one_old() -> None:
    drift = Also(kind="input_drift", measure=Measure(name="", unit="share", observed=0.3))
    empty = Also(kind=KO.kind, measure=Measure(name="", unit="share", observed=0.02, low=0.01, high=0.03))
    now, before = KO.model_copy(update={"also": [drift]}), KO.model_copy(update={"key": "d", "kind": "input_drift"})
    both = before.model_copy(update={"also": [empty]})

    def told(then: list[Finding], earlier: list[Finding]) -> list[tuple[str, float | None]]:
        week = Week(start=FIRST, end=FIRST + timedelta(days=7), requests=9, findings=earlier)
        return [(one.state, one.before) for one in changes.compare([now], then, WINDOW, earlier=[week]).changes]

    assert told([], [before]) == told([before], []) == [("new", None)]
    assert told([], [both]) == [("back", None)]
    assert told([both], []) == [("worse", 0.02)]


def test_what_became_usual_is_found_no_more_and_is_not_gone() -> None:
    values = {KO.key: _weeks(0.001, 0.0005, 0.05, 0.15, 0.07)}
    change = _one(changes.compare([], [KO], WINDOW, values).changes)
    assert (change.state, change.id, change.running) == ("better", None, datetime(2026, 9, 28))
    told = Overview(Bundle(report="weekly"), Speech()).change_told(change)
    assert told.endswith(
        "There since the week of 28 Sep. No finding any more: it no longer stands out from the weeks before."
    )
    assert "재발" not in Overview(Bundle(report="weekly"), Speech("ko")).change_told(change)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((0.001, 0.0005, 0.002, 0.15, 0.16, 0.15), "same"),
        ((0.001, 0.0005, 0.002, 0.15, 0.16, 0.001), None),
        ((0.001, 0.0005, 0.002, 0.15, 0.001, 0.001), None),
    ],
)
def test_what_an_older_week_told_and_still_goes_on_without_a_finding_is_on_the_first_screen(
    values: tuple[float, ...], told: str | None
) -> None:
    old = [Week(start=FIRST, end=FIRST + timedelta(days=7), requests=9, findings=[KO])]
    found = changes.compare([], [], WINDOW, {KO.key: _weeks(*values)}, earlier=old)
    assert [change.state for change in found.changes] == ([told] if told else [])
    lingering = Overview(Bundle(report="weekly", comparison=found), Speech()).lingering
    assert lingering.startswith("Empty answers (15.0 %). Found in an earlier week") == bool(told)


@pytest.mark.parametrize("values", [(0.001, 0.0005, 0.05, 0.15, 0.0012), (0.15, 0.001), (0.010, 0.014, 0.05, 0.013)])
def test_what_is_back_at_its_usual_is_gone(values: tuple[float, ...]) -> None:
    assert _one(changes.compare([], [KO], WINDOW, {KO.key: _weeks(*values)}).changes).state == "gone"


def test_a_trouble_is_followed_into_another_slice_that_holds_the_same_requests() -> None:
    both = changes.compare([SEOUL], [KO], WINDOW, inside=lambda *_: 0.97).changes
    assert (_one(both).state, _one(both).place_before) == ("same", {"locale": "ko-KR"})
    apart = changes.compare([SEOUL], [KO], WINDOW, inside=lambda *_: 0.2).changes
    assert [change.state for change in apart] == ["new", "gone"]


def test_a_kind_that_is_a_face_of_this_weeks_finding_is_not_gone() -> None:
    storm = _empty({"locale": "ko-KR"}, "retry_storm").model_copy(
        update={"also": [Also(kind="empty_answer", measure=Measure(name="share", unit="share"))]}
    )
    assert _one(changes.compare([storm], [KO], WINDOW).changes).state == "new"  # the storm is; the other is not gone


def test_trouble_everywhere_that_is_now_in_one_slice_alone_is_gone_beside_it() -> None:
    everywhere = _empty()
    found = changes.compare([KO], [KO, everywhere], WINDOW).changes
    assert [change.state for change in found] == ["same", "gone"]
    told = Overview(Bundle(report="weekly"), Speech()).change_told(found[1])
    assert told == "6.0 % the week before."


def test_weeks_of_trouble_are_no_part_of_how_weeks_differ_even_where_they_are_most() -> None:
    own = changes.noise(_weeks(0.0011, 0.0005, 0.0471, 0.1474, 0.069, 0.0015, 0.1167))
    assert own is not None
    assert own < 0.01


def test_the_noise_of_weeks_is_never_told_smaller_than_a_weeks_sample_lets_it_be_known() -> None:
    few = [Value(0.002, 0.0, 0.01)] * 4
    own = changes.noise(few)
    assert own is not None
    assert own > 0.005
