"""Vendors' records among broken lines: however they are mixed, split, ordered and packed, they give the same spans."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from retroburn import intake
from tests.intake.conftest import Read, read_logs

BROKEN = ('{"id": "half", "sta', "[1, 2]", "7", "words", '"text"', "{]")
Record = dict[str, Any]


def langfuse(n: int) -> Record:
    return {
        "id": f"o{n}", "trace_id": f"t{n % 3}", "parent_observation_id": "", "type": "GENERATION", "name": "chat",
        "start_time": f"2026-10-05 00:00:{n:02}.000000", "end_time": f"2026-10-05 00:00:{n:02}.500000",
        "provided_model_name": "m", "input": "hi", "output": "안녕",
        "usage_details": {"input": n, "output": 1}, "total_cost": 0.25,
    }  # fmt: skip


def otlp(n: int) -> Record:
    attributes = [
        {"key": "gen_ai.request.model", "value": {"stringValue": "m"}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": str(n)}},
    ]
    start = (1791158400 + n) * 10**9
    span = {
        "traceId": f"{n % 3 + 1:032x}", "spanId": f"{n + 1:016x}", "name": "chat", "kind": 3, "attributes": attributes,
        "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + 10**9),
    }  # fmt: skip
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": [span]}]}]}


def litellm(n: int) -> Record:
    return {
        "request_id": f"r{n}", "call_type": "acompletion", "spend": 0.25, "prompt_tokens": n, "completion_tokens": 1,
        "startTime": f"2026-10-05 00:00:{n:02}.000000", "endTime": f"2026-10-05 00:00:{n:02}.500000", "model": "m",
        "session_id": f"t{n % 3}", "status": "success",
    }  # fmt: skip


def langsmith(n: int) -> Record:
    return {
        "id": f"r{n}", "trace_id": f"t{n % 3}", "name": "chat", "run_type": "llm",
        "inputs": {"q": "hi"}, "outputs": {"a": "ho"},
        "start_time": f"2026-10-05T00:00:{n:02}.000000", "end_time": f"2026-10-05T00:00:{n:02}.500000",
        "prompt_tokens": n, "completion_tokens": 1, "total_cost": "0.25", "status": "success",
    }  # fmt: skip


def generic(n: int) -> Record:
    return {
        "timestamp": f"2026-10-05T00:00:{n:02}Z",
        "request_id": f"r{n}",
        "model": "m",
        "prompt_tokens": n,
        "cost": 0.25,
    }


MAKERS: dict[str, Callable[[int], Record]] = {
    "langfuse": langfuse, "otlp": otlp, "litellm": litellm, "langsmith": langsmith, "generic": generic,
}  # fmt: skip
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "zstd": lambda content: zstandard.ZstdCompressor().compress(content),
    "CRLF and a byte order mark": lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"),
}


def put(folder: str, parts: Sequence[Sequence[str]], packing: str) -> None:
    for number, lines in enumerate(parts):
        Path(folder, f"{number}.jsonl").write_bytes(PACKINGS[packing]("\n".join(lines).encode()))


def told(found: Read) -> list[Record]:
    place = {"source_file", "source_line"}
    return sorted(
        ({k: v for k, v in row.items() if k not in place} for row in found.spans), key=lambda row: row["start"]
    )


def total(found: Read) -> tuple[int, ...]:
    return tuple(map(sum, zip(*found.counts, strict=True)))


@pytest.mark.parametrize("name", MAKERS)
@settings(max_examples=2)
@given(
    numbers=st.lists(st.integers(2, 30), min_size=4, max_size=20, unique=True),
    again=st.integers(0, 3),
    broken=st.lists(st.sampled_from([*BROKEN, ""]), min_size=2, max_size=8),
    packing=st.sampled_from(sorted(PACKINGS)),
    chance=st.randoms(use_true_random=False),
)
def test_any_mixture_gives_the_same_spans_and_an_exact_account(
    name: str, numbers: list[int], again: int, broken: list[str], packing: str, chance: random.Random
) -> None:
    # a log of one's own has ids only where nearly every line has one that no other has
    again = 0 if name == "generic" else again
    lines = [json.dumps(MAKERS[name](n), ensure_ascii=False) for n in [*numbers, *numbers[:again]]] + broken
    first, last = (json.dumps(MAKERS[name](n)) for n in (0, 1))
    shuffled = chance.sample(lines, len(lines))
    cut = chance.randrange(len(lines) + 1)
    options = intake.Options(fmt=name)
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        put(one, [[first, *lines, last]], "plain")
        put(two, [[last, *shuffled[:cut]], [first, *shuffled[cut:]]], packing)
        whole, parts = read_logs(one, options=options), read_logs(two, options=options)
    refused = sum(line != "" for line in broken)
    assert total(whole) == total(parts) == (len(lines) + 2 - broken.count(""), len(numbers) + 2, again, refused)
    assert told(whole) == told(parts)
    assert sum(row["input_tokens"] or 0 for row in whole.spans) == sum(numbers) + 1


def test_rows_of_a_table_are_the_same_however_it_is_split_and_packed(tmp_path: Path) -> None:
    rows = [generic(n) for n in range(20)]

    def table(part: list[Record], broken: int) -> bytes:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(part)
        return (out.getvalue() + "one,cell,more,than,columns,there,are\r\n" * broken).encode()

    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "a.csv").write_bytes(table(rows, 2))
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.csv.gz").write_bytes(gzip.compress(table(rows[:5:-1], 1)))
    (tmp_path / "parts" / "b.csv").write_bytes(table(rows[:6], 1))
    whole, parts = read_logs(tmp_path / "whole"), read_logs(tmp_path / "parts")
    assert total(whole) == total(parts) == (22, 20, 0, 2)
    assert told(whole) == told(parts)
