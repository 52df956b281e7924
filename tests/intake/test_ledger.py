"""The account: every record is accepted, met before, or rejected, whatever the order and packing of the files."""

from __future__ import annotations

import gzip
import json
import os
import random
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from retroburn import intake
from tests.intake.conftest import read_logs

START = "2026-10-05T00:00:00Z"
_GOOD = st.builds(
    lambda n, end, model: json.dumps(
        {"id": f"s{n}", "trace_id": "t", "start": START, "duration_ms": end, "model": model}
    ),
    st.integers(0, 9),
    st.sampled_from([None, 10, 20]),
    st.sampled_from([None, "m"]),
)
_BAD = st.sampled_from(
    ['{"id": "half", "sta', "[1, 2]", "7", '{"start": 1}', '{"id": "x", "start": "noon"}', "words", '{"id": "y"}']
)


@settings(max_examples=12)
@given(
    st.lists(st.one_of(_GOOD, _BAD, st.just("")), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_any_mixture_in_any_order_gives_the_same_spans_and_an_exact_account(
    lines: list[str], chance: random.Random, packed: bool
) -> None:
    lines = [*lines, json.dumps({"id": "always", "start": START, "trace_id": "t"})]
    shuffled = chance.sample(lines, len(lines))
    cut = chance.randrange(len(lines) + 1)
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        Path(one, "a.jsonl").write_text("\n".join(lines))
        for name, part in (("a.jsonl", shuffled[:cut]), ("b.jsonl", shuffled[cut:])):
            content = "\n".join(part).encode()
            Path(two, name).write_bytes(gzip.compress(content) if packed else content)
        options = intake.Options(fmt="native")
        first, second = read_logs(one, options=options), read_logs(two, options=options)
    place = {"source_file", "source_line"}

    def told(read) -> list[dict[str, object]]:
        return sorted(
            ({k: v for k, v in row.items() if k not in place} for row in read.spans), key=lambda row: row["id"]
        )

    def total(read) -> tuple[int, ...]:
        return tuple(map(sum, zip(*read.counts, strict=True)))

    good = [line for line in lines if '"trace_id"' in line]
    assert told(first) == told(second)
    assert total(first) == total(second)
    assert total(first) == (
        sum(line != "" for line in lines),
        len({json.loads(line)["id"] for line in good}),
        len(good) - len({json.loads(line)["id"] for line in good}),
        sum(line != "" for line in lines) - len(good),
    )
    assert len(first.spans) == total(first)[1]


def write(folder: Path, name: str, *records: dict[str, object]) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps({"start": START, **record}) + "\n" for record in records))
    return path


def test_the_record_with_the_later_end_wins_and_takes_over_what_only_the_other_has(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", {"id": "s", "model": "old", "user": "u", "x": 1, "end": "2026-10-05T00:00:01Z"})
    write(tmp_path, "b.jsonl", {"id": "s", "model": "new", "y": 2, "end": "2026-10-05T00:00:02Z"})
    found = read_logs(tmp_path)
    [row] = found.spans
    assert found.counts == [(1, 1, 0, 0), (1, 0, 1, 0)]
    assert (row["model"], row["user"], row["duration_ms"]) == ("new", "u", 2000)
    assert json.loads(row["attributes"]) == {"x": 1, "y": 2}
    assert row["source_file"].endswith("a.jsonl")


def test_what_the_later_record_leaves_null_the_earlier_one_tells(tmp_path: Path) -> None:
    told = [
        {
            "id": "a",
            "start": START,
            "duration_ms": 1,
            "attributes": {"order": "A7", "shop": {"id": 3, "city": "Seoul"}},
        },
        {"id": "a", "start": START, "duration_ms": 2, "attributes": {"order": None, "shop": {"id": 4, "city": None}}},
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in told))
    [row] = read_logs(tmp_path).spans
    assert json.loads(row["attributes"]) == {"order": "A7", "shop": {"id": 4, "city": "Seoul"}}


def test_the_same_id_in_another_trace_is_another_span(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", {"id": "s", "trace_id": "1"}, {"id": "s", "trace_id": "2"})
    assert read_logs(tmp_path).counts == [(2, 2, 0, 0)]


def test_the_same_content_under_two_ids_is_two_records_and_the_health_names_it(tmp_path: Path) -> None:
    same = {"end": "2026-10-05T00:00:02Z", "input": "hi", "output": "ho"}
    write(tmp_path, "a.jsonl", {"id": "1", **same}, {"id": "2", **same}, {"id": "3", **same, "output": "other"})
    found = read_logs(tmp_path)
    assert found.counts == [(3, 3, 0, 0)]
    assert any("with a different id: 1 of 3, such as 1 and 2" in fact.text for fact in found.result.health)


def test_rejects_name_file_line_and_reason(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "a", "start": 1791158400}\n\n{"id": "", "start": 1}\n{"id": {}, "start": 1}\n'
    )
    found = read_logs(tmp_path / "a.jsonl")
    assert [(r["source_file"], r["line"], r["reason"]) for r in found.rejects] == [
        ("a.jsonl", 3, "id cannot be read"),
        ("a.jsonl", 4, "id cannot be read"),
    ]


def test_a_context_file_among_the_logs_is_taken_as_context(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", {"id": "a"})
    (tmp_path / "events.csv").write_text(
        "at,kind,text,ref,tenant\n2026-10-05T09:00:00+09:00,deploy,v2,PR-7,\n2026-10-05T00:10:00Z,alert,late,,acme\nnever,notice,x,,\n"
    )
    found = read_logs(tmp_path)
    assert [(e.role, e.format) for e in found.result.inputs] == [("source", "native"), ("context", "context")]
    assert found.counts[1] == (3, 2, 0, 1)
    assert [(row["kind"], row["text"], row["concerns"]) for row in found.context] == [
        ("deploy", "v2", None),
        ("alert", "late", '{"tenant":"acme"}'),
    ]


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=['{"id": "a", "start": 1791158400}\n'])
    writer.start()
    assert read_logs(pipe).counts == [(1, 1, 0, 0)]
    writer.join()
