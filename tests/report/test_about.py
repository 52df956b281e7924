"""That something was noticed late stands with what was: it is one trouble, not two."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retroburn.report import changes, figures
from retroburn.report.bundle import Bundle, Period, in_order
from retroburn.report.numbers import Speech
from retroburn.report.overview import Overview
from retroburn.report.postmortem import Postmortem
from tests.report import world

START = datetime(2026, 10, 14, 9, 20)
WINDOW = (datetime(2026, 10, 11), datetime(2026, 10, 18))
BROKE = world.finding(2, "retry_storm", "dependencies", "high", "Retries pile up", START, end=START + timedelta(days=2))
OTHER = world.finding(1, "empty_answer", "answers", "medium", "Empty answers", START + timedelta(hours=1))
LATE = world.finding(
    3, "late_detection", "operations", "high", "Noticed after 26 h: Retries pile up", START, unit="h", usual=None,
    seen=26.0, end=START + timedelta(hours=26),
).model_copy(update={"about": BROKE.id})  # fmt: skip
LATE.measure.low = 24.5


@pytest.fixture
def bundle() -> Bundle:
    document = world.document(*WINDOW, [LATE, BROKE, OTHER])
    return Bundle(report="weekly", document=document, period=Period(start=WINDOW[0], end=WINDOW[1]))


def test_the_first_screen_tells_what_broke_once_and_when_it_was_noticed(bundle: Bundle) -> None:
    view = Overview(bundle, Speech())
    assert view.headline == "2 things broke"
    assert [finding.id for _, finding in view.top] == [BROKE.id, OTHER.id]
    assert view.gist(BROKE) == "6.0 %, usually 1.0 % · over after 2 d · noticed after 1 d 2 h"
    assert view.gist(OTHER) == "6.0 %, usually 1.0 % · still going on after 3 d 13 h"
    assert [words for _, words in view.severities] == ["1 high", "1 medium"]


def test_its_own_section_comes_after_what_broke_and_points_there(bundle: Bundle) -> None:
    assert [finding.id for finding in bundle.findings] == [BROKE.id, OTHER.id, LATE.id]
    assert Overview(bundle, Speech()).course(LATE) == "Its course and its examples are those of finding 1."


def test_where_what_broke_is_on_another_page_it_stands_for_itself() -> None:
    alone = world.document(*WINDOW, [LATE])
    assert in_order(alone.findings) == [LATE]
    view = Overview(Bundle(report="operations", document=alone), Speech())
    assert [finding.id for _, finding in view.top] == [LATE.id]
    assert view.gist(LATE) == ""
    assert BROKE.id in view.course(LATE)


def test_the_draft_tells_its_moments_with_what_broke_and_keeps_its_action(bundle: Bundle) -> None:
    draft = Postmortem(bundle, Speech())
    assert not [line.text for line in draft.timeline() if "Noticed after" in line.text]
    assert "could be seen" in next(line.text for line in draft.timeline() if line.at == START + timedelta(hours=1.5))
    [(_, _, first), _] = draft.moments()
    assert first.detectable == START + timedelta(hours=1.5)
    assert [action.numbers for action in draft.actions()] == [[1], [2], [3]]


def test_its_bar_its_chart_and_its_week_are_those_of_what_broke(bundle: Bundle) -> None:
    assert bundle.document is not None
    drawn = {drawing.finding for drawing in figures.of_findings(bundle.document, "UTC").drawings}
    assert drawn == {BROKE.id, OTHER.id}
    assert "late_detection" not in figures.timelines(bundle.document, [], "UTC").drawings[0].svg
    found = changes.compare([LATE, BROKE], [LATE], WINDOW).changes
    assert [(change.kind, change.state) for change in found] == [("retry_storm", "new")]
