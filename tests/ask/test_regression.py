"""Failing cases as a regression set: once each, every slice heard, masked, with what would have been right."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn import cli
from retroburn.ask.regression import masked
from retroburn.logs import Logs
from tests import caselog

EMPTY = {"output": "", "output_tokens": 0}
MAIL = [{"role": "user", "content": "Write to kim@corp.example", "n": 1}]


def asked(name: str, day: float, **fields: Any) -> dict[str, Any]:
    """One request of a day; everything about it in `fields`."""
    start = (caselog.FIRST + timedelta(days=day)).isoformat(timespec="milliseconds")
    return {
        "id": name, "kind": "llm", "name": "answer", "start": start, "duration_ms": 800, "status": "ok", "model": "m-1",
        "tenant": "acme", "locale": "en-US", "prompt_version": "p1", "temperature": 0,
        "finish_reason": "stop", **fields,
    }  # fmt: skip


def said(topic: str, number: int) -> dict[str, str]:
    return {"input": f"What does the {topic} cost?", "output": f"The {topic} costs {number} euro a month."}


def cached(status: str, key: str, **more: int) -> dict[str, Any]:
    return {"cache": {"status": status, "key": key, "ttl_s": 3600, **more}}


ROWS = [
    asked("plan-well", 1, **said("plan", 12)),
    asked("plan-empty", 2, **{**said("plan", 12), **EMPTY}),
    asked("seat-birch", 1, **said("seat", 3), tenant="birch"),
    *(asked(f"seat-empty-{i}", 2 + i / 100, **{**said("seat", 3), **EMPTY}) for i in range(4)),
    asked("seat-error", 3, **{**said("seat", 3), "status": "error", "output": None, "error_type": "ServerError"}),
    *(asked(f"disk-{i}", 1 + i, **said("disk", 40)) for i in range(3)),
    asked("disk-other", 2.5, **said("disk", 55)),
    asked("even-one", 1, **said("line", 7)),
    asked("even-other", 2, **said("line", 9)),
    asked("mast-old", 1, **said("mast", 20), **cached("miss", "k")),
    asked("mast-hit", 3, **said("mast", 20), **cached("hit", "k", age_s=172800)),
    asked("mast-fresh", 3.1, **said("mast", 24), **cached("miss", "k2")),
    asked("lock", 2, input="How do I pick a lock?", output="I'm sorry, but I can't help with that request."),
    asked("mail", 4.5, input=MAIL, tenant="elm", **EMPTY),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    usual = [row | {"id": f"u{i}"} for i, row in enumerate(caselog.records(days=5, per_day=60))]
    return caselog.write([*usual, *ROWS], tmp_path_factory.mktemp("book") / "log.jsonl")


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[Logs]:
    with retroburn.open(path) as logs:
        yield logs


@pytest.fixture(scope="module")
def few(opened: Logs) -> list[dict[str, Any]]:
    return opened.collect(most=4)


@pytest.fixture(scope="module")
def cases(opened: Logs) -> dict[str, dict[str, Any]]:
    return {case["id"]: case for case in opened.collect()}


def test_a_case_has_what_a_replay_needs(cases: dict[str, Any]) -> None:
    case = cases["plan-empty"]
    assert (case["trace_id"], case["kind"]) == ("plan-empty", "empty_answer")
    assert (case["input"], case["output"]) == ("What does the plan cost?", "")
    assert (case["expected"], case["expected_from"]) == ("The plan costs 12 euro a month.", "plan-well")
    assert case["why"]
    assert isinstance(case["where"], dict)


def test_another_tenants_answer_is_no_answer(cases: dict[str, Any]) -> None:
    assert cases["seat-error"]["kind"] == "error_burst"
    assert "ServerError" in cases["seat-error"]["why"]
    assert cases["seat-error"]["expected"] is None


def test_the_same_question_failing_in_the_same_way_is_one_case(cases: dict[str, Any]) -> None:
    assert len([name for name in cases if name.startswith("seat-empty")]) == 1


def test_of_answers_that_contradict_the_one_that_most_give_is_expected(cases: dict[str, Any]) -> None:
    case = cases["disk-other"]
    assert case["kind"] == "inconsistent_answer"
    assert (case["expected"], case["expected_given"]) == ("The disk costs 40 euro a month.", 3)
    assert not {"disk-0", "disk-1", "disk-2"} & cases.keys()


def test_where_two_sides_are_even_nothing_is_expected(cases: dict[str, Any]) -> None:
    assert [cases[name]["expected"] for name in ("even-one", "even-other") if name in cases] == [None]


def test_of_a_stale_hit_the_fresh_answer_is_expected_and_not_the_old_one(cases: dict[str, Any]) -> None:
    assert cases["mast-hit"]["kind"] == "stale_cache"
    assert cases["mast-hit"]["expected"] == "The mast costs 24 euro a month."


def test_a_refusal_that_is_not_more_than_usual_is_no_case(cases: dict[str, Any]) -> None:
    assert "lock" not in cases
    assert not [name for name in cases if name.startswith("u")]


def test_personal_data_is_masked_and_the_shape_of_messages_kept(cases: dict[str, Any]) -> None:
    assert cases["mail"]["input"][0]["role"] == "user"
    assert cases["mail"]["input"][0]["n"] == 1
    assert "kim@" not in json.dumps(cases)
    assert str(masked('{"card": 4111111111111111, "ok": true}')["card"]).startswith("«card")


def test_kinds_and_slices_take_turns(few: list[dict[str, Any]]) -> None:
    assert len(few) == 4
    assert len({(case["kind"], json.dumps(case["input"])) for case in few}) == 4
    assert "mail" in {case["id"] for case in few}


def test_a_fault_of_many_slices_leaves_room_for_one_of_a_single_slice(tmp_path: Path) -> None:
    loud = [asked(f"e{i}", 1 + i / 10, input=f"What is {i}?", tenant=f"t{i}", **EMPTY) for i in range(5)]
    quiet = asked("t", 2, input="How long does it take?", status="timeout", output=None)
    with retroburn.open(caselog.write([*loud, quiet], tmp_path / "log.jsonl")) as logs:
        assert {case["kind"] for case in logs.collect(most=2)} == {"empty_answer", "timeouts"}


def test_rows_outside_the_window_are_no_cases(path: Path) -> None:
    with retroburn.open(path, start="2026-03-06") as logs:
        assert [case["id"] for case in logs.collect()] == ["mail"]


def test_cases_of_a_finding_name_it_and_its_slice(tmp_path: Path) -> None:
    change = {"from": "d4", "where": {"tenant": "acme"}, "part": 0.6, "set": EMPTY}
    rows = caselog.changed(list(caselog.records(days=5, per_day=300)), [change])
    with retroburn.open(caselog.write(rows, tmp_path / "log.jsonl")) as logs:
        [finding] = logs.check()
        found = logs.collect()
    assert {case["finding"] for case in found} == {finding.id}
    assert {json.dumps(case["where"]) for case in found} == {'{"tenant": "acme"}'}
    assert len(found) > 20
    assert finding.title in found[0]["why"]


def test_what_one_request_cannot_show_is_no_case(tmp_path: Path) -> None:
    hits = {"where": {"route": "/ask"}, "set": {"cache": {"status": "hit", "key": "k{id}", "age_s": 9}}}
    miss = {"from": "d4", "where": {"route": "/ask"}, "set": {"cache": {"status": "miss", "key": "k{id}"}}}
    rows = caselog.changed(list(caselog.records(days=5, per_day=300)), [hits, miss])
    with retroburn.open(caselog.write(rows, tmp_path / "log.jsonl")) as logs:
        assert "cache_drop" in {finding.kind for finding in logs.check()}
        assert [case for case in logs.collect() if case["kind"] == "cache_drop"] == []


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a set of cases and the pytest file beside it, as the command writes them."""
    folder = tmp_path_factory.mktemp("replay")
    log = caselog.write(ROWS[:2], folder / "log.jsonl")
    command = ["collect", str(log), "--out", str(folder / "cases.jsonl"), "--pytest", str(folder / "test_cases.py")]
    done = subprocess.run([sys.executable, "-m", "retroburn", *command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 case: 1 empty_answer; 1 with an expected answer" in done.stderr
    (folder / "app.py").write_text(
        "def right(asked): return 'It is 12 euro a month.'\n"
        "def wrong(asked): return 'It is 19 euro a month.'\n"
        "def empty(asked): return ' '\n"
    )
    return folder


@pytest.mark.parametrize(("name", "code"), [("right", 0), ("wrong", 1), ("empty", 1), ("", 1)])
def test_the_pytest_file_passes_where_the_fix_worked_and_only_there(replayed: Path, name: str, code: int) -> None:
    env = {"PYTHONPATH": str(replayed), "PATH": "", **({"RETROBURN_TARGET": f"app:{name}"} if name else {})}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_cases.py"]
    done = subprocess.run(command, cwd=replayed, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == code, done.stdout
    assert name or "RETROBURN_TARGET" in done.stdout


@pytest.mark.parametrize(
    "names",
    [["--out", "test_cases.py"], ["--out", "cases.csv"], ["--out", "cases.jsonl.gz"],
     ["--out", "a.jsonl", "--pytest", "cases.json"]],
)  # fmt: skip
def test_a_name_that_promises_another_sort_of_file_is_refused_before_anything_is_read(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main(["collect", "not-there/", *names])
    assert ended.value.code == 2
    assert f"{names[-2]} {names[-1]}" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
