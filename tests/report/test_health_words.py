"""The log's health and what could not be told, in the language of the page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import retroburn
from retroburn.detect import catalogue
from retroburn.findings import Document, Fact, NotAssessed
from retroburn.report import tell
from retroburn.report.numbers import Speech

KO, EN = Speech("ko"), Speech("en")
DETECT = Path(retroburn.__file__).parent / "detect"


def test_a_fact_is_told_in_the_language_of_the_page() -> None:
    facts = [
        Fact(fact="rejected", values={"n": 2, "records": 10, "reason": "no start", "file": "a.jsonl", "line": 3}),
        Fact(fact="backwards", role="baseline", values={"n": 1, "file": "b.jsonl", "line": 2}),
        Fact(fact="lacking", values={"fields": "cache_key", "kinds": "race, stale_cache", "n": 2}),
        Fact(fact="cut_short", values={"told": "c.gz: it cannot be read to its end (ended early)"}),
        Fact(fact="relative", values={"n": 4}),
    ]
    assert tell.health(Document(health_facts=facts), KO)[:4] == [
        "기록 10개 중 2개를 받지 못했습니다: start 없음 (처음 나온 곳: a.jsonl 3행)",
        "기준: span 1개가 시작보다 먼저 끝납니다(처음 나온 곳: b.jsonl 2행). 시계가 되돌려졌거나 필드가 바뀌었습니다.",
        "cache_key 필드만 더 남기면 다음 종류를 찾을 수 있습니다: 동시 실행 경합, 오래된 캐시 응답",
        "끝까지 읽지 못한 파일: c.gz: 끝까지 읽을 수 없습니다(ended early)",
    ]
    assert tell.health(Document(health_facts=facts), EN)[0] == (
        "Rejected 2 of 10 records: no start (first in a.jsonl, line 3)."
    )


def test_a_time_in_a_fact_survives_the_way_through_json() -> None:
    fact = Fact(fact="stopped", values={"since": "2026-10-05T09:00:00", "kind": "llm", "fields": "output", "n": 80,
                                        "share": 0.99})  # fmt: skip
    assert tell.health(Document(health_facts=[fact]), EN) == [
        "Since 2026-10-05 09:00 UTC no llm span has output (80 spans); before, 99% had."
    ]


def test_why_and_remedy_are_told_in_the_language_of_the_page() -> None:
    lack = NotAssessed(
        kind="cost_spike",
        missing=["cost_usd", "input_tokens"],
        why="the log does not record cost_usd or input_tokens; too little to judge in the window (cache hits: 3)",
        remedy="log cost_usd or input_tokens",
    )
    assert tell.why(lack, KO) == (
        "로그에 cost_usd 또는 input_tokens 필드가 없습니다; 이 기간에 판단할 수 있는 것이 3건뿐입니다: 캐시 적중"
    )
    assert tell.remedy(lack, KO) == "cost_usd 또는 input_tokens 필드 남기기"
    assert tell.why(lack, EN) == lack.why


def _reasons() -> Iterator[str]:
    """What the code says of kinds that could not be told: texts beside `unsure.append` and `why=`."""
    for path in sorted(DETECT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("unsure.append"):
                yield from _texts(node.args[0])
            if isinstance(node, ast.keyword) and node.arg == "why":
                yield from _texts(node.value)


def _texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in inner.values)
            return
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and " " in inner.value:
            yield inner.value


@pytest.mark.parametrize("reason", sorted(set(_reasons()) - {"; "}))
def test_every_reason_the_code_gives_has_its_korean(reason: str) -> None:
    said = KO.sentence(reason)
    assert re.search("[가-힣]", said), f"ko.yml, sentences: {reason}"
    assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", said), f"ko.yml, sentences: {reason} is told only in part"


def test_every_sort_of_thing_that_is_judged_has_its_korean() -> None:
    units = {detector.head.unit for detector in catalogue.detectors()}
    assert units <= KO._words["judged"].keys()
