"""Payloads that were encoded are decoded: each record in them counts, what cannot be decoded is told and why."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from retroburn.intake import coded, plain
from tests.samples.golden import HERE

Document = dict[str, Any]


def _record(name: str) -> Document:
    return {"id": name, "trace_id": "t", "start": "2026-10-05T12:00:00Z", "model": "m", "input_tokens": 3}


def _event(*payloads: bytes | str | None) -> Document:
    told = [base64.b64encode(one).decode() if isinstance(one, bytes) else one for one in payloads]
    return {"records": [{"recordId": str(n), **({} if one is None else {"data": one})} for n, one in enumerate(told)]}


def _text(*names: str) -> bytes:
    return "".join(json.dumps(_record(name)) for name in names).encode()


def test_each_record_of_a_payload_counts_and_each_broken_payload_is_told(read, tmp_path: Path) -> None:
    packed = gzip.compress(_text("z"))
    whole = _event(_text("a", "b"), packed, f"[{_text('c').decode()}]".encode())
    broken = _event("%%%", packed[:40], b"", None, b"START mail a@b.example", b"\x00\xff\xfe\x80", _text("d"))
    (tmp_path / "1.jsonl").write_text(f"{json.dumps(whole)}\n{json.dumps(broken)}\n")
    found = read(tmp_path)
    assert found.ids == ["a", "b", "z", "c", "d"]
    assert [row["source_line"] for row in found.spans] == [1, 2, 3, 4, 11]
    assert found.counts == [(11, 5, 0, 6)]
    assert [(row["line"], row["reason"]) for row in found.rejects] == [
        (5, "a payload that is no base64"),
        (6, "a payload that cannot be unpacked (compressed data ends early)"),
        (7, "a payload that is empty"),
        (8, "no payload"),
        (9, "a payload that is not JSON"),
        (10, "a payload that is not JSON"),
    ]
    assert "a@b.example" not in json.dumps(found.rejects)


def test_a_payload_that_would_fill_the_memory_is_refused_and_the_others_are_kept(
    read, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(coded, "MOST", 1 << 20)
    bomb = gzip.compress(b" " * (2 << 20))
    (tmp_path / "1.json").write_text(json.dumps(_event(_text("a"), bomb, gzip.compress(bomb), _text("b"))))
    found = read(tmp_path)
    assert found.ids == ["a", "b"]
    told = "a payload that would unpack to more than 1 MB, the limit"
    assert [(row["line"], row["reason"]) for row in found.rejects] == [(2, told), (3, told)]
    # many of them, each within the limit, are one too
    monkeypatch.setattr(plain, "_HARMLESS", 1 << 20)
    grown = [gzip.compress(json.dumps(_record(str(n)) | {"input": "x" * 400_000}).encode()) for n in range(60)]
    (tmp_path / "1.json").write_text(json.dumps(_event(*grown)))
    few = read(tmp_path).counts[0]
    assert few[0] == 60
    assert 0 < few[1] < 60


def test_what_only_looks_encoded_stays_a_record(read, tmp_path: Path) -> None:
    told = base64.b64encode(b"an attachment").decode()
    deep = json.loads("[" * 900 + "]" * 900)
    rows = [
        {**_record(f"{n}"), "message": {"data": told}, "data": json.dumps(_record("x")), "records": deep}
        for n in range(3)
    ]
    (tmp_path / "1.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read(tmp_path)
    assert found.ids == ["0", "1", "2"]
    assert json.loads(found.spans[0]["attributes"])["message"] == {"data": told}


def test_subscriptions_that_a_stream_put_one_behind_the_other_are_read_whole(read, tmp_path: Path) -> None:
    lines = (HERE / "native" / "app.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.dumps({"messageType": "DATA_MESSAGE", "logEvents": [{"message": line}]}).encode() for line in lines]
    members = [gzip.compress(text) for text in texts]
    (tmp_path / "1").write_bytes(b"".join(texts))
    (tmp_path / "2").write_bytes(b"".join(members))
    (tmp_path / "3").write_bytes(b"\n".join(members) + b"\n")
    (tmp_path / "4").write_bytes(gzip.compress(b"".join(members)))
    (tmp_path / "5").write_bytes(b"\n".join(members)[:-20])
    found = read(tmp_path)
    # of the last one a part is missing
    assert [entry.records for entry in found.result.inputs] == [5, 5, 5, 5, 5]
    assert [entry.rejected for entry in found.result.inputs] == [0, 0, 0, 0, 1]
    assert [entry.note is None for entry in found.result.inputs] == [True, True, True, True, False]


def test_what_is_packed_without_end_is_no_log(read, tmp_path: Path) -> None:
    packed = _text("a")
    for _ in range(12):
        packed = gzip.compress(packed)
    (tmp_path / "1.gz").write_bytes(packed)
    (tmp_path / "2.json").write_text(json.dumps(_event(packed, _text("b"))))
    found = read(tmp_path)
    assert found.ids == ["b"]
    assert "the limit" in str(found.result.inputs[0].note)
    assert found.counts[1] == (2, 1, 0, 1)


def test_an_entry_of_google_cloud_lends_its_time_and_its_trace(read, tmp_path: Path) -> None:
    said = {"question": "where is it?", "answer": "on its way", "model": "m-1", "latency_ms": 120}
    for name, key in {"1.jsonl": "jsonPayload", "2.jsonl": "textPayload"}.items():
        entries = [
            {
                "insertId": f"{name}-{n}",
                "timestamp": f"2026-10-05T12:00:0{n}.123456789Z",
                "severity": "ERROR" if n else "INFO",
                "labels": {"tenant": "acme"},
                "trace": f"projects/p/traces/7{n}",
                key: said if key == "jsonPayload" else json.dumps(said),
            }
            for n in range(2)
        ]
        (tmp_path / name).write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    found = read(tmp_path)
    told = ["id", "trace_id", "status", "tenant", "input", "output", "duration_ms"]
    for name, rows in (("1.jsonl", found.spans[:2]), ("2.jsonl", found.spans[2:])):
        assert [[row[key] for key in told] for row in rows] == [
            [f"{name}-0", "70", "ok", "acme", "where is it?", "on its way", 120.0],
            [f"{name}-1", "71", "error", "acme", "where is it?", "on its way", 120.0],
        ]
    assert str(found.spans[0]["start"]) == "2026-10-05 12:00:00.123456"
