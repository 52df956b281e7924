"""`logs.why`: planted slices are named, noise is not, and a condition is a condition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import retroburn
from retroburn.errors import QueryError, UsageError
from retroburn.logs import Logs
from tests import caselog

FAIL = {"status": "error", "output": None}
SOME = {"part": 0.02, "set": FAIL}
Opened = Any


def opened(folder: Path, *changes: dict[str, Any], seed: int = 1, **flags: Any) -> Logs:
    rows = caselog.changed(list(caselog.records(days=5, per_day=800, seed=seed)), list(changes))
    return retroburn.open(caselog.write(rows, folder / "log.jsonl"), **flags)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    with opened(tmp_path_factory.mktemp("quiet"), SOME) as logs:
        yield logs


@pytest.mark.parametrize(
    "where",
    [
        {"tenant": "acme"},
        {"tenant": "acme", "locale": "ko-KR"},
        {"tenant": "acme", "locale": "ko-KR", "route": "/draft"},
    ],
    ids=["one field", "two fields", "three fields"],
)
@pytest.mark.parametrize("seed", [3, 4])
def test_a_planted_slice_is_the_only_one_named(tmp_path: Path, where: dict[str, str], seed: int) -> None:
    with opened(tmp_path, SOME, {"where": where, "part": 0.4, "set": FAIL}, seed=seed) as logs:
        found = logs.why("status = 'error'")
        [n], [bad] = (
            logs.sql(
                "select count(*) as n, count(*) filter (where status = 'error') as bad from requests where "
                + " and ".join(f"{name} = '{value}'" for name, value in where.items())
            )
            .to_numpy()
            .T.tolist()
        )
    assert [one.where for one in found] == [where]
    assert (found[0].n, found[0].rate) == (n, bad / n)
    assert found[0].lift > 5
    assert found[0].q < 0.001


def test_two_causes_are_two_slices_each_against_the_rows_of_neither(tmp_path: Path) -> None:
    acme = {"where": {"tenant": "acme"}, "part": 0.5, "set": FAIL}
    draft = {"where": {"route": "/draft", "region": "us"}, "part": 0.3, "set": FAIL}
    with opened(tmp_path, SOME, acme, draft) as logs:
        found = logs.why("status = 'error'")
    assert [one.where for one in found] == [{"tenant": "acme"}, {"region": "us", "route": "/draft"}]
    assert all(0.01 < (one.usual or 0) < 0.03 for one in found)


def test_names_of_the_same_rows_are_one_slice(tmp_path: Path) -> None:
    same = [{"where": {"model": m}, "set": {"app_version": f"app-{m}"}} for m in ("m-1", "m-2")]
    with opened(tmp_path, SOME, *same, {"where": {"model": "m-2"}, "part": 0.2, "set": FAIL}) as logs:
        found = logs.why("status = 'error'")
    assert [one.where for one in found] == [{"model": "m-2"}]
    assert found[0].aliases == [{"app_version": "app-m-2"}]
    assert "the same as app_version = app-m-2" in repr(found)


def test_a_number_is_cut_where_the_trouble_begins(tmp_path: Path) -> None:
    long = {"where": {"input_tokens": list(range(382, 401))}, "part": 0.5, "set": FAIL}
    with opened(tmp_path, SOME, long) as logs:
        found = logs.why("status = 'error'")
    [edge] = [float(one.where["input_tokens"].removeprefix(">= ")) for one in found]
    assert 375 <= edge <= 390


@pytest.mark.parametrize("one_in", [3, 20, 100])
def test_noise_names_nothing(quiet: Logs, one_in: int) -> None:
    told = [bool(len(quiet.why(f"hash(id || 'draw {draw}') % {one_in} = 0"))) for draw in range(12)]
    assert sum(told) <= 1


def test_errors_that_lie_evenly_are_not_explained(quiet: Logs) -> None:
    found = quiet.why("status = 'error'")
    assert len(found) == 0
    assert found.to_frame().columns[:7].tolist() == ["where", "n", "bad", "rate", "usual", "lift", "excess"]
    assert "No slice stands out" in found._repr_html_()


def test_with_a_baseline_a_slice_is_held_against_its_own_past(tmp_path: Path) -> None:
    always = {"where": {"tenant": "birch"}, "part": 0.3, "set": FAIL}
    since = {"from": "d3", "where": {"tenant": "elm"}, "part": 0.3, "set": FAIL}
    with opened(tmp_path, SOME, always, since, baseline_until="2026-03-05") as logs:
        found = logs.why("status = 'error'")
    assert [one.where for one in found] == [{"tenant": "elm"}]
    assert 0.005 < found[0].usual < 0.04


def test_where_all_got_worse_alike_no_slice_is_different(tmp_path: Path) -> None:
    with opened(tmp_path, SOME, {"from": "d3", "part": 0.2, "set": FAIL}, baseline_until="2026-03-05") as logs:
        assert len(logs.why("status = 'error'")) == 0


def test_what_the_condition_asks_for_does_not_explain_it(quiet: Logs) -> None:
    assert len(quiet.why("tenant = 'acme'")) == 0
    assert [one.where for one in quiet.why("tenant = 'acme'", by="tenant")] == [{"tenant": "acme"}]


def test_a_condition_may_take_values_and_ask_other_tables(quiet: Logs) -> None:
    assert [one.where for one in quiet.why("tenant = $who", by="tenant", params={"who": "elm"})] == [{"tenant": "elm"}]
    assert len(quiet.why("id in (select id from signals where kind = 'refusal')")) == 0


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("statu = 'error'", "Did you mean status?"),
        ("status", "a value, not a condition"),
        ("", "is empty"),
        ("status = 'error'; drop table spans", "cannot be read"),
        ("true) from spans where (true", "cannot be read"),
        ("true), (id", "Only a condition"),
        ("id in (select content from read_text('/etc/passwd'))", "cannot be used here"),
        ("getenv('HOME') = 'x'", "cannot be used here"),
        ("id in (select id from secrets)", "no table secrets"),
        ("count(*) > 1", "cannot be answered"),
    ],
)
def test_what_is_no_condition_over_requests_is_refused(quiet: Logs, condition: str, says: str) -> None:
    with pytest.raises(QueryError) as refused:
        quiet.why(condition)
    assert says in str(refused.value)


def test_a_misspelt_field_is_an_error_with_the_nearest(quiet: Logs) -> None:
    with pytest.raises(UsageError, match="Did you mean tenant?"):
        quiet.why("status = 'error'", by=["tenent"])


def test_log_text_in_a_slice_is_shown_escaped_and_masked(tmp_path: Path) -> None:
    name = "<b>kim@corp.example</b>"
    named = {"where": {"tenant": "acme"}, "set": {"tenant": name}}
    with opened(tmp_path, named, {"where": {"tenant": name}, "set": FAIL}) as logs:
        found = logs.why("status = 'error'")
    assert found[0].where == {"tenant": name}
    assert "<b>" not in found._repr_html_()
    assert "kim@" not in found._repr_html_() + repr(found)
    assert json.loads(json.dumps(found.rows()[0]["where"])) == {"tenant": name}


def test_how_much_of_a_slice_lies_in_another_is_told_from_the_requests(quiet: Logs) -> None:
    quiet.check()
    share = quiet.inside({"tenant": "acme", "region": "eu"}, {"tenant": "acme"}), quiet.inside({}, {"region": "eu"})
    assert share[0] == 1.0
    assert 0.4 < share[1] < 0.6
    assert quiet.inside({"tenant": "nobody"}, {}) == 0.0
    assert quiet.inside({"topic": "x"}, {}) == 0.0  # no field of requests: what it holds is not known
