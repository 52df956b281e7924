"""Records are found where others wrapped them, also wrapped twice; what is wrapped and is no record is told."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from retroburn import intake
from retroburn.engine import Engine
from retroburn.intake import lines, shape, stage, unpack
from tests.samples.golden import HERE

Document = dict[str, Any]


def _record(name: str) -> Document:
    return {"id": name, "trace_id": "t", "start": "2026-10-05T12:00:00Z", "model": "m", "input_tokens": 3}


def _subscription(*messages: str) -> Document:
    events = [{"id": "1", "timestamp": 1791100800000, "message": message} for message in messages]
    return {"messageType": "DATA_MESSAGE", "logGroup": "g", "subscriptionFilters": ["all"], "logEvents": events}


def _insights(*messages: str) -> Document:
    time = {"field": "@timestamp", "value": "2026-10-05 12:00:00.000"}
    rows = [[time, {"field": "@message", "value": message}, {"field": "@ptr", "value": "p"}] for message in messages]
    return {"results": rows, "statistics": {"recordsMatched": 1.0}, "status": "Complete"}


def _coded(document: Document, packed: bool = False) -> str:
    text = json.dumps(document).encode()
    return base64.b64encode(gzip.compress(text) if packed else text).decode()


def _pushed(document: Document) -> Document:
    return {"message": {"data": _coded(document), "attributes": {}, "messageId": "1"}, "subscription": "s"}


def _entry(payload: Document) -> Document:
    told = {"insertId": "i", "timestamp": "2026-10-05T12:00:00Z", "severity": "INFO", "trace": "projects/p/traces/7f"}
    return {**told, "labels": {"tenant": "acme"}, "jsonPayload": payload}


WRAPS: dict[str, Callable[[Document], Document]] = {
    "subscription": lambda record: _subscription(json.dumps(record)),
    "get-log-events": lambda record: {
        "events": [{"timestamp": 1791100800000, "message": json.dumps(record), "ingestionTime": 1791100800001}],
        "nextForwardToken": "f/1",
    },
    "insights": lambda record: _insights(json.dumps(record)),
    "event hub": lambda record: {"records": [record]},
    "event hub, the records as text": lambda record: {"records": [json.dumps(record)]},
    "event hub in a subscription": lambda record: _subscription(json.dumps({"records": [record]})),
    "subscription in event hub": lambda record: {"records": [_subscription(json.dumps(record))]},
    "logger in docker": lambda record: {"log": json.dumps({"level": "info", "message": json.dumps(record)})},
    "subscription of a function": lambda record: {
        "awslogs": {"data": _coded(_subscription(json.dumps(record)), packed=True)}
    },
    "kinesis": lambda record: {"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": _coded(record)}}]},
    "subscription in kinesis": lambda record: {
        "Records": [{"kinesis": {"data": _coded(_subscription(json.dumps(record)), packed=True)}}]
    },
    "firehose": lambda record: {"invocationId": "i", "records": [{"recordId": "1", "data": _coded(record)}]},
    "queue": lambda record: {"Records": [{"messageId": "1", "body": json.dumps(record)}]},
    "pub/sub": _pushed,
    "pub/sub, pulled": lambda record: {"receivedMessages": [{"ackId": "a", **_pushed(record)}]},
    "pub/sub, a row": lambda record: {"message_id": "1", "publish_time": "x", "data": json.dumps(record)},
    "google cloud": _entry,
    "google cloud in pub/sub": lambda record: _pushed(_entry(record)),
    "text in event hub": lambda record: {"records": [{"resourceId": "/X", "message": json.dumps(record)}]},
}


def test_records_are_found_in_every_envelope_and_in_one_within_another(read, tmp_path: Path) -> None:
    for number, wrap in enumerate(WRAPS.values()):
        lines = [json.dumps(wrap(_record(f"{number}-{place}"))) + "\n" for place in range(2)]
        (tmp_path / f"{number}.jsonl").write_text("".join(lines))
    found = read(tmp_path)
    assert [(entry.format, entry.accepted) for entry in found.result.inputs] == [("native", 2)] * len(WRAPS)
    assert sorted(found.ids) == sorted(f"{number}-{place}" for number in range(len(WRAPS)) for place in range(2))
    assert {(row["model"], row["input_tokens"]) for row in found.spans} == {("m", 3)}
    # a record with a time of its own keeps the labels of its entry
    told = [json.loads(row["attributes"] or "{}").get("log_entry") for row in found.spans]
    assert [entry["labels"]["tenant"] for entry in told if entry] == ["acme"] * 4


def test_a_huge_record_is_known_by_its_beginning_in_every_envelope(read, tmp_path: Path) -> None:
    for number, wrap in enumerate(WRAPS.values()):
        record = {
            "note": "x" * (1 << 21),
            **_record(str(number)),
            **{f"k{n}": n for n in range(500)},
            "odd": float("1e308"),
        }
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(wrap(record)) + "\n")
    (tmp_path / "long.json").write_text(json.dumps({"data": [_record(f"d{n}") for n in range(20000)]}))
    found = read(tmp_path)
    assert [(entry.format, entry.accepted) for entry in found.result.inputs] == [("native", 1)] * len(WRAPS) + [
        ("native", 20000)
    ]
    assert len(found.spans[0]["attributes"]) > 1 << 21


def test_a_named_format_is_found_in_its_envelope_too(read, tmp_path: Path) -> None:
    for number, wrap in enumerate(WRAPS.values()):
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(wrap(_record(str(number)))) + "\n")
    (tmp_path / "bare.jsonl").write_text(json.dumps(_record("bare")) + "\n")
    found = read(tmp_path, options=intake.Options(fmt="native"))
    assert sorted(found.ids) == sorted([*map(str, range(len(WRAPS))), "bare"])
    assert {(entry.format, entry.rejected) for entry in found.result.inputs} == {("native", 0)}


def test_what_is_wrapped_beside_records_and_is_none_is_told(read, tmp_path: Path) -> None:
    told = "START RequestId: 1 Version: $LATEST"
    texts = [told, json.dumps(_record("a")), "[1, 2]"]
    (tmp_path / "1.jsonl").write_text("".join(json.dumps({"timestamp": 1, "message": text}) + "\n" for text in texts))
    (tmp_path / "2.jsonl").write_text(json.dumps(_subscription(json.dumps(_record("b")), told)))
    (tmp_path / "3.json").write_text(json.dumps(_insights(told, json.dumps(_record("c"))), indent=1))
    found = read(tmp_path)
    assert found.ids == ["a", "b", "c"]
    assert found.counts == [(3, 1, 0, 2), (2, 1, 0, 1), (2, 1, 0, 1)]
    assert [(row["line"], row["reason"]) for row in found.rejects][:2] == [(1, "not an object"), (3, "not an object")]


def test_a_bare_record_among_pages_is_one_and_an_empty_page_is_none(read, tmp_path: Path) -> None:
    lines = [{"data": [_record("a")]}, _record("b"), {"data": []}, {"data": [_record("c"), _record("d")]}]
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = read(tmp_path)
    assert found.ids == ["a", "b", "c", "d"]
    assert found.counts == [(4, 4, 0, 0)]


def test_the_same_record_with_and_without_its_envelope_is_one(read, tmp_path: Path) -> None:
    lines = (HERE / "azure_diag" / "request_response.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "1.jsonl").write_text("".join(json.dumps(json.loads(line)) + "\n" for line in lines))
    (tmp_path / "2.json").write_text(json.dumps({"records": [json.loads(line) for line in lines]}, indent=1))
    found = read(tmp_path)
    first, second = found.result.inputs
    assert (second.records, second.accepted, second.duplicates) == (first.records, 0, first.records)


SPAN = {
    "traceId": "a" * 32,
    "name": "chat",
    "startTimeUnixNano": "1791100800000000000",
    "endTimeUnixNano": "1791100801000000000",
}
LONG: dict[str, str] = {
    "page": json.dumps({"data": [_record(f"{n}") for n in range(9)], "next": None}),
    "text in a page": json.dumps({"records": [json.dumps(_record(f"{n}")) for n in range(9)]}),
    "subscription": json.dumps(_subscription(*[json.dumps(_record(f"{n}")) for n in range(9)])),
    "a record that is none": json.dumps({"data": [_record("a"), 7, _record("b")]}),
    "cut": json.dumps({"data": [_record(f"{n}") for n in range(9)]})[:-30],
    "broken": json.dumps({"data": [_record(f"{n}") for n in range(9)]}).replace('"id": "4"', '"id" "4"'),
    "a record with such a list": json.dumps(
        {"id": "whole", "start": "2026-10-05T12:00:00Z", "data": [_record("x")] * 9}
    ),
    "resource behind its spans": json.dumps(
        {
            "resourceSpans": [
                {
                    "scopeSpans": [{"spans": [{**SPAN, "spanId": f"{n:016x}"} for n in range(9)]}],
                    "resource": {"attributes": [{"key": "service.version", "value": {"stringValue": "v9"}}]},
                }
            ]
        }
    ),
}


def test_a_document_too_long_to_be_held_is_read_record_by_record_and_says_the_same(
    read, tmp_path: Path, monkeypatch
) -> None:
    for number, text in enumerate(LONG.values()):
        (tmp_path / f"{number}.json").write_text(text + "\n")
    monkeypatch.setattr(shape, "_SAMPLE_BYTES", 40)
    whole = read(tmp_path)
    monkeypatch.setattr(unpack, "LONG", 300)
    apart = read(tmp_path)
    assert apart.counts == whole.counts
    assert [entry.format for entry in apart.result.inputs] == ["native"] * 7 + ["otlp"]
    assert sorted(map(_without_place, apart.spans)) == sorted(map(_without_place, whole.spans))
    assert {row["app_version"] for row in apart.spans if row["format"] == "otlp"} == {"v9"}


def _without_place(row: Document) -> str:
    return json.dumps({key: value for key, value in row.items() if key != "source_line"}, default=str)


def test_portions_that_fit_the_memory_count_places_as_one_does(tmp_path: Path, monkeypatch) -> None:
    pages = [json.dumps({"data": [_record(f"{page}-{n}") for n in range(3)]}) for page in range(4)]
    (tmp_path / "pages.json").write_text("[" + ",\n".join(pages) + "]")
    monkeypatch.setattr(lines, "_BLOCK", 100)
    with Engine(memory="1GB") as eng:
        monkeypatch.setattr(stage, "_HELD", eng.limit)
        intake.read(eng, [str(tmp_path)])
        assert len(list(eng.folder.glob("spans-source/*.parquet"))) == len(pages)
        placed = eng.rows("select id, source_line from spans order by source_line")
    assert [row["source_line"] for row in placed] == list(range(1, 13))
    assert [row["id"] for row in placed] == [f"{page}-{n}" for page in range(4) for n in range(3)]


def test_each_record_of_a_file_of_several_formats_is_read_by_its_own_importer(read, tmp_path: Path) -> None:
    several = {
        "azure_diag": (HERE / "azure_diag" / "request_response.jsonl").read_text(encoding="utf-8").splitlines(),
        "azure_apim": (HERE / "azure_apim" / "gateway.jsonl").read_text(encoding="utf-8").splitlines(),
        "native": [json.dumps(_record(str(n))) for n in range(9)],
    }
    for name, texts in several.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(texts) + "\n")
    apart = read(tmp_path)
    mixed = [text for place in range(20) for texts in several.values() for text in texts[place : place + 1]]
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "lines.jsonl").write_text("\n".join([*mixed, '{"id": "cut']) + "\n")
    (folder / "hub.json").write_text(json.dumps({"records": [*map(json.loads, mixed), "words"]}, indent=1))
    for path in folder.iterdir():
        found = read(path)
        told = [entry.format for entry in found.result.inputs]
        assert told == ["azure_apim"]  # the commonest
        assert sorted(map(_apart_from_place, found.spans)) == sorted(map(_apart_from_place, apart.spans))
        assert found.counts == [
            tuple(sum(counts) for counts in zip(*apart.counts, (1, 0, 0, 1), strict=True)),
        ]


def _apart_from_place(row: Document) -> str:
    return json.dumps({key: value for key, value in row.items() if not key.startswith("source_")}, default=str)
