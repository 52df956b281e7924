"""`check --markdown`: seven lines for mail and chat, and nothing of the log that acts in them."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from rich.console import Console

from retroburn.cli import brief, check
from retroburn.findings import Also, Document, Finding, Muted
from tests.report import world

START = world.LAST - timedelta(days=7)


def _document(findings: list[Finding], **more: object) -> Document:
    return world.document(START, world.LAST, findings).model_copy(update=more)


def test_it_says_what_broke_since_when_whom_it_hit_and_what_it_cost():
    text = brief.markdown(_document(world._week(START)), "UTC")
    assert "6 things broke, 2026-" in text
    assert "; 41,310 records read**" in text.splitlines()[0]
    assert "**CRITICAL** Cost doubled on m-large · since 2026-10-13 23:12 · still going on" in text
    assert "1,834.27 USD extra" in text
    assert "3 kinds could not be told" in text


def test_a_thing_noticed_late_is_one_thing_and_its_line_says_when():
    broke, *_ = world._week(START)
    late = world.finding(9, "late_detection", "operations", "critical", "Noticed after 3 h", broke.start, unit="h",
                         usual=None, seen=3, end=broke.start + timedelta(hours=3))  # fmt: skip
    text = brief.markdown(_document([late.model_copy(update={"about": broke.id}), broke]), "UTC")
    assert "one thing broke" in text
    assert len(text.splitlines()) == 3
    assert re.search(r"2026-10-17 08:12 – 2026-10-17 11:12 · 400 requests · 120 users · noticed after 3 h\n", text)


def test_the_table_names_the_side_effects_of_a_finding_under_it():
    broke, other, *_ = world._week(START)
    faces = [Also(kind="wrong_language", measure=broke.measure), Also(kind="cost_spike", measure=broke.measure)]
    out = Console(width=120, file=io.StringIO(), record=True)
    findings = [broke.model_copy(update={"also": faces}), other.model_copy(update={"also": []})]
    check._findings(out, _document(findings), "UTC")
    told = out.export_text()
    assert "with it: wrong_language, cost_spike" in told
    assert told.count("with it:") == 1


def test_all_of_it_is_korean_when_asked():
    text = brief.markdown(_document(world._week(START)), "Asia/Seoul", "ko")
    assert text.startswith("**retroburn: 고장 6건, ")
    assert "; 읽은 기록 41,310개**" in text
    assert "2026-10-14 08:12부터 · 아직 진행 중" in text
    assert not re.findall(r"\b(since|requests|users|extra|things|kinds|noticed)\b", text)


def test_it_has_at_most_seven_lines_and_counts_the_rest():
    many = [
        world.finding(i, "error_burst", "dependencies", "high", f"Errors on route {i}", START) for i in range(1, 41)
    ]
    lines = brief.markdown(_document(many), "UTC").splitlines()
    assert len(lines) == 7
    assert "(and 35 more)" in lines[5]


@pytest.mark.parametrize("text", world.HOSTILE)
def test_nothing_of_a_hostile_log_acts_or_leaks(text: str):
    found = world.finding(1, "refusal", "answers", "high", text, START)
    written = brief.markdown(_document([found]), "UTC")
    assert len(written.splitlines()) == 3
    assert [secret for secret in world.SECRETS if secret in written] == []
    bare = re.sub(r"\\.", "", written)
    assert not any(bad in bare for bad in ("<script", "://", "](", "{{ ", "\x1b", "\u202e", "<svg", "<img"))


def test_a_quiet_log_is_one_line_and_says_what_could_not_be_told():
    text = brief.markdown(_document([]), "UTC")
    assert text.startswith("**retroburn: nothing broke, 2026-")
    assert len(text.splitlines()) == 2


def test_a_run_in_part_says_so():
    assert "ran in part only" in brief.markdown(_document([], status="partial"), "Asia/Seoul")


def test_what_is_muted_is_counted_in_the_text_and_named_beside_the_table_with_who_and_why(
    capsys: pytest.CaptureFixture[str],
):
    known, *others = world._week(START)
    muted = Muted(finding=known, until=date(2026, 12, 31), by="J. Kim", why="known: 4711, ask kim@example.com")
    document = _document(others, muted=[muted])
    assert "; known and muted: 1\n" in brief.markdown(document, "UTC")
    assert "제외한 발견 1건\n" in brief.markdown(document, "UTC", "ko")
    check._print(document.model_copy(update={"health": [], "health_facts": []}), ["log.jsonl"], "UTC")
    printed = capsys.readouterr()
    assert known.title not in printed.out
    assert f"muted: {known.title} ({known.severity}; until 2026-12-31, J. Kim: known: 4711, ask " in printed.err
    assert "kim@example.com" not in printed.err
