"""A log that attacks in every field: nothing of it acts and no secret is left, in anything that we write."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn import door, logs
from retroburn.cli import brief
from retroburn.explore import steps
from retroburn.report import draft, page, publish
from retroburn.report.bundle import MEDIA_TYPE, read
from retroburn.report.numbers import Speech
from tests import hostile
from tests.report.reading import wrongs

CAUSES = ["inputs", "dependencies", "answers", "state", "operations"]
REPORTS = ["weekly", "incident", "readiness", *CAUSES]
STATUS = page.Status("complete", [], datetime(2026, 10, 5, tzinfo=UTC), "0")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[logs.Logs]:
    with retroburn.open([str(hostile.write(tmp_path_factory.mktemp("hostile") / "exports"))]) as found:
        yield found


def leaks(text: str) -> list[str]:
    return [part for part in hostile.PARTS if part in text] + [sign for sign in ("\x1b", "\u202e") if sign in text]


def _shown(name: str, found: logs.Logs) -> list[Any]:
    """What the cells of a notebook show."""
    if name in CAUSES:
        made = draft.cause(found, name)
        return [made, made.tables()]
    if name == "readiness":
        ready = draft.readiness(found)
        return [ready, ready.checklist()]
    if name == "weekly":
        week = draft.weekly(found)
        return [week, week.compare()]
    return [draft.incident(found)]


@pytest.fixture(scope="module")
def shown(opened: logs.Logs) -> Callable[[str], list[Any]]:
    """What the cells of a report show of the log, each report made once."""
    return cache(lambda name: [one._repr_mimebundle_() for one in _shown(name, opened)])


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_of_a_hostile_log_acts_or_leaks_in_a_report(shown: Callable[[str], list[Any]], name: str):
    bundle = read(name, [one[MEDIA_TYPE] for one in shown(name)])
    assert bundle.document is not None
    for lang in ("en", "ko"):
        speech = Speech(lang)
        html = page.html(bundle, speech, STATUS)
        assert wrongs(html) == []
        assert leaks(html + page.markdown(bundle, speech, STATUS)) == []
    assert leaks(json.dumps(shown(name), ensure_ascii=False, default=str)) == []
    assert leaks(publish.findings_json(bundle, "complete")) == []
    for name_, text in publish.evidence(bundle).items():
        assert leaks(name_ + text) == []
        assert not [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell[:1] in tuple("=+@|")]


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_of_a_hostile_log_is_whole_and_accessible_in_a_browser(
    browser: Any, shown: Callable[[str], list[Any]], name: str, tmp_path: Path
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    bundle = read(name, [one[MEDIA_TYPE] for one in shown(name)])
    (tmp_path / "page.html").write_text(page.html(bundle, Speech("en"), STATUS), encoding="utf-8")
    opened, said = browser.new_page(viewport={"width": 400, "height": 900}, color_scheme="dark"), []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    opened.goto((tmp_path / "page.html").as_uri())
    assert said == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= 400
    broken = axe.Axe().run(opened).response["violations"]
    assert [(rule["id"], node["html"][:200]) for rule in broken for node in rule["nodes"]] == []
    opened.close()


def test_the_findings_are_there_at_all(opened: logs.Logs):
    kinds = {finding.kind for finding in opened.check()}
    assert "error_burst" in kinds


def test_check_show_and_collect_mask_it_too(opened: logs.Logs):
    document = opened.check().document
    assert leaks(document.to_json() + brief.markdown(document, "UTC")) == []
    assert leaks(json.dumps(opened.collect(), ensure_ascii=False)) == []
    assert leaks("\n".join(steps.lines(steps.of(opened, "t450")))) == []


def test_samples_of_rejects_are_masked(opened: logs.Logs):
    rows = opened.sql("select sample, reason from rejects").values.tolist()
    assert len(rows) == 2
    assert leaks(str(rows)) == []


def test_the_recall_of_names_is_what_we_state():
    """Names have no shape: none is found. What is stated in the door's docstring is held here."""
    assert door.mask("김민수 대리와 John Smith") == "김민수 대리와 John Smith"
    assert "Names and postal addresses are not covered" in str(door.mask.__doc__)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
