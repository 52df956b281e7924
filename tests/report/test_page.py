"""The page: safe to mail, true to findings.json, readable at any size and in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from retroburn.report.page import unbroken
from retroburn.report.publish import ReportResult
from tests.report.conftest import Make
from tests.report.reading import Page, wrongs
from tests.report.world import SECRETS

REPORTS = ["weekly", "incident"]
FILES = {".html", ".md", ".ipynb"}


def text(result: ReportResult, suffix: str) -> str:
    return result.files[f"{result.name}{suffix}"].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_writes_its_files_and_nothing_else(make: Make, name: str):
    result = make(name)
    found = {path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*") if path.is_file()}
    csvs = {path for path in found if path.startswith("evidence/")}
    assert found - csvs == {f"{name}.html", f"{name}.md", f"{name}.ipynb", "findings.json", "run.json"}
    tables = {"evidence/week_numbers.csv"} if name == "weekly" else set()
    assert csvs == {f"evidence/{f.id}.csv" for f in result.document.findings} | tables if result.document else False
    assert (result.status, result.exit_code) == ("complete", 0)


def test_every_time_in_findings_json_says_that_it_is_utc(make: Make):
    written = make("weekly").files["findings.json"].read_text()
    times = re.findall(r'"\d{4}-\d\d-\d\dT[^"]*"', written)
    assert times
    assert all(time.endswith('Z"') for time in times)


@pytest.mark.parametrize(("name", "lang"), [("weekly", "en"), ("weekly", "ko"), ("incident", "en")])
def test_a_page_of_hostile_logs_holds_nothing_active(make: Make, name: str, lang: str):
    page = text(make(name, lang=lang), ".html")
    assert wrongs(page) == []
    read = Page(page)
    assert set(read.targets) <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert "unsafe-inline" not in page


@pytest.mark.parametrize("suffix", sorted(FILES))
@pytest.mark.parametrize("name", REPORTS)
def test_no_secret_of_the_log_is_in_any_file(make: Make, name: str, suffix: str):
    written = text(make(name), suffix) + json.dumps(json.loads(make(name).files["findings.json"].read_text()))
    assert [secret for secret in SECRETS if secret in written] == []
    assert "«phone-" in text(make(name), ".html")


@pytest.mark.parametrize("name", REPORTS)
def test_no_path_of_the_machine_is_in_any_file(make: Make, name: str, root: Path):
    result = make(name)
    for path in result.files.values():
        content = path.read_text(encoding="utf-8")
        assert str(root) not in content
        assert str(result.folder) not in content
        assert str(Path.home()) not in content


def test_hostile_text_reaches_the_reader_as_text(make: Make):
    words = "".join(Page(text(make("weekly"), ".html")).text)
    assert "<script>alert(1)</script>" in words
    assert "{{ 7*7 }}" in words
    assert "\u202e" not in words


def test_the_first_screen_says_what_since_when_whom_cost_and_what_could_not_be_told(make: Make):
    page = text(make("weekly"), ".html")
    first = page[page.index("<main>") : page.index('id="timeline"')]
    for words in ("What broke", "Since", "Whom it hit", "What it cost", "Could not be told", "Log health"):
        assert words in first
    assert len(re.findall(r"<tr>\s*<td><span class=\"sev", first)) <= 7
    assert "41,310 records" in first


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_the_same_numbers_stand_in_page_and_markdown(make: Make, suffix: str):
    result = make("weekly")
    written = text(result, suffix).replace("\\", "")
    assert result.document is not None
    for words in ("22.0 %", "$96.50", "4,870 ms", "Sat 17 Oct, 09:00", "71.0 %"):
        assert words in written


def test_the_whole_page_is_korean_when_asked(make: Make):
    words = "".join(Page(text(make("weekly", lang="ko"), ".html")).text)
    assert "언어권 ko, 프롬프트 버전 p-13 – 빈 답변: 22.0%(평소 1.0%)" in words
    assert "10월 17일(토) 09:00" in words
    for english in ("What broke", "Requests hurt", "What to do", "not known", "still going on"):
        assert english not in words


def test_times_are_shown_in_the_zone_of_the_logs(make: Make):
    page = text(make("weekly"), ".html")
    assert 'data-zone="Asia/Seoul"' in page
    assert re.search(r'datetime="2026-10-17T00:00:00Z">Sat 17 Oct, 09:00<', page)


def test_a_quiet_week_is_one_line(make: Make):
    result = make("weekly", "quiet")
    page = text(result, ".html")
    assert "Nothing broke: no finding (41,310 records read)" in page
    assert "<article" not in page
    assert json.loads(result.files["findings.json"].read_text())["findings"] == []


def test_forty_findings_stay_under_two_megabytes(make: Make):
    page = make("weekly", "many").page
    assert page.stat().st_size < 2_000_000
    assert page.read_text(encoding="utf-8").count("<article") == 40


def test_too_little_history_is_said_on_the_first_screen(make: Make):
    page = text(make("weekly", "young"), ".html")
    assert "Too little history" in page[: page.index('id="timeline"')]
    assert "Too little history" in text(make("weekly", "young"), ".md")


def test_weekly_tells_new_worse_same_and_gone_from_the_week_before(make: Make):
    changes = json.loads(make("weekly").files["findings.json"].read_text())["comparison"]["changes"]
    states = {change["kind"]: change["state"] for change in changes}
    assert states["cost_spike"] == states["empty_answer"] == "worse"
    assert states["no_evidence_answer"] == "same"
    assert states["cross_tenant_cache"] == "new"
    assert states["traffic_drop"] == "gone"


def test_incident_asks_what_the_log_cannot_know_and_names_sources(make: Make):
    words = "".join(Page(text(make("incident"), ".html")).text)
    heads = [
        "Summary",
        "Impact",
        "Root causes and trigger",
        "Resolution",
        "Detection",
        "Action items",
        "Lessons learned",
    ]
    places = [words.index(head) for head in heads]
    assert places == sorted(places)
    assert "TO ASK: What were users told" in words
    assert "context [ci-80]" in words
    assert "deploy: <b>cache</b> key without tenant [ci-80]" in words


def test_every_chart_has_a_text_alternative(make: Make):
    page = text(make("weekly"), ".html")
    drawings = re.findall(r"<svg[^>]*>", page)
    lines = [drawing for drawing in drawings if 'class="spark"' in drawing]
    assert len(drawings) - len(lines) == 8 + 1 + 1 + 2  # courses, drivers, values, the timeline twice
    assert len(lines) == 4
    assert all('role="img"' in drawing and re.search('aria-label="[^"]{20,}"', drawing) for drawing in drawings)


def test_markdown_of_hostile_logs_has_no_link_image_or_tag_outside_code(make: Make):
    for name in REPORTS:
        lines, fence = [], ""
        for line in text(make(name), ".md").splitlines():
            ticks = re.match("`{3,}", line)
            if ticks and not fence:
                fence = ticks[0]
            elif fence and line == fence:
                fence = ""
            elif not fence:
                lines.append(re.sub(r"\\.", "", line))
        prose = "\n".join(lines)
        assert not re.search(r"\]\(|!\[|<[a-z/]|://|\{\{", prose)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("in locale ko-KR", 'in locale <bdi class="whole">ko-KR</bdi>'),
        ("give --baseline DIR", 'give <bdi class="whole">--baseline DIR</bdi>'),
        ("the index - hits and scores", "the index - hits and scores"),
        ("<b-r>", "&lt;b-r&gt;"),
        ("a-very-long-name-of-a-model-that-fills-the-line", "a-very-long-name-of-a-model-that-fills-the-line"),
    ],
)
def test_a_short_name_does_not_break_at_its_hyphen(text: str, shown: str):
    assert unbroken(text) == shown
