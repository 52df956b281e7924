"""Titles in another language: what a finding is about must not be lost on the way."""

from __future__ import annotations

from datetime import datetime

import pytest

from retroburn.detect.candidate import Where
from retroburn.detect.levels import spikes
from retroburn.detect.methods import arms, drift
from retroburn.report import tell
from retroburn.report.numbers import Speech
from tests.report import world

KO, EN = Speech("ko"), Speech("en")
START = datetime(2026, 10, 9)


def test_every_word_that_titles_are_made_of_has_its_korean() -> None:
    words = {*drift.FORMS.values(), *drift.LANGUAGES.values(), *spikes.WORDS.values(), *arms.WORDS.values()}
    assert words <= KO._words["things"].keys()


@pytest.mark.parametrize(
    ("title", "where", "said"),
    [
        ("More requests with Japanese", {}, "입력 변화(일본어): 44.0%(평소 8.7%)"),
        ("More requests with longer questions in route /ask", {"route": "/ask"}, "경로 /ask – 입력 변화(더 긴 질문): "),
        ("Questions about something new: tax, form", {}, "새로운 질문 주제(tax, form): "),
        ("Cost rises in tenant acme: more requests", {"tenant": "acme"}, "고객사 acme – 비용 급증(요청 증가): "),
        ("More requests fail", {}, "오류 급증: "),
    ],
)
def test_a_korean_title_says_what_the_english_one_does(title: str, where: Where, said: str) -> None:
    kind = "input_drift" if "with" in title else "new_topic" if "new" in title else "cost_spike"
    kind = "error_burst" if title == "More requests fail" else kind
    found = world.finding(1, kind, "inputs", "high", title, START, where=where, usual=0.087, seen=0.44)
    assert tell.title(found, KO).startswith(said)
    assert tell.title(found, EN) == title
