"""What people know of is counted and named until a day, and wakes nobody; all else is told as ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn.config import Mute
from retroburn.detect import mutes
from retroburn.errors import ConfigError
from retroburn.findings import Also, Finding
from retroburn.logs import Logs
from retroburn.report import readiness, weekly
from retroburn.report.bundle import Bundle
from retroburn.report.numbers import Speech
from retroburn.report.overview import Overview
from tests import caselog
from tests.report import world

TODAY = date(2026, 3, 10)
ACME: dict[str, str | list[str]] = {"tenant": "acme"}
BROKEN = [{"from": "d8", "where": ACME, "part": 0.5, "set": {"status": "error", "output": None}}]
MUTE = """
[[mute]]
kind = "error_burst"
where = {tenant = "acme"}
until = 2026-12-31
by = "J. Kim"
why = "known: 4711"
"""


def finding(kind: str, where: dict[str, str | list[str]], **more: Any) -> Finding:
    found = world.finding(1, kind, "dependencies", "high", "Broken", world.LAST - timedelta(days=2), unit="share")
    return found.model_copy(update={"id": f"{kind}-1", "where": where, **more})


def mute(kind: str = "error_burst", until: date = TODAY, where: dict[str, str | list[str]] | None = None) -> Mute:
    return Mute(kind=kind, where=where or {}, until=until, by="J. Kim", why="known: 4711")


def told(found: Finding, known: Mute) -> bool:
    return mutes.split([found], [known], TODAY)[0] == [found]


def test_a_known_finding_is_muted_to_the_last_day_and_then_told_again() -> None:
    assert not told(finding("error_burst", {}), mute(until=TODAY))
    assert told(finding("error_burst", {}), mute(until=TODAY - timedelta(days=1)))


@pytest.mark.parametrize(
    ("where", "known", "is_told"),
    [
        (ACME, {}, False),
        (ACME, ACME, False),
        ({**ACME, "model": "m-1"}, ACME, False),
        (ACME, {"tenant": ["acme", "globex"]}, False),
        ({"tenant": "globex"}, ACME, True),
        ({"tenant": ["acme", "globex"]}, ACME, True),
        ({}, ACME, True),
        (ACME, {**ACME, "model": "m-1"}, True),
    ],
)
def test_what_is_wider_than_what_was_known_or_elsewhere_is_told(where: Any, known: Any, is_told: bool) -> None:
    assert told(finding("error_burst", where), mute(where=known)) is is_told


def test_a_kind_that_is_only_the_side_effect_of_another_mutes_nothing() -> None:
    storm = finding("retry_storm", ACME)
    assert told(storm.model_copy(update={"also": [Also(kind="error_burst", measure=storm.measure)]}), mute())


def test_that_a_muted_trouble_was_noticed_late_goes_with_it_and_is_not_counted_twice() -> None:
    broken = finding("error_burst", ACME)
    late = finding("late_detection", ACME, about=broken.id)
    other = finding("late_detection", {}, id="late_detection-2", about="retry_storm-1")
    kept, muted = mutes.split([broken, late, other], [mute()], TODAY)
    assert kept == [other]
    assert [one.finding.id for one in muted] == [broken.id, late.id]
    assert [one.finding.id for one in mutes.heads(muted)] == [broken.id]


def test_a_place_is_known_by_what_is_shown_of_it() -> None:
    shown = finding("error_burst", {"tenant": mutes._values("kim@example.com")[0]})
    assert not told(shown, mute(where={"tenant": "kim@example.com"}))


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    folder = tmp_path_factory.mktemp("muted")
    rows = caselog.changed(list(caselog.records(days=15, per_day=300)), BROKEN)
    log = caselog.write(rows, folder / "log.jsonl")
    config = folder / "retroburn.toml"
    config.write_text(MUTE, encoding="utf-8")
    with retroburn.open(log, config=config) as opened:
        yield opened


def test_a_muted_finding_stands_in_the_document_with_who_and_why_and_in_no_table_of_findings(logs: Logs) -> None:
    document = json.loads(logs.check().document.to_json())
    assert "error_burst" not in [one["kind"] for one in document["findings"]]
    [muted] = document["muted"]
    assert (muted["finding"]["kind"], muted["finding"]["where"]) == ("error_burst", ACME)
    assert (muted["until"], muted["by"], muted["why"]) == ("2026-12-31", "J. Kim", "known: 4711")
    assert logs.sql("select count(*) as n from findings where kind = 'error_burst'")["n"][0] == 0


def test_a_muted_trouble_makes_no_launch_ready(logs: Logs) -> None:
    judged = readiness(logs).document
    assert "error_burst" in [one.kind for one in judged.findings]
    assert judged.muted == []


def test_a_week_that_was_told_before_the_mute_is_not_told_as_gone(logs: Logs) -> None:
    compared = weekly(logs).compare().comparison
    assert "error_burst" not in [change.kind for change in compared.changes]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "One known finding is left out: Requests fail in tenant acme (until 2026-12-31, J. Kim: known: 4711)"),
        ("ko", "이미 알고 있어 제외한 발견 1건: 오류 급증 – 고객사 acme (2026-12-31까지, J. Kim: "),
    ],
)
def test_the_first_screen_names_what_is_muted_in_either_language(logs: Logs, lang: str, said: str) -> None:
    made = weekly(logs)
    view = Overview(Bundle(report="weekly", document=made.document, period=made.period), Speech(lang, "UTC"))
    assert said in view.muted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MUTE.replace("error_burst", "eror_burst"), "mute: eror_burst: .*Did you mean error_burst"),
        ("[params.retry_strom]\nx = 1\n", "params: retry_strom: .*Did you mean retry_storm"),
        ("[params.cost_mismatch]\nno_such = 1\n", "params.cost_mismatch: no_such: no such parameter"),
        ('[[slo]]\nname = "chat"\ntarget = 99\nbad = ["emty_answer"]\n', "slo.bad .*Did you mean empty_answer"),
    ],
)
def test_a_setting_that_names_what_there_is_not_is_an_error_that_says_what_there_is(
    tmp_path: Path, text: str, said: str
) -> None:
    config = tmp_path / "retroburn.toml"
    config.write_text(text, encoding="utf-8")
    log = caselog.write(list(caselog.records(days=1, per_day=5)), tmp_path / "log.jsonl")
    with pytest.raises(ConfigError, match=said):
        retroburn.open(log, config=config)
