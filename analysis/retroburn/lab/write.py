"""Traces to lines, lines to files: the native format, a gzip file a day."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from retroburn.lab.trace import Span, Trace

DAY = 86_400_000_000
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def lay_out(trace: Trace) -> list[Span]:
    """The spans of a request with ids, parents and times: the root first, its steps one after the other."""
    root, spans, cursor = trace.root, [trace.root], trace.row.t + 1_000 + trace.row.uid % 3_000
    for number, span in enumerate(trace.steps, 1):
        cursor += int(span.pop("_gap", 0) * 1000)
        span.update(id=f"{trace.id}-{number}", trace_id=trace.trace_id, parent_id=trace.id, start=cursor)
        cursor += int(span["duration_ms"] * 1000)
        span["duration_ms"] = round(span["duration_ms"], 1)
        spans.append(span)
    root["start"] = trace.row.t
    root["duration_ms"] = round((cursor - trace.row.t) / 1000 + 1.5, 1)
    if trace.row.app == "agent":
        wrap(trace)
    return spans


def wrap(trace: Trace) -> None:
    """Lets the root of an agent's trace carry the usage of its model calls once more, as many frameworks do."""
    paid = [span for span in trace.of("llm") if "cost_usd" in span]
    if paid:
        trace.root["cost_usd"] = round(sum(span["cost_usd"] for span in paid), 9)
        for field in ("input_tokens", "output_tokens"):
            trace.root[field] = sum(span[field] for span in paid)


def clock(at: int) -> str:
    """Microseconds as RFC 3339, to the millisecond."""
    seconds, micro = divmod(at, 1_000_000)
    return f"{_second(seconds)}.{micro // 1000:03d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%dT%H:%M:%S}"


def line(span: Span) -> str:
    """One record of the native format."""
    record: dict[str, Any] = {"id": span["id"], "trace_id": span["trace_id"]}
    if "parent_id" in span:
        record["parent_id"] = span["parent_id"]
    record["kind"], record["name"], record["start"] = span["kind"], span["name"], clock(span["start"])
    for key, value in span.items():
        if key not in record and value is not None:
            record[key] = value
    return _ENCODE(record)


def write_days(spans: Iterable[Span], folder: Path) -> int:
    """Writes spans, which come in order of their request, to `folder/DATE.jsonl.gz` by the day the request began.

    What is done again may begin after midnight, before the last requests of its day are told: that file goes on then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    begun: set[str] = set()
    for day, part in groupby(_with_day(spans), key=lambda pair: pair[0]):
        name = f"{datetime.fromtimestamp(day * DAY // 1_000_000, tz=UTC):%Y-%m-%d}.jsonl.gz"
        lines = [line(span) for _, span in part]
        count += len(lines)
        # no name and no time in the gzip header: the same log, the same bytes
        mode = "ab" if name in begun else "wb"
        with (folder / name).open(mode) as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
            file.write(("\n".join(lines) + "\n").encode())
        begun.add(name)
    return count


def _with_day(spans: Iterable[Span]) -> Iterator[tuple[int, Span]]:
    day = 0
    for span in spans:
        if "parent_id" not in span:
            day = span["start"] // DAY
        yield day, span
