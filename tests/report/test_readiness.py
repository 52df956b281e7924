"""The launch checklist: pass, fail or no evidence; statements stand in, expire, and overrule nothing."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn import assets, header
from retroburn.ask.facts import Fact
from retroburn.config import Statement
from retroburn.errors import ConfigError
from retroburn.findings import Document
from retroburn.report import checklist, readiness
from retroburn.report.bundle import Checked, Checklist
from retroburn.report.numbers import languages
from tests import caselog
from tests.report.conftest import Make
from tests.report.reading import wrongs

QUESTIONS = assets.queries("checklist")
NAMES = [path.stem.partition("_")[2] for path in QUESTIONS]
NOW = datetime(2026, 10, 1)
ASK = {"input": "What does the plan cost?", "temperature": 0, "locale": "en-US", "tenant": "acme", "model": "m-1"}
GUARD = {"parent_id": "{id}", "kind": "guardrail", "guardrail": {"category": "abuse", "action": "flag"}}
CALL = {"parent_id": "{id}", "kind": "tool", "name": "look up"}
WELL: list[dict[str, Any]] = [
    {"part": 0.2, "set": {**ASK, "output": "The plan costs 12 euro a month."}},
    {
        "where": {"route": "/ask"},
        "part": 0.3,
        "set": {"retrieval": {"hits": 0}, "output": "I could not find anything about it in our documents."},
    },
    {
        "where": {"route": "/draft"},
        "part": 0.3,
        "set": {"cache": {"status": "hit", "key": "k{id}", "age_s": 10, "ttl_s": 3600}},
    },
    {"where": {"kind": "llm"}, "part": 0.3, "add": [GUARD]},
    {
        "where": {"kind": "llm"},
        "part": 0.1,
        "add": [{**CALL, "status": "error", "error_type": "Reset"}, {**CALL, "after_ms": 9, "status": "ok"}],
    },
]
NOTED = [
    {"at": "2026-03-04T10:00:00Z", "kind": "mitigation", "text": "back to p0"},
    {"at": "2026-03-04T09:00:00Z", "kind": "alert", "text": "errors"},
]


def judged(
    folder: Path, changes: list[dict[str, Any]], noted: list[dict[str, str]], **flags: Any
) -> dict[str, Checked]:
    rows = [{**row, "trace_id": row["id"]} for row in caselog.records(days=5, per_day=150)]
    for row in (rows := caselog.changed(rows, changes)):
        row.setdefault("trace_id", row.get("parent_id"))
    path = caselog.write(rows, folder / "log.jsonl")
    context = caselog.write(noted, folder / "context.jsonl")
    with retroburn.open(path, context=context if noted else (), **flags) as logs:
        return {one.name: one for one in readiness(logs).checklist().checklist.questions}


def test_the_ten_questions_are_files_with_words_in_every_language() -> None:
    assert len(QUESTIONS) == 10
    for path in QUESTIONS:
        head = header.read(path).head
        for part in ("title", "asks", "says", "step", "evidence"):
            assert all(head[part].get(lang) for lang in languages())
        for lang in languages():
            assert set(re.findall(r"\{(\w+)\}", head["says"][lang])) <= {"seen", "of"}


def test_a_launch_that_shows_everything_passes_all_ten(tmp_path: Path) -> None:
    found = judged(tmp_path, WELL, NOTED, baseline_until="2026-03-04")
    assert {name: one.verdict for name, one in found.items()} == dict.fromkeys(NAMES, "pass")


def test_a_bare_log_has_no_evidence_and_that_is_not_passed(tmp_path: Path) -> None:
    found = judged(tmp_path, [{"unset": ["cost_usd", "output", "input", "status"]}], [])
    assert {one.verdict for one in found.values()} == {"no evidence"}
    assert Checklist(questions=list(found.values())).not_passed == 10


def test_a_log_without_a_span_is_not_ready_whatever_people_state(tmp_path: Path) -> None:
    (tmp_path / "traces.json").write_text('{"resourceSpans": []}', encoding="utf-8")
    (tmp_path / "settings.toml").write_text(
        "\n".join(
            f'[checklist.{name}]\nby = "lead"\non = 2026-02-01\nuntil = 2026-04-01\nsays = "tried"' for name in NAMES
        )
    )
    with retroburn.open(tmp_path / "traces.json", config=tmp_path / "settings.toml") as logs:
        asked = readiness(logs).checklist().checklist
    assert [(one.name, one.verdict) for one in asked.questions] == [(name, "no evidence") for name in NAMES]
    assert asked.not_passed == 10


def test_what_the_log_shows_to_be_wrong_fails_with_the_finding(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"part": 0.2, "set": {"retrieval": {"hits": 0}}},
        {"from": "d3", "part": 0.4, "set": {"status": "error", "output": None}},
        {"from": "d4", "times": {"cost_usd": 40}},
    ]
    found = judged(tmp_path, wrong, [])
    assert [found[name].verdict for name in ("fallbacks", "abstain", "errors_logged", "cost_ceiling")] == ["fail"] * 4
    assert [name.partition("-")[0] for name in found["fallbacks"].findings] == ["error_burst"]
    assert (found["errors_logged"].seen, found["rollback"].verdict) == (0, "no evidence")


def fact(verdict: str | None) -> Fact:
    row = [1, 2, verdict]
    return Fact("09_rollback", "queries/checklist/09_rollback.sql", {}, ["seen", "of", "verdict"], [row], "")


def stated(until: str, holds: bool = True) -> dict[str, Statement]:
    given = {"by": "head of platform", "on": date(2026, 9, 1), "until": date.fromisoformat(until), "holds": holds}
    return {"rollback": Statement(**given, says="tried on 2026-09-01")}


@pytest.mark.parametrize(
    ("shown", "until", "holds", "verdict"),
    [
        (None, "2026-12-31", True, "pass"),
        (None, "2026-10-01", True, "pass"),
        (None, "2026-09-30", True, "no evidence"),
        (None, "2026-12-31", False, "fail"),
        ("fail", "2026-12-31", True, "fail"),
        ("pass", "2026-12-31", False, "pass"),
    ],
)
def test_a_statement_stands_in_for_the_log_until_it_expires(
    shown: str | None, until: str, holds: bool, verdict: str
) -> None:
    [one] = checklist.judge([fact(shown)], Document(), stated(until, holds), NOW).questions
    assert one.verdict == verdict
    assert one.statement is not None
    assert one.statement.expired == (until < "2026-10-01")


def test_a_statement_on_no_question_is_an_error_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean rollback?"):
        checklist.judge([fact(None)], Document(), {"rolback": stated("2026-12-31")["rollback"]}, NOW)


def test_statements_come_from_the_settings(tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('[checklist.rollback]\nby = "SRE lead"\non = 2026-02-01\nuntil = 2026-04-01\nsays = "tried"\n')
    found = judged(tmp_path, [], [], config=config)
    assert found["rollback"].verdict == "pass"
    assert found["person_to_call"].verdict == "no evidence"


@pytest.mark.parametrize(("lang", "words"), [("en", "Not ready: 8 of 10"), ("ko", "준비되지 않음: 10개 질문 중 8개")])
def test_the_page_says_not_ready_links_findings_and_fails_the_pipeline(make: Make, lang: str, words: str) -> None:
    result = make("readiness", lang=lang, fail_on="critical")
    page = result.page.read_text(encoding="utf-8")
    assert wrongs(page) == []
    assert words in page
    assert result.exit_code == 1
    assert 'href="#f-' in page[: page.index("<article")]
    written = json.loads(result.files["findings.json"].read_text(encoding="utf-8"))["checklist"]
    assert written["not_passed"] == 8
    assert len(written["questions"]) == 10
    assert words in (result.folder / "readiness.md").read_text(encoding="utf-8")
