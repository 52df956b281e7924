"""The log's health: each fact is named where it holds, and a clean log has none."""

from __future__ import annotations

import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retroburn import intake
from retroburn.engine import Engine
from retroburn.intake import health
from tests import caselog

Rows = list[dict[str, Any]]


def clean() -> Rows:
    """Ten days of requests, each with a call below it."""
    rows: Rows = []
    for row in caselog.records(days=10, per_day=240):
        end = datetime.fromisoformat(row["start"]) + timedelta(milliseconds=row["duration_ms"])
        root = {k: row[k] for k in ("id", "start", "duration_ms", "status", "user", "tenant", "route", "input")}
        call = {k: row[k] for k in ("start", "model", "provider", "input", "output", "input_tokens", "output_tokens")}
        rows.append({**root, "kind": "request", "trace_id": row["id"], "output": row["output"]})
        rows.append(
            {**call, "id": f"{row['id']}-c", "trace_id": row["id"], "parent_id": row["id"], "kind": "llm",
             "status": "ok", "end": end.isoformat(), "cost_usd": row["cost_usd"]}
        )  # fmt: skip
    return rows


def facts(folder: Path, *files: Rows) -> dict[str, list[dict[str, Any]]]:
    """Name of a fact → its values, one entry a sentence."""
    for number, rows in enumerate(files):
        (folder / f"{'abc'[number]}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return told(folder)


def told(source: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with Engine() as eng:
        for fact in intake.read(eng, [str(source)], intake.Options(**options)).health:
            assert fact.text == intake.sentence(fact.fact, fact.values)
            found.setdefault(fact.fact, []).append(fact.values)
    return found


def moved(row: dict[str, Any], **by: float) -> dict[str, Any]:
    """A row at another time."""
    times = {name: datetime.fromisoformat(row[name]) + timedelta(**by) for name in ("start", "end") if name in row}
    return {**row, **{name: time.isoformat() for name, time in times.items()}}


def test_a_clean_log_gives_no_sentence(tmp_path: Path) -> None:
    assert facts(tmp_path, clean()) == {}


def test_a_log_that_comes_in_bursts_and_rests_at_night_and_on_weekends_has_no_holes(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows: Rows = []
    for day in range(21):
        if day % 7 < 5:  # 2 March 2026 is a Monday
            for minute in sorted(draw.sample(range(9 * 60, 18 * 60), 40)):
                start = caselog.FIRST + timedelta(days=day, minutes=minute)
                rows += [
                    {"id": f"{day}-{minute}-{n}", "start": (start + timedelta(seconds=n)).isoformat()}
                    for n in range(draw.randint(1, 12))
                ]
    assert facts(tmp_path, rows) == {}


def test_a_hole_is_told_with_its_edges_and_what_it_usually_holds(tmp_path: Path) -> None:
    begin, end = caselog.at("d5h6"), caselog.at("d5h12")
    assert begin is not None
    assert end is not None
    kept = [row for row in clean() if not begin <= datetime.fromisoformat(row["start"]) < end]
    [hole] = facts(tmp_path, kept)["holes"]
    assert abs(hole["start"] - begin.replace(tzinfo=None)) < timedelta(minutes=30)
    assert abs(hole["stop"] - end.replace(tzinfo=None)) < timedelta(minutes=30)
    assert 50 <= hole["missing"] <= 70


def test_a_demo_before_the_launch_has_no_hole_behind_it(tmp_path: Path) -> None:
    demo = [moved(row, days=-4) for row in clean()[:200]]
    assert "holes" not in facts(tmp_path, [{**row, "id": f"demo-{row['id']}"} for row in demo], clean())


def test_rejected_records_are_told_by_reason_with_the_first_place(tmp_path: Path) -> None:
    good = '{"id": "a", "start": "2026-03-02T00:00:00Z"}'
    (tmp_path / "a.jsonl").write_text(
        "\n".join([good, "broken", good.replace('"a"', '"d"'), '{"id": "b"}', '{"id": "c"}'])
    )
    found = told(tmp_path)["rejected"]
    assert [(one["n"], one["records"], one["reason"], one["line"]) for one in found] == [
        (2, 5, "no start", 4),
        (1, 5, "not JSON", 2),
    ]


def test_records_met_before_are_counted_once_and_told(tmp_path: Path) -> None:
    [found] = facts(tmp_path, clean()[:20], clean()[:5])["duplicates"]
    assert (found["n"], found["records"], found["most"]) == (5, 25, 5)


def test_the_same_content_under_two_ids_is_named_by_both_ids(tmp_path: Path) -> None:
    rows = clean()[:60]
    [found] = facts(tmp_path, [*rows, {**rows[1], "id": "again"}])["twins"]
    assert found == {"n": 1, "spans": 61, "one": "again", "other": rows[1]["id"]}


@pytest.mark.parametrize("missing_from", ["a", "b"])
def test_a_hole_of_one_file_is_told_though_the_other_goes_on(tmp_path: Path, missing_from: str) -> None:
    begin, end = caselog.at("d5h6"), caselog.at("d5h12")
    assert begin is not None
    assert end is not None
    files = {"a": clean()[::2], "b": clean()[1::2]}
    files[missing_from] = [r for r in files[missing_from] if not begin <= datetime.fromisoformat(r["start"]) < end]
    found = facts(tmp_path, *files.values())
    [hole] = found["quiet_files"]
    assert hole["file"] == f"{tmp_path.name}/{missing_from}.jsonl"
    assert abs(hole["start"] - begin.replace(tzinfo=None)) < timedelta(minutes=30)
    assert 50 <= hole["missing"] <= 70
    assert "holes" not in found


def test_a_field_that_stopped_is_told_with_the_moment(tmp_path: Path) -> None:
    since = caselog.at("d7h3m20")
    assert since is not None
    rows = [
        {k: v for k, v in row.items() if k not in {"output", "cost_usd"} or row["kind"] != "llm"}
        if datetime.fromisoformat(row["start"]) >= since
        else row
        for row in clean()
    ]
    [found] = facts(tmp_path, rows)["stopped"]
    assert (found["kind"], found["fields"], found["share"]) == ("llm", "cost_usd, output", 1.0)
    lacking = [datetime.fromisoformat(row["start"]) for row in rows if row["kind"] == "llm" and "output" not in row]
    assert (found["since"], found["n"]) == (min(lacking).replace(tzinfo=None), len(lacking))


def test_a_field_that_came_later_did_not_stop(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "user"} for row in clean()[:2000]] + clean()[2000:]
    assert facts(tmp_path, rows) == {}


def test_lost_parents_are_counted_once_for_all_their_children(tmp_path: Path) -> None:
    rows = clean()[:40]
    lost = [row for row in rows if row["id"] != rows[0]["id"]] + [{**rows[1], "id": "second"}]
    [found] = facts(tmp_path, lost)["orphans"]
    assert found == {"n": 2, "parents": 1, "traces": 1}


def test_a_clock_that_is_behind_is_told_and_whole_hours_are_a_zone(tmp_path: Path) -> None:
    rows = clean()[:200]
    roots, calls = rows[::2], rows[1::2]
    found = facts(tmp_path, roots, [moved(row, seconds=-40) for row in calls])
    [skew] = found["skew"]
    first, last = (datetime.fromisoformat(roots[at]["start"]).replace(tzinfo=None) for at in (0, -1))
    assert (skew["n"], skew["median_s"], skew["across_files"]) == (100, 40.0, 100)
    assert (skew["file"], skew["start"], skew["stop"]) == (f"{tmp_path.name}/b.jsonl", first, last)
    assert "zones" not in found
    found = facts(tmp_path, roots, [moved(row, hours=9) for row in calls])
    assert [(one["hours"], one["n"]) for one in found["zones"]] == [(9.0, 100)]
    assert "skew" not in found


def test_a_clock_that_is_ahead_is_told_and_work_that_follows_the_answer_is_none(tmp_path: Path) -> None:
    rows = clean()[:200]
    found = facts(tmp_path, rows[::2], [moved(row, seconds=5) for row in rows[1::2]])
    [ahead] = found["skew_ahead"]
    assert (ahead["n"], ahead["median_s"]) == (100, 5.0)
    assert (ahead["file"], ahead["parent_file"]) == (f"{tmp_path.name}/b.jsonl", f"{tmp_path.name}/a.jsonl")
    after = [
        moved(call, milliseconds=root["duration_ms"] + 100) for root, call in zip(rows[::2], rows[1::2], strict=True)
    ]
    assert facts(tmp_path, rows[::2], after) == {}


def test_work_that_is_put_off_is_no_mixed_zone(tmp_path: Path) -> None:
    draw = random.Random(1)
    rows = clean()[:400]
    calls = [moved(row, minutes=draw.uniform(25, 300)) for row in rows[1::2]]
    assert facts(tmp_path, rows[::2], calls).keys() <= {"late"}


@pytest.mark.parametrize("zone", ["", "Z", "+09:00"])
def test_times_without_a_zone_are_told_with_the_zone_they_are_read_in(tmp_path: Path, zone: str) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"id": "a", "start": "2026-03-02T09:00:00{zone}"}}\n')
    found = told(tmp_path, tz="Asia/Seoul").get("written_zones")
    assert found == (
        None if zone else [{"files": 1, "bare": 1, "file": f"{tmp_path.name}/a.jsonl", "tz": "Asia/Seoul"}]
    )


def test_a_field_that_says_its_zone_in_some_records_only_is_told_and_another_field_without_one_is_not(
    tmp_path: Path,
) -> None:
    def written(at: int, bare: bool) -> str:
        start = f"2026-03-02T09:{at:02}:00{'' if bare else 'Z'}"
        return json.dumps({"id": f"a{at}", "start": start, "born": "2026-01-01 00:00:00"}) + "\n"

    path = tmp_path / "a.jsonl"
    path.write_text("".join(written(at, bare=at >= 30) for at in range(60)))
    [found] = told(tmp_path)["mixed_zones"]
    assert found["file"] == f"{tmp_path.name}/a.jsonl"
    assert 0 < found["bare"] < found["n"]
    path.write_text("".join(written(at, bare=False) for at in range(60)))
    assert "mixed_zones" not in told(tmp_path)


def test_late_records_are_told_but_not_in_a_file_that_was_never_in_order(tmp_path: Path) -> None:
    rows = clean()[::2][:600]
    found = facts(tmp_path, [*rows[10:], *rows[:10]])
    assert found["late"][0]["n"] == 10
    assert facts(tmp_path, rows[::-1]) == {}


@pytest.mark.parametrize(
    ("change", "fact", "n"),
    [
        ({"duration_ms": -5}, "backwards", 1),
        ({"end": "2026-03-01T00:00:00Z", "duration_ms": None}, "backwards", 1),
        ({"start": "2031-01-01T00:00:00Z"}, "far_dates", 1),
    ],
)
def test_wrong_times_are_told(tmp_path: Path, change: dict[str, Any], fact: str, n: int) -> None:
    rows = clean()[::2][:300]
    assert [one["n"] for one in facts(tmp_path, [{**rows[0], **change}, *rows[1:]]).get(fact, [])] == [n] * n


def test_relative_times_are_told(tmp_path: Path) -> None:
    rows = [{"id": f"s{n}", "start": n} for n in range(30)]
    assert facts(tmp_path, rows)["relative"] == [{"n": 30}]


def test_a_column_that_is_always_0_or_the_same_tells_nothing(tmp_path: Path) -> None:
    rows = [
        {**row, "cost_usd": 0, "user": "default", "provider": "openai", "retrieval": {"hits": 0}}
        for row in clean()[:200]
    ]
    assert [(one["field"], one["value"]) for one in facts(tmp_path, rows)["constant"]] == [
        ("cost_usd", "0"),
        ("retrieval_hits", "0"),
        ("user", "default"),
    ]


def test_a_log_without_spans_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"resourceSpans": []}')
    assert "empty" in told(tmp_path, fmt="otlp")


@pytest.mark.parametrize("name", sorted(health._queries()))
def test_every_fact_has_its_sentence_in_both_languages(name: str) -> None:
    words = health._queries()[name].head["sentence"]
    assert set(words) >= {"en", "ko"}
    places = {lang: set(re.findall(r"\{(\w+)", words[lang])) for lang in words}
    assert places["ko"] == places["en"]
    assert re.search("[가-힣]", words["ko"])


def test_a_log_that_names_no_tenant_route_or_model_says_what_it_cannot_show(tmp_path: Path) -> None:
    rows = [
        {key: row[key] for key in ("id", "start", "duration_ms", "status", "input", "output", "cost_usd")}
        for row in caselog.records(days=1, per_day=60)
    ]
    assert undivided(tmp_path, rows) == {
        "fields": "tenant / client / region / locale, route / feature, model",
        "kinds": "error_burst, latency_regression, cost_spike, traffic_drop",
    }
    bare = [{"id": row["id"], "start": row["start"], "model": "m", "region": "eu"} for row in rows]
    assert undivided(tmp_path, bare) == {"fields": "route / feature", "kinds": "traffic_drop"}
    assert undivided(tmp_path, clean()[:60]) is None


def undivided(folder: Path, rows: Rows) -> dict[str, Any] | None:
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Engine() as eng:
        intake.read(eng, [str(folder)])
        return next((fact.values for fact in intake.of_check(eng, []) if fact.fact == "undivided"), None)
