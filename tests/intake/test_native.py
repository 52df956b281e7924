"""The native format: types, times, unknown fields, and what becomes of values of the wrong type."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from retroburn import intake


def one(read, tmp_path: Path, **fields: object):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "x", "start": "2026-10-05T00:00:00Z", **fields}) + "\n")
    [row] = read(tmp_path / "a.jsonl").spans
    return row


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-10-05T09:00:00.123456+09:00", datetime(2026, 10, 5, 0, 0, 0, 123456)),
        ("2026-10-05T00:00:00Z", datetime(2026, 10, 5)),
        ("2026-10-05t00:00:00z", datetime(2026, 10, 5)),
        ("2026-10-05 00:00:00", datetime(2026, 10, 5)),
        ("2026-10-05", datetime(2026, 10, 5)),
        (1791158400, datetime(2026, 10, 5)),
        (1791158400.25, datetime(2026, 10, 5, 0, 0, 0, 250000)),
        (1791158400123, datetime(2026, 10, 5, 0, 0, 0, 123000)),
        (1791158400123456, datetime(2026, 10, 5, 0, 0, 0, 123456)),
        (1791158400123456789, datetime(2026, 10, 5, 0, 0, 0, 123456)),
        ("1791158400123456789", datetime(2026, 10, 5, 0, 0, 0, 123456)),
        (639267552001234567, datetime(2026, 10, 5, 0, 0, 0, 123456)),
        ([1791158400, 123456789], datetime(2026, 10, 5, 0, 0, 0, 123456)),
        (12.5, datetime(1970, 1, 1, 0, 0, 12, 500000)),
    ],
)
def test_times_in_every_shape(read, tmp_path: Path, told: object, meant: datetime) -> None:
    assert one(read, tmp_path, start=told)["start"] == meant


def test_a_time_without_a_zone_is_in_the_zone_that_was_named(read, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "a", "start": "2026-10-05 09:00:00"}\n{"id": "b", "start": "2026-10-05T09:00:00Z"}\n'
    )
    found = read(tmp_path / "a.jsonl", options=intake.Options(tz="Asia/Seoul"))
    assert [row["start"] for row in found.spans] == [datetime(2026, 10, 5), datetime(2026, 10, 5, 9)]


def test_relative_times_count_from_1970_and_the_health_says_so(read, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "start": 0}\n{"id": "b", "start": 60}\n')
    found = read(tmp_path / "a.jsonl")
    assert [row["start"].minute for row in found.spans] == [0, 1]
    assert any("begin near 0" in fact.text for fact in found.result.health)


def test_end_and_duration_complete_each_other(read, tmp_path: Path) -> None:
    assert one(read, tmp_path, duration_ms=1500)["end"] == datetime(2026, 10, 5, 0, 0, 1, 500000)
    assert one(read, tmp_path, end="2026-10-05T00:00:02Z")["duration_ms"] == 2000
    assert one(read, tmp_path)["end"] is None
    assert one(read, tmp_path, duration_ms=1e300)["end"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("input_tokens", "12"),
        ("input_tokens", 12.5),
        ("input_tokens", True),
        ("output_tokens", {"n": 1}),
        ("duration_ms", "fast"),
        ("cost_usd", "0.1"),
        ("http_status", [200]),
        ("http_status", 99999999999),
        ("temperature", "hot"),
        ("status", "success"),
        ("status", 1),
        ("name", 5),
        ("tenant", ["acme"]),
        ("user", 42),
        ("arm", "blue"),
        ("end", "later"),
        ("parent_id", {"id": 1}),
        ("citations", "d1"),
        ("scores", "good"),
        ("output_format", "yaml"),
        ("kind", 3),
    ],
)
def test_a_wrong_type_is_null_and_the_value_is_kept(read, tmp_path: Path, field: str, value: object) -> None:
    row = one(read, tmp_path, **{field: value})
    assert row[field] in (None, "other")  # a kind that cannot be read is another one
    assert json.loads(row["attributes"])[field] == value


@pytest.mark.parametrize("field", ["cache", "retrieval", "guardrail", "attributes"])
def test_a_nested_field_of_the_wrong_type_is_kept_too(read, tmp_path: Path, field: str) -> None:
    assert json.loads(one(read, tmp_path, **{field: "odd"})["attributes"])[field] == "odd"


def test_whole_numbers_may_be_written_with_a_point(read, tmp_path: Path) -> None:
    row = one(read, tmp_path, input_tokens=12.0, seed=3)
    assert (row["input_tokens"], row["seed"], row["attributes"]) == (12, 3, None)


def test_unknown_fields_are_kept_beside_attributes(read, tmp_path: Path) -> None:
    row = one(read, tmp_path, attributes={"a": 1}, b={"c": None}, cache={"status": "hit", "store": "redis"}, name=None)
    assert json.loads(row["attributes"]) == {"a": 1, "b": {"c": None}, "cache": {"store": "redis"}}


def test_documents_with_more_than_id_and_score_are_kept_whole(read, tmp_path: Path) -> None:
    row = one(read, tmp_path, retrieval={"documents": [{"id": "d", "score": 0.5, "title": "Refunds"}]})
    assert row["retrieval_documents"] == [{"id": "d", "score": 0.5}]
    assert (row["retrieval_hits"], row["retrieval_top_score"]) == (1, 0.5)
    assert "Refunds" in row["attributes"]


def test_no_hit_is_not_the_same_as_not_told(read, tmp_path: Path) -> None:
    assert one(read, tmp_path, retrieval={"hits": 0})["retrieval_hits"] == 0
    assert one(read, tmp_path, retrieval={"documents": []})["retrieval_hits"] == 0
    assert one(read, tmp_path, retrieval={})["retrieval_hits"] is None


def test_kinds_that_are_not_told(read, tmp_path: Path) -> None:
    assert one(read, tmp_path, model="m")["kind"] == "llm"
    assert one(read, tmp_path)["kind"] == "request"
    odd = one(read, tmp_path, kind="chain")
    assert odd["kind"] == "other"
    assert json.loads(odd["attributes"]) == {"kind": "chain"}


def test_finish_reasons_are_mapped_and_the_word_is_kept(read, tmp_path: Path) -> None:
    row = one(read, tmp_path, finish_reason="max_tokens")
    assert row["finish_reason"] == "length"
    assert json.loads(row["attributes"]) == {"finish_reason": "max_tokens"}


def test_a_parent_of_zeros_is_none(read, tmp_path: Path) -> None:
    assert one(read, tmp_path, parent_id="0000000000000000")["parent_id"] is None


def test_a_guardrail_may_tell_its_verdict_in_attributes(read, tmp_path: Path) -> None:
    row = one(read, tmp_path, kind="guardrail", attributes={"category": "pii", "action": "block"})
    assert (row["guardrail_category"], row["guardrail_action"]) == ("pii", "block")


def test_text_is_kept_to_the_letter(read, tmp_path: Path) -> None:
    text = 'quotes " and \\ and \u0007 and 한글 and \U0001f600 and </script>'
    row = one(read, tmp_path, input=text, name=text, output={"content": text})
    assert row["input"] == row["name"] == text
    assert json.loads(row["output"]) == {"content": text}


ODD: list[dict[str, object]] = [
    {"name": 7, "tenant": ["acme"]},
    {"name": "7", "user": "48213", "app_version": "4.0"},
    {"user": 48213, "app_version": 4.0, "session": True},
    {"user": "true", "route": "[a]", "region": "{b}", "client": "-1"},
    {"unheard_of": {"a": [1, None]}, "status": None},
    {"status": "weird", "kind": "chain", "finish_reason": "max_tokens"},
    {"end": [1791158402, 0]},
    {"end": "later", "input_tokens": "12", "output_tokens": 12.0},
    {"start": 1791158400123, "end": "1791158401"},
    {"id": 12},
    {"id": "12.5", "parent_id": 3},
    {"parent_id": 0.5, "trace_id": "1.5"},
    {"cache": {"status": "hit", "age_s": "old"}, "retrieval": {"documents": [{"id": "d", "score": 1, "x": 2}, 5]}},
    {"attributes": {}, "guardrail": "none", "scores": [{"name": "n", "value": 1}]},
    {"fallback": True},
    {"fallback": "m-2", "temperature": 1e-1, "cost_usd": 1e-7},
]


def test_a_line_becomes_the_same_among_others_as_alone(read, tmp_path: Path) -> None:
    usual: dict[str, object] = {
        "start": "2026-10-05T00:00:00Z",
        "name": "chat",
        "user": "u",
        "status": "ok",
        "end": "2026-10-05T00:00:01Z",
    }
    lines = [json.dumps({**usual, "id": f"u{n}", "app_version": f"v{n % 3}"}) for n in range(1000)]
    odd = [json.dumps({**usual, "id": f"odd-{n}", **fields}) for n, fields in enumerate(ODD)]
    (tmp_path / "all.jsonl").write_text("\n".join([*lines[:400], *odd, *lines[400:]]))
    among = read(tmp_path / "all.jsonl")
    assert among.counts == [(1000 + len(ODD), 1000 + len(ODD), 0, 0)]
    places = ("source_file", "source_line")
    found = {row["source_line"]: {k: v for k, v in row.items() if k not in places} for row in among.spans}
    for n, line in enumerate(odd):
        (tmp_path / f"{n}.jsonl").write_text(line)
        [alone] = read(tmp_path / f"{n}.jsonl", options=intake.Options(fmt="native")).spans
        assert found[401 + n] == {k: v for k, v in alone.items() if k not in places}


def test_what_is_no_number_to_json_is_nothing_in_lists_and_attributes(read, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "a", "start": 1791158400, "cost_usd": NaN, "z": [NaN, "NaN", -Infinity], '
        '"scores": [{"name": "s", "value": NaN}], "retrieval": {"documents": [{"id": "d", "score": NaN}]}}\n'
    )
    [row] = read(tmp_path).spans
    assert (row["cost_usd"], row["scores"][0]["value"], row["retrieval_top_score"]) == (None, None, None)
    assert json.loads(row["attributes"])["z"] == [None, "NaN", None]
    assert "cost_usd" in json.loads(row["attributes"])
