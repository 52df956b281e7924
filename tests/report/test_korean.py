"""`--lang ko` is Korean throughout: no sentence of ours is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from retroburn.detect import catalogue
from retroburn.findings import Also, Driver
from retroburn.report import tell
from retroburn.report.numbers import Speech, _catalogue
from tests.report import world
from tests.report.conftest import Make

KO = Speech("ko")
WORDS = re.compile(r"\b[A-Za-z][a-z']{2,}(?:[ ,.:;]+[A-Za-z']{2,}){2,}")
"""Three words of English in a row are a sentence; names of fields, commands and formats are fewer."""
COMMAND = re.compile(r"retroburn \w+ .*|-p start=… -p end=…|SELECT|WHERE")
KINDS = sorted(detector.kind for detector in catalogue.detectors())


def english(text: str) -> list[str]:
    return WORDS.findall(COMMAND.sub("", text))


def leaves(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for inner in content.values():
            yield from leaves(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from leaves(inner)
    elif isinstance(content, str):
        yield content


def test_both_languages_have_the_same_words() -> None:
    en, ko = _catalogue("en"), _catalogue("ko")
    own = {"title_where", "summary_measure", "summary_hurt", "summary_hurt_share", "summary_weak", "hurt", "hurt_any"}
    assert ko.keys() - own == en.keys()
    for key, said in en.items():
        if isinstance(said, str) and key not in {"when", "stamp"}:
            assert set(re.findall(r"\{(\w+)\}", said)) == set(re.findall(r"\{(\w+)\}", ko[key])), key
        if isinstance(said, dict) and said:
            assert said.keys() <= ko[key].keys(), key


def test_no_word_of_the_korean_page_is_an_english_sentence() -> None:
    assert [text for text in leaves(_catalogue("ko")) if english(re.sub(r"\{\w+\}", "", text))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_of_every_kind_is_told_in_korean(kind: str) -> None:
    detector = next(one for one in catalogue.detectors() if one.kind == kind)
    found = world.finding(
        1, kind, detector.cause, "high", "An English title", datetime(2026, 10, 15), where={"arm": "x"}
    )
    found.measure.unit, found.measure.name = detector.head.measure.unit, detector.head.measure.name
    found.also = [Also(kind=kind, measure=found.measure)]
    found.drivers = [Driver(factor="retries", share=1.0)]
    texts = [
        tell.title(found, KO), tell.summary(found, KO), tell.measure(found, KO), tell.advice(found, KO),
        tell.also(found.also[0], KO), tell.where(found.where, KO), *tell.lines(found, KO), tell.whom(found, KO),
    ]  # fmt: skip
    assert [text for text in texts if english(text)] == []
    assert all(re.search("[가-힣]", text) for text in texts[:4])
    assert not re.search("[a-z]{2,}", tell.measure(found, KO))


def test_an_arm_is_named_once_and_held_against_the_stable_one() -> None:
    title = "The canary arm fails more than the stable one"
    found = world.finding(
        1, "canary_regression", "inputs", "high", title, datetime(2026, 10, 15), where={"arm": "canary"}
    )
    assert tell.title(found, KO) == "canary 배포군이 stable보다 더 자주 실패: 6.0%(stable 1.0%)"
    assert tell.against(found, Speech()) == "6.0 %, stable arm 1.0 %"


def test_what_stayed_away_is_not_told_as_harm() -> None:
    found = world.finding(1, "traffic_drop", "operations", "high", "Traffic fell", datetime(2026, 10, 15))
    assert tell.summary(found, KO).endswith("들어오지 않은 요청 400건(해당 구간의 6.0%).")


def test_two_fields_to_log_leave_no_english_word_between_them() -> None:
    assert Speech("ko").sentence("log cache_status and cache_key") == "cache_status, cache_key 필드 남기기"


@pytest.mark.parametrize("unit", ["h", "ms", "requests per hour", "requests", "hits", "times", "standard deviations"])
def test_a_unit_is_told_in_korean(unit: str) -> None:
    assert unit == "ms" or re.search("[가-힣]", KO.number(3.0, unit))


class _Texts(HTMLParser):
    """The texts of a page that are ours: not code, not what the log or people said."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._away = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._away += tag in {"code", "pre", "style"}
        self.found += [value or "" for name, value in attrs if name in {"aria-label", "data-label", "title"}]

    def handle_endtag(self, tag: str) -> None:
        self._away -= tag in {"code", "pre", "style"}

    def handle_data(self, data: str) -> None:
        if not self._away:
            self.found.append(data)


@pytest.mark.parametrize("name", ["weekly", "incident"])
def test_the_whole_korean_page_has_no_english_sentence(make: Make, name: str) -> None:
    page = make(name, lang="ko").page.read_text(encoding="utf-8")
    theirs = [event["text"] for event in world.World().events()] + world.document(world.FIRST, world.LAST, []).health
    theirs += [lack.why for lack in world.document(world.FIRST, world.LAST, []).not_assessed]
    left = [text for text in _Texts(page).found if english(text)]
    assert [text for text in left if not any(known[:12] in text for known in theirs)] == []


def test_when_it_was_noticed_is_told_in_korean_and_in_the_words_that_people_noted() -> None:
    late = world.finding(
        1, "late_detection", "operations", "high", "Noticed after 52 h: Slower", datetime(2026, 10, 20)
    )
    late = late.model_copy(update={"summary": (
        "Began 2026-10-20 01:19 UTC; could be seen from 2026-10-20 05:02 UTC; noticed 2026-10-22 05:20 UTC "
        "(notice: slow or wrong, and: late). 123 requests were hurt by then."
    )})  # fmt: skip
    assert tell.summary(late, KO) == (
        "10월 20일(화) 01:19에 시작되어 10월 20일(화) 05:02부터 알 수 있었고, 10월 22일(목) 05:20에 "
        "알아챘습니다(인지: slow or wrong, and: late). 그때까지 피해 요청 123건."
    )


def test_less_than_usual_is_no_extra_cost_on_any_part_of_a_page() -> None:
    cheap = world.finding(1, "empty_answer", "answers", "high", "Empty", datetime(2026, 10, 20), cost=-0.56)
    assert tell.told(cheap, "impact.cost_usd", Speech("en")) == "none ($0.56 less)"
    assert tell.told(cheap, "impact.cost_usd", KO) == "없음($0.56 적음)"
