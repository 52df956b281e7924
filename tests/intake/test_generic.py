"""Logs of no vendor: columns are found by name, by your aliases, and by what their values look like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from retroburn import intake
from retroburn.config import Config
from retroburn.errors import ConfigError
from retroburn.intake import reader, unpack
from tests.intake.conftest import read_logs

SAMPLES = Path(__file__).parents[1] / "samples" / "generic"


def lines(path: Path, *records: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_an_alias_mends_a_wrong_guess(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"ts": 1791158400, "prompt": "template 7", "payload": {"q": "really asked"}})
    assert read_logs(path).spans[0]["input"] == "template 7"
    config = Config(aliases={"input": "payload.q", "prompt_version": ["prompt"]})
    [row] = read_logs(path, options=intake.Options(config=config)).spans
    assert (row["input"], row["prompt_version"]) == ("really asked", "template 7")


def test_an_alias_for_no_field_offers_the_nearest(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"ts": 1791158400, "prompt": "hi"})
    with pytest.raises(ConfigError, match="tenat: no such field. Did you mean tenant"):
        read_logs(path, options=intake.Options(config=Config(aliases={"tenat": "x"})))


def test_an_id_that_many_records_share_names_no_record(tmp_path: Path) -> None:
    records = [{"time": f"2026-10-05T00:00:{n:02}Z", "id": f"conversation-{n % 3}", "prompt": "hi"} for n in range(30)]
    found = read_logs(lines(tmp_path / "a.jsonl", *records))
    assert found.counts == [(30, 30, 0, 0)]
    assert len(set(found.ids)) == 30


def test_seconds_and_milliseconds_are_told_apart(tmp_path: Path) -> None:
    base = {"time": "2026-10-05T00:00:00Z", "prompt": "hi"}
    told = {"latency": [1.5, 1500.0], "latency_s": [2, 2000.0], "duration_ms": [0.5, 0.5], "elapsed": [850, 850.0]}
    for name, (value, meant) in told.items():
        path = lines(tmp_path / f"{name}.jsonl", {**base, name: value})
        assert read_logs(path).spans[0]["duration_ms"] == meant, name


def test_outcomes_in_words_codes_and_flags(tmp_path: Path) -> None:
    cases = [
        ("status", "succeeded", "ok"),
        ("status", 504, "timeout"),
        ("success", False, "error"),
        ("outcome", "aborted", "cancelled"),
    ]
    for field, value, meant in cases:
        path = lines(tmp_path / "a.jsonl", {"time": "2026-10-05T00:00:00Z", "prompt": "hi", field: value})
        assert read_logs(path).spans[0]["status"] == meant, value


def test_an_empty_answer_stays_empty_and_a_missing_one_missing(tmp_path: Path) -> None:
    base = {"time": "2026-10-05T00:00:00Z", "question": "hi"}
    found = read_logs(lines(tmp_path / "a.jsonl", {**base, "answer": ""}, base))
    assert [row["output"] for row in found.spans] == ["", None]


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"copy (select timestamp '2026-10-05 00:00:00' as created_at, 'm' as model, 12::bigint as prompt_tokens, "
            f"{{'id': 'u'}} as user, null::varchar as answer from range(3)) to '{path}' (format parquet)"
        )
    found = read_logs(path)
    assert found.counts == [(3, 3, 0, 0)]
    assert {(r["model"], r["input_tokens"], r["source_line"]) for r in found.spans} == {("m", 12, n) for n in (1, 2, 3)}


def test_what_is_not_mapped_is_kept(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"ts": 1791158400, "prompt": "hi", "colour": "red", "meta": {"deep": [1]}})
    assert json.loads(read_logs(path).spans[0]["attributes"]) == {"colour": "red", "meta": {"deep": [1]}}


def test_lines_of_one_request_become_one_row_and_all_are_accepted() -> None:
    found = read_logs(SAMPLES / "turns.jsonl")
    assert found.counts == [(6, 6, 0, 0)]
    columns = ("status", "duration_ms", "attempt", "input", "output")
    told = {row["id"]: tuple(row[column] for column in columns) for row in found.spans}
    assert told == {
        "e1": ("ok", 2000, 2, "hi", "hello"),
        "e2": ("timeout", 30_000, None, "ho", None),
        "e3": (None, None, None, "still there?", None),
    }
    assert [(row["kind"], row["output_tokens"]) for row in found.spans] == [("llm", 5), ("llm", None), ("llm", None)]


def test_a_conversation_that_shares_an_id_is_not_folded(tmp_path: Path) -> None:
    records = [
        {
            "ts": f"2026-10-05T00:00:{n:02}Z",
            "request_id": f"c{n // 3}",
            "event": "chat",
            "prompt": "hi",
            "response": "ho",
        }
        for n in range(12)
    ]
    assert len(read_logs(lines(tmp_path / "a.jsonl", *records)).spans) == 12


def test_records_behind_what_a_logger_writes_are_pulled_out() -> None:
    found = read_logs(SAMPLES / "service.log")
    assert found.counts == [(5, 4, 0, 1)]
    assert [(row["id"], str(row["start"])) for row in found.spans] == [
        ("l1", "2026-10-05 00:20:00.120000"),
        ("l2", "2026-10-05 00:20:02.500000"),
        ("l3", "2026-10-05 00:20:03"),
        ("l4", "2026-10-05 00:20:04"),
    ]
    assert [row["input_tokens"] for row in found.spans] == [1234, None, None, None]
    assert [row["duration_ms"] for row in found.spans] == [None, 12, None, None]
    assert (found.spans[3]["status"], found.spans[3]["error_message"]) == ("ok", "upstream failed")


def test_the_rest_of_a_torn_line_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    whole = '{"ts": "2026-10-05T00:00:00Z", "prompt": "hi", "meta": {"a": 1}}\n'
    path.write_text(whole * 2 + 'NFO at 10:00:00", "meta": {"ts": 1791158400, "prompt": "x"}}\n')
    assert read_logs(path).counts == [(3, 2, 0, 1)]


def test_documents_behind_one_another_without_a_line_end_are_records_of_their_own(tmp_path: Path) -> None:
    record = '{"ts": "2026-10-05T00:00:0%d.000Z", "prompt": "a } and {", "latency_ms": -Infinity}'
    (tmp_path / "a.json").write_text("".join(record % n for n in range(4)))
    found = read_logs(tmp_path)
    assert found.counts == [(4, 4, 0, 0)]
    assert {row["duration_ms"] for row in found.spans} == {None}


def test_keys_that_differ_only_in_case_lose_nothing(tmp_path: Path) -> None:
    [row] = read_logs(lines(tmp_path / "a.jsonl", {"ts": 1791158400, "prompt": "x", "Model": "A", "model": "b"})).spans
    assert {row["model"], json.loads(row["attributes"]).popitem()[1]} == {"A", "b"}


def test_korean_columns_are_found_by_their_names() -> None:
    found = read_logs(SAMPLES / "korean.csv", SAMPLES / "korean.jsonl")
    assert found.counts == [(4, 4, 0, 0), (3, 3, 0, 0)]
    first, _, failed, empty = found.spans[:4]
    assert (first["id"], first["model"], first["output"], first["status"]) == ("k0", "gpt-4o", "내일입니다", "ok")
    assert (first["input_tokens"], first["output_tokens"], float(first["cost_usd"])) == (1200, 35, 0.0012)
    assert (first["duration_ms"], first["user"], first["session"], first["cache_status"]) == (1000, "u0", "s0", "hit")
    assert (failed["status"], failed["error_message"], failed["attempt"], empty["retrieval_hits"]) == (
        "error",
        "시간 초과",
        3,
        0,
    )
    other = found.spans[4]
    assert (other["tenant"], other["duration_ms"], other["scores"][0]["value"]) == ("acme", 800, 5)


def test_money_of_another_currency_is_not_taken_for_dollars(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("timestamp,prompt,Cost ($)\n2026-05-04T10:00:00Z,hi,$0.50\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("timestamp,prompt,비용(원)\n2026-05-04T10:00:00Z,hi,700\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("timestamp,prompt,cost\n2026-05-04T10:00:00Z,hi,₩700\n", encoding="utf-8")
    (tmp_path / "d.csv").write_text("timestamp,prompt,usd_cost\n2026-05-04T10:00:00Z,hi,0.25\n", encoding="utf-8")
    paid = [row["cost_usd"] for row in read_logs(tmp_path).spans]
    assert [None if value is None else float(value) for value in paid] == [0.5, None, None, 0.25]


def test_fields_inside_objects_are_found_and_no_object_is_taken_for_a_name() -> None:
    row = read_logs(SAMPLES / "nested.jsonl").spans[0]
    assert (row["model"], row["provider"], row["input"], row["output"]) == ("gpt-4o", "openai", "p", "r")
    counts = ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens", "retrieval_hits")
    assert [row[name] for name in counts] == [10, 3, 4, 1, 2]
    assert (row["tenant"], row["user"], row["status"], row["retrieval_top_score"]) == ("acme", "u1", "error", 0.9)


def test_a_loggers_line_gives_its_time_to_the_record_that_it_carries() -> None:
    found = read_logs(SAMPLES / "logger.jsonl")
    assert [(row["id"], str(row["start"]), row["duration_ms"]) for row in found.spans] == [
        (f"m{n}", f"2026-05-04 10:00:0{n}.500000", 1200) for n in range(3)
    ]


def test_a_large_table_or_array_is_read_in_pieces_with_the_same_records_and_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    array = [
        {"ts": 1791158400 + n, "id": f"r{n}", "prompt": f"가 {{n}} \\u00e9 [{n}]\n", "latency_ms": 12}
        for n in range(40)
    ]
    (tmp_path / "a.json").write_text(json.dumps(array, ensure_ascii=False, indent=1).replace('"r7"', "7r"))
    rows = "".join(f'179115840{n % 10},c{n},"a\nb"\n' if n % 9 else "\n" for n in range(40))
    (tmp_path / "b.csv").write_text("ts,id,prompt\n" + rows)
    whole = read_logs(tmp_path)
    monkeypatch.setattr(unpack, "LONG", 7)
    monkeypatch.setattr(reader, "_BATCH_BYTES", 1)
    parted = read_logs(tmp_path)
    assert parted.counts == whole.counts
    assert [(row["id"], row["source_line"], row["input"]) for row in parted.spans] == [
        (row["id"], row["source_line"], row["input"]) for row in whole.spans
    ]
    assert [row["reason"] for row in parted.rejects] == [row["reason"] for row in whole.rejects] == ["not JSON"]


def test_who_asked_and_what_was_said_are_found_in_the_objects_that_tell_them(tmp_path: Path) -> None:
    record = {
        "time": "2026-10-05T00:00:00Z",
        "context": {"tenant": "acme", "client": "web", "user": "u1"},
        "llm": {"model": "m", "messages": [{"role": "user", "content": "hi"}], "output": "hello"},
        "error": {"type": "RateLimitError", "message": "slow down", "code": 429},
        "tool": {"input": "no question", "user": "nobody", "messages": ["none"]},
    }
    [row] = read_logs(lines(tmp_path / "a.jsonl", record)).spans
    assert (row["tenant"], row["client"], row["user"]) == ("acme", "web", "u1")
    assert (json.loads(row["input"]), row["output"]) == ([{"role": "user", "content": "hi"}], "hello")
    assert (row["error_type"], row["http_status"]) == ("RateLimitError", 429)


@pytest.mark.parametrize("name", ["http_code", "response_code", "상태코드"])
def test_an_http_status_says_how_it_ended_by_whatever_name(tmp_path: Path, name: str) -> None:
    records = [{"time": "2026-10-05T00:00:00Z", "model": "m", "prompt": "hi", name: code} for code in (200, 504)]
    rows = read_logs(lines(tmp_path / "a.jsonl", *records)).spans
    assert [(row["http_status"], row["status"]) for row in rows] == [(200, "ok"), (504, "timeout")]


def test_an_object_of_something_else_tells_neither_who_asked_nor_what(tmp_path: Path) -> None:
    record = {"time": "2026-10-05T00:00:00Z", "model": "m", "tool": {"input": "x", "user": "y", "messages": ["z"]}}
    [row] = read_logs(lines(tmp_path / "a.jsonl", record)).spans
    assert (row["input"], row["user"]) == (None, None)


def test_words_of_which_nothing_is_known_are_kept(tmp_path: Path) -> None:
    odd = {"duration": "fast", "status": "weird", "attempt": "second", "cache_hit": "dunno", "http_status": "abc",
           "rating": "meh", "arm": "blue"}  # fmt: skip
    known = {"duration": "1.5s", "status": "ok", "attempt": 1, "cache_hit": True, "http_status": 200, "rating": 1,
             "arm": "canary"}  # fmt: skip
    asked = {"ts": "2026-10-05T08:00:00Z", "model": "m"}
    path = lines(tmp_path / "a.jsonl", {**asked, "id": "x", **odd}, {**asked, "id": "y", **known})
    [kept, read] = read_logs(path).spans
    names = {"duration": "duration_ms", "cache_hit": "cache_status", "rating": "scores"}
    assert json.loads(kept["attributes"]) == {names.get(name, name): value for name, value in odd.items()}
    assert read["attributes"] is None
    assert (read["duration_ms"], read["status"], read["cache_status"], read["arm"]) == (1500, "ok", "hit", "canary")


def test_columns_of_two_units_are_not_read_in_one(tmp_path: Path) -> None:
    asked = {"model": "m", "question": "q"}
    records = [{**asked, "id": f"a{n}", "ts": f"2026-10-05T08:00:{n:02}Z", "latency": 1.25 + n / 100} for n in range(9)]
    records += [{**asked, "id": f"b{n}", "ts": f"2026-10-05T08:01:{n:02}Z", "elapsed_ms": 900 + n} for n in range(9)]
    rows = {row["id"]: row for row in read_logs(lines(tmp_path / "a.jsonl", *records)).spans}
    assert rows["b3"]["duration_ms"] == 903
    assert rows["a3"]["duration_ms"] is None
    assert json.loads(rows["a3"]["attributes"]) == {"latency": 1.28}


def test_numbers_with_a_decimal_comma_are_read_where_semicolons_part_the_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"a{n};2026-10-05T08:00:{n:02}Z;1,{n:03};1.234,5{n};1,5 Sterne" for n in range(9)]
    path.write_text("\n".join(["id;time;duration_s;cost;question", *rows]) + "\n")
    row = read_logs(path).spans[3]
    assert (row["duration_ms"], str(row["cost_usd"]), row["input"]) == (1003, "1234.530000000", "1,5 Sterne")


def test_a_comma_parts_thousands_where_it_does_not_part_cells_of_a_semicolon_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,time,duration_ms,question\na,2026-10-05T08:00:00Z,"1,025",hi\nb,2026-10-05T08:00:01Z,7,hi\n')
    assert [row["duration_ms"] for row in read_logs(path).spans] == [1025, 7]
