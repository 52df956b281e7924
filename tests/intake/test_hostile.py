"""Files made to break a reader: an exact account or one plain message, no traceback, no hang, no machine filled up."""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

import retroburn
from retroburn import intake
from retroburn.config import Config
from retroburn.errors import SourceError

START = "2026-10-05T00:00:00Z"


def line(name: str, **more: object) -> str:
    return json.dumps({"id": name, "start": START, **more}, ensure_ascii=False) + "\n"


def nested(depth: int) -> str:
    return f'{{"id": "deep", "start": "{START}", "x": {"[" * depth}{"]" * depth}}}'


def test_numbers_that_nothing_counted_are_kept_aside_and_stop_no_detector(tmp_path: Path) -> None:
    columns = ["duration_ms", "attempt", "input_tokens", "output_tokens", "cache_read_tokens", "cost_usd"]
    numbers = [2**63 - 1, -(2**63), 10**18, 1e308, 2**31 - 1, 10**11 - 1, 99_999, -1]
    fields = [{name: numbers[(n + place) % 8] for place, name in enumerate(columns)} for n in range(120)]
    ages = [{"status": "hit", "key": f"k{n % 3}", "age_s": numbers[n % 8], "ttl_s": numbers[n % 5]} for n in range(120)]
    (tmp_path / "a.jsonl").write_text(
        "".join(
            line(
                f"r{n}",
                trace_id=f"t{n // 4}",
                model="m",
                status="ok",
                input="q",
                output="a",
                cache=ages[n],
                **fields[n],
            )
            for n in range(120)
        )
    )
    with retroburn.open(tmp_path / "a.jsonl") as logs:
        told = json.loads(logs.check().document.to_json())
        [kept] = logs.sql("select attributes from spans where id = 'r6' and input_tokens is null")["attributes"]
    assert [entry["accepted"] for entry in told["inputs"]] == [120]
    assert (told["status"], told["failed"]) == ("complete", [])
    assert json.loads(kept)["input_tokens"] == 2**63 - 1


def test_a_cell_with_every_kind_of_line_end_is_one_cell(read, tmp_path: Path) -> None:
    cell = "'\"\n\r;\r\n|=1+1"
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [["id", "timestamp", "prompt", "model"], ["a", START, cell, "m"], ["b", START, "q", "m"]]
        )
    found = read(tmp_path / "a.csv")
    assert (found.counts, found.ids) == ([(2, 2, 0, 0)], ["a", "b"])
    assert found.spans[0]["input"] == cell


def test_json_nested_ten_thousand_deep_is_kept_or_refused_and_the_rest_is_read(read, tmp_path: Path) -> None:
    objects = '{"a":' * 10_000 + "1" + "}" * 10_000
    (tmp_path / "a.jsonl").write_text(line("a") + nested(10_000) + "\n" + objects + "\n" + line("b"))
    found = read(tmp_path / "a.jsonl")
    assert {"a", "b"} <= set(found.ids)
    assert found.counts == [(4, len(found.ids), 0, 4 - len(found.ids))]
    listed = ",\n".join([line("a").strip(), nested(10_000), objects, line("b").strip()])
    (tmp_path / "b.json").write_text(f"[\n{listed}\n]")
    found = read(tmp_path / "b.json")
    assert {"a", "b"} <= set(found.ids)
    assert found.counts[0][0] == len(found.ids) + len(found.rejects)


@pytest.mark.slow
def test_an_object_with_a_million_keys_is_one_record(read, tmp_path: Path) -> None:
    keys = ",".join(f'"k{n}":{n}' for n in range(1_000_000))
    (tmp_path / "a.jsonl").write_text(f'{line("a")}{{"id":"many","start":"{START}",{keys}}}\n{line("b")}')
    found = read(tmp_path / "a.jsonl")
    assert found.ids == ["a", "many", "b"]
    assert len(json.loads(found.spans[1]["attributes"])) == 1_000_000


def test_a_span_of_more_attributes_than_the_limit_is_refused_with_the_limit_and_its_neighbour_is_kept(
    read, tmp_path: Path
) -> None:
    span = {"traceId": "a" * 32, "name": "chat", "startTimeUnixNano": "1791100800000000000"}
    many = [{"key": "k", "value": {"intValue": "1"}}] * 100_001
    spans = [{**span, "spanId": "1" * 16, "attributes": many}, {**span, "spanId": "2" * 16, "attributes": many[:2]}]
    (tmp_path / "a.json").write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}))
    found = read(tmp_path / "a.json")
    assert (found.ids, found.counts) == (["2" * 16], [(2, 1, 0, 1)])
    assert [row["reason"] for row in found.rejects] == ["more than 100,000 attributes"]


@pytest.mark.slow
def test_a_line_of_two_hundred_megabytes_takes_less_than_four_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        file.write(line("a"))
        file.write(f'{{"id": "long", "start": "{START}", "input": "')
        for _ in range(200):
            file.write("0123456789abcdef" * 65_536)
        file.write('"}\n' + line("b"))
    command = [sys.executable, "-m", "retroburn.cli", "sql", "select id, length(input) as n from spans order by id"]
    done = subprocess.run([*command, str(path), "--csv"], capture_output=True, text=True, check=True)
    assert done.stdout == f"id,n\na,\nb,\nlong,{200 << 20}\n"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 4 << 20


def _zip(content: bytes) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.jsonl", content)
    return out.getvalue()


NAMES = ["a\nb.jsonl", 'it\'s "a".jsonl', "$(touch x);drop table.jsonl", "[0-9]*.jsonl", "\u202egnp.jsonl", "{x}.jsonl"]
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda content: gzip.compress(content, 1),
    "zstd": zstandard.compress,
    "zip": _zip,
    "gzip of gzip": lambda content: gzip.compress(gzip.compress(content, 1)),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_bomb_is_left_alone_with_the_limit_named_and_how_to_raise_it(read, tmp_path: Path, packing: str) -> None:
    (tmp_path / "bomb").write_bytes(PACKINGS[packing](b"0" * (300 << 20)))
    with pytest.raises(SourceError, match=r"more than 256 MB and 200 times its size.*raise unpack_ratio in --config"):
        read(tmp_path / "bomb")
    (tmp_path / "a.jsonl").write_text(line("a"))
    found = read(tmp_path)
    assert found.ids == ["a"]
    assert ["unpack_ratio" in told for told in found.result.partial] == [True]


def test_a_log_that_packs_well_is_none(read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retroburn.intake.plain._HARMLESS", 1 << 20)
    packed = gzip.compress(
        "".join(line(f"s{n}", input="the same words again " * 40) for n in range(20_000)).encode(), 9
    )
    (tmp_path / "a.jsonl.gz").write_bytes(packed)
    assert len(read(tmp_path / "a.jsonl.gz").spans) == 20_000
    with pytest.raises(SourceError, match="5 times"):
        read(tmp_path / "a.jsonl.gz", options=intake.Options(config=Config(unpack_ratio=5)))


@pytest.mark.slow
def test_ten_thousand_tiny_files_are_told_apart_together(read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10_000):
        (tmp_path / f"{n:05}.jsonl").write_text(line(f"s{n}"))
    asked = []
    known = intake.reader.identify  # type: ignore[attr-defined]

    def counted(eng, files):
        asked.append(1)
        return known(eng, files)

    monkeypatch.setattr("retroburn.intake.reader.identify", counted)
    found = read(tmp_path)
    assert len(found.spans) == 10_000
    assert set(found.counts) == {(1, 1, 0, 0)}
    assert len(asked) == 40


def test_links_that_lead_nowhere_or_to_themselves_are_told_or_left_aside(read, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nothing")
    (folder / "up").symlink_to(tmp_path)
    (folder / "a.jsonl").write_text(line("a"))
    assert read(tmp_path).ids == read(folder).ids == ["a"]
    for name in ("loop", "gone.jsonl"):
        with pytest.raises(SourceError, match="cannot be read"):
            read(tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_file_is_only_a_name(read, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(line("a") + "broken\n" + line("b"))
    found = read(tmp_path / name)
    assert found.counts == [(3, 2, 0, 1)]
    assert {row["source_file"] for row in found.spans} == {name}
    assert [(row["source_file"], row["line"]) for row in found.rejects] == [(name, 2)]
    with retroburn.open(tmp_path / name) as logs:
        document = logs.check().document
    assert not {"\n", "\u202e"} & set("".join(document.health))
    assert "\u202e" not in document.inputs[0].path


def test_bytes_in_a_name_that_are_no_text_are_shown_by_their_numbers(read, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jsonl")
    (tmp_path / name).write_text(line("a") + "broken\n")
    for source, label in ((tmp_path / name, r"caf\xe9.jsonl"), (tmp_path, rf"{tmp_path.name}/caf\xe9.jsonl")):
        found = read(source)
        assert (found.counts, found.spans[0]["source_file"]) == ([(2, 1, 0, 1)], label)


def test_a_folder_of_any_name_is_a_store(read, tmp_path: Path) -> None:
    from retroburn.engine import Engine

    (tmp_path / "a.jsonl").write_text(line("a"))
    store = tmp_path / 'it\'s "a" store; [1]*'
    with Engine() as eng:
        intake.import_store(eng, [str(tmp_path / "a.jsonl")], store)
    assert read(store).ids == ["a"]


def test_cells_that_a_spreadsheet_would_run_are_text(read, tmp_path: Path) -> None:
    cells = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "=HYPERLINK(1)"]
    rows = "".join(f'{n},2026-10-05T00:00:0{n}Z,m,"{cell}"\n' for n, cell in enumerate(cells))
    (tmp_path / "a.csv").write_text(f"id,timestamp,model,prompt\n{rows}")
    assert [row["input"] for row in read(tmp_path / "a.csv").spans] == cells


def test_bidi_and_zero_width_text_is_kept_as_it_is_and_shown_without(read, tmp_path: Path) -> None:
    text = "a\u202ecod.exe\u202c\u200b\u2066x\u2069\ufeff"
    (tmp_path / "a.jsonl").write_text(line("a", input=text, tenant=text) + line("b") + f'{{"input": "{text}"}}\n')
    found = read(tmp_path / "a.jsonl")
    assert (found.spans[0]["input"], found.spans[0]["tenant"]) == (text, text)
    assert not {"\u202e", "\u200b", "\u2066", "\ufeff"} & set(found.rejects[0]["sample"])
