"""The reports on one cause: one notebook in five names, tables of facts that are files, numbers that can be held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn import assets, header, report
from retroburn.ask.facts import Fact, settled
from retroburn.detect import catalogue
from retroburn.report.numbers import languages
from tests import caselog
from tests.report.conftest import Make
from tests.report.reading import Page, wrongs

CAUSES = sorted({detector.cause for detector in catalogue.detectors()})
TABLES = assets.queries("reports")


def facts(path: Path) -> list[Fact]:
    with retroburn.open(path, start="2026-03-06") as logs:
        return [fact for name in (*CAUSES, "weekly") for fact in logs.facts("reports", name)]


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fact]:
    changes: list[dict[str, Any]] = [
        {"from": "d5", "where": {"tenant": "acme"}, "part": 0.5, "set": {"output": ""}},
        {"from": "d5", "times": {"cost_usd": 3}},
        {"part": 0.2, "set": {"cache": {"status": "hit", "key": "k{id}", "age_s": 7200, "ttl_s": 3600}}},
    ]
    rows = caselog.changed(list(caselog.records(days=6, per_day=100)), changes)
    return {one.name: one for one in facts(caselog.write(rows, tmp_path_factory.mktemp("rich") / "log.jsonl"))}


def test_there_is_a_report_on_every_cause_and_all_have_the_same_cells(root: Path) -> None:
    told = {}
    for cause in CAUSES:
        content = json.loads((root / "notebooks" / f"{cause}.ipynb").read_text(encoding="utf-8"))
        cells = ["".join(cell["source"]) for cell in content["cells"] if cell["id"] != "title"]
        told[cause] = [text.replace(f'"{cause}"', "CAUSE") for text in cells]
    assert len({json.dumps(cells) for cells in told.values()}) == 1


@pytest.mark.parametrize("path", TABLES, ids=assets.relative)
def test_a_table_has_words_in_every_language(path: Path) -> None:
    head = header.read(path).head
    assert path.parent.name in {*CAUSES, "weekly"}
    for words in (head["title"], head["note"], *head["columns"].values()):
        assert all(words.get(lang) for lang in languages())


def test_every_column_of_a_table_is_described_and_every_description_is_a_column(rich: dict[str, Fact]) -> None:
    for path in TABLES:
        assert rich[path.stem].columns == list(header.read(path).head["columns"])


def test_the_tables_say_what_the_log_holds(rich: dict[str, Fact]) -> None:
    silent = {row[0]: row for row in rich["silent_failures"].rows}
    _, answers, rate, low, high, before, coverage = silent["empty_answer"]
    assert answers > 5
    assert low < rate < high
    assert (before, coverage) == (0, 1)
    assert silent["no_evidence_answer"][2] is None
    assert silent["no_evidence_answer"][-1] == 0
    stale = next(row for row in rich["cache_audit"].rows if row[0] == "stale_cache")
    assert stale[1:3] == [sum(row[1] for row in rich["hit_rate"].rows), 1.0]
    (_, before), *parts, (_, after) = rich["cost_bridge"].rows
    assert parts[0][0] == "price"
    assert sum(usd for _, usd in parts) == pytest.approx(after - before, abs=1e-9)
    assert rich["retry_tax"].rows == []


def test_weeks_in_numbers_are_whole_and_hold_every_request_once(tmp_path: Path) -> None:
    rows = [{"id": f"r{i}", "start": f"2026-03-{d:02}T{h}:00Z", "status": s} for i, (d, h, s) in enumerate(
        (day, hour, "error" if day == 16 else "ok") for day in range(1, 23) for hour in ("00:00", "12:30", "23:58")
    )]  # fmt: skip
    with retroburn.open(caselog.write(rows, tmp_path / "log.jsonl"), start="2026-03-16") as logs:
        numbers = next(one for one in logs.facts("reports", "weekly") if one.name == "week_numbers")
    told = [dict(zip(numbers.columns, row, strict=True)) for row in numbers.rows]
    assert [(one["since"][:10], one["requests"]) for one in told] == [
        ("2026-03-16", 21),
        ("2026-03-09", 21),
        ("2026-03-02", 21),
    ]  # of the week before these the log holds a day
    assert [one["failed"] for one in told] == [pytest.approx(1 / 7), 0, 0]


def test_numbers_that_differ_in_their_last_bits_are_written_alike() -> None:
    assert json.dumps(settled(-0.0)) == json.dumps(settled(3e-17)) == "0.0"
    assert settled(0.1 + 0.2) == settled(0.3)


def test_a_log_of_two_fields_gives_tables_all_the_same(tmp_path: Path) -> None:
    rows = [{"id": f"r{i}", "start": f"2026-03-0{1 + i % 7}T0{i % 10}:00:00Z"} for i in range(60)]
    found = {one.name: one for one in facts(caselog.write(rows, tmp_path / "log.jsonl"))}
    assert found.keys() == {path.stem for path in TABLES}
    assert found["cache_audit"].rows == []


@pytest.mark.parametrize(("name", "lang", "words"), [("state", "en", "Cache audit"), ("state", "ko", "캐시 점검")])
def test_a_page_shows_the_tables_as_text_and_marks_their_numbers(make: Make, name: str, lang: str, words: str) -> None:
    result = make(name, lang=lang)
    page = result.page.read_text(encoding="utf-8")
    assert wrongs(page) == []
    text = "".join(Page(page).text)
    assert words in text
    assert "<script>alert(1)</script>" in text
    assert 'data-table="cache_audit" data-cell="0.1" value="142"' in page
    assert (result.folder / "evidence" / "cache_audit.csv").is_file()
    assert {finding.cause for finding in result.document.findings} == {"state"} if result.document else False
    markdown = (result.folder / f"{name}.md").read_text(encoding="utf-8")
    assert words in markdown
    assert "| 142 | 25" in markdown


def test_verify_holds_the_tables_too(make: Make, tmp_path: Path) -> None:
    result = make("state", out=tmp_path / "out")
    assert report.verify(result.folder).exit_code == 0
    assert report.verify(result.folder, ["rich"]).exit_code == 0
    path = result.folder / "findings.json"
    path.write_text(path.read_text(encoding="utf-8").replace("142,", "143,"), encoding="utf-8")
    changed = [check.place for check in report.verify(result.folder).differences]
    assert "state.html: tables.cache_audit[0][1]" in changed
    named = [check.place for check in report.verify(result.folder, ["rich"]).differences]
    assert len(named) == 1
    assert named[0].startswith("tables.cache_audit.")  # by its first cell: where the log changed, a row may move
