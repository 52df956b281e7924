"""Bad input: what can be read is kept, what cannot is told, nothing is lost and nothing raises a traceback."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from pathlib import Path

import pytest
import zstandard

from retroburn import intake
from retroburn.errors import SourceError, UsageError
from retroburn.intake import shape, unpack

START = "2026-10-05T00:00:00Z"


def line(name: str, **more: object) -> bytes:
    return json.dumps({"id": name, "start": START, **more}).encode() + b"\n"


def log(folder: Path, *lines: bytes, name: str = "app.jsonl") -> Path:
    path = folder / name
    path.write_bytes(b"".join(lines))
    return path


def test_a_missing_file_is_named(read, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.jsonl: there is no such file"):
        read(tmp_path / "nowhere.jsonl")


def test_no_source_at_all(read) -> None:
    with pytest.raises(SourceError, match="No SOURCE given"):
        read()


@pytest.mark.parametrize(
    "content", [None, b"", b"\n \n", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 9]
)
def test_nothing_there_is_a_log(read, tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    if content is not None:
        (folder / "some.file").write_bytes(content)
    with pytest.raises(SourceError):
        read(folder)


def test_a_foreign_format_is_named_by_its_first_keys(read, tmp_path: Path) -> None:
    path = log(tmp_path, b'{"colour": "red", "size": 3}\n' * 3)
    with pytest.raises(SourceError, match=r"first keys: colour, size.*Known formats: .*native.*--format NAME"):
        read(path)


def test_other_files_in_a_folder_are_skipped_and_named(read, tmp_path: Path) -> None:
    log(tmp_path, line("a"))
    (tmp_path / "notes.md").write_text("# Monday\nAll went well.\n")
    (tmp_path / ".hidden.jsonl").write_bytes(line("hidden"))
    (tmp_path / "_private").mkdir()
    log(tmp_path / "_private", line("private"))
    (tmp_path / "findings.json").write_text('{\n  "schema": "retroburn.findings/1",\n  "findings": []\n}\n')
    found = read(tmp_path)
    assert found.ids == ["a"]
    assert [(e.path, e.format, e.records) for e in found.result.inputs] == [
        (f"{tmp_path.name}/app.jsonl", "native", 1),
        (f"{tmp_path.name}/notes.md", None, 0),
    ]


def test_links_that_go_round_are_read_once(read, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    log(folder, line("a"))
    (folder / "again").symlink_to(folder)
    (folder / "same.jsonl").symlink_to(folder / "app.jsonl")
    assert read(folder).counts == [(1, 1, 0, 0)]


def test_half_a_line_at_the_end_is_rejected_with_its_number(read, tmp_path: Path) -> None:
    found = read(log(tmp_path, line("a"), b"\n", line("b"), b'{"id": "c", "sta'))
    assert found.counts == [(3, 2, 0, 1)]
    assert [(r["line"], r["reason"]) for r in found.rejects] == [(4, "not JSON: ends early")]
    assert [row["source_line"] for row in found.spans] == [1, 3]


def test_a_truncated_gzip_keeps_what_was_read(read, tmp_path: Path) -> None:
    lines = [line(f"s{n}", input=os.urandom(40).hex()) for n in range(5000)]
    path = tmp_path / "app.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(lines))[:-20_000])
    found = read(path)
    assert len(found.spans) > 1000
    assert {int(name[1:]) for name in found.ids} == set(range(len(found.ids)))
    [told] = found.result.partial
    assert "cannot be read to its end" in told


@pytest.mark.parametrize("packing", ["gz", "zst", "zip", "gz of gz", "plain under a wrong name"])
def test_packed_files_are_opened_by_their_content(read, tmp_path: Path, packing: str) -> None:
    content = line("a") + line("b")
    path = tmp_path / "export.dat"
    if packing == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inner/app.jsonl", content)
            archive.writestr("__MACOSX/._app.jsonl", b"junk")
    else:
        content = {
            "gz": gzip.compress(content),
            "zst": zstandard.compress(content),
            "gz of gz": gzip.compress(gzip.compress(content)),
        }.get(packing, content)
        path.write_bytes(content)
    assert read(path).ids == ["a", "b"]


def test_bad_utf8_nul_bytes_and_a_bom_are_mended(read, tmp_path: Path) -> None:
    found = read(
        log(
            tmp_path,
            b"\xef\xbb\xbf" + line("bom"),
            b'{"id": "utf8", "start": "' + START.encode() + b'", "input": "caf\xe9"}\n',
            b"\0\0\0" + line("nul"),
            b'{"id": "tab", "start": "' + START.encode() + b'", "input": "a\tb"}\r\n',
            b'{"id": "half a pair", "start": "' + START.encode() + b'", "input": "\\ud83d"}\n',
            b"\0\0\0\n",
        )
    )
    assert found.counts == [(6, 5, 0, 1)]
    assert [row["input"] for row in found.spans] == [None, "caf\ufffd", None, "a\tb", "\ufffd"]
    assert [(r["line"], r["reason"]) for r in found.rejects] == [(6, "nothing but NUL bytes")]


def test_two_objects_on_a_line_are_two_records_and_never_half_of_one(read, tmp_path: Path) -> None:
    found = read(log(tmp_path, line("a").strip() + line("b"), line("c").strip() + b' {"id": "d", "st\n', line("e")))
    assert found.ids == ["a", "b", "e"]
    assert found.counts == [(4, 3, 0, 1)]
    assert [row["source_line"] for row in found.spans] == [1, 1, 3]


def test_a_line_of_fifty_megabytes(read, tmp_path: Path) -> None:
    found = read(log(tmp_path, line("a"), line("big", input="x" * 50_000_000), line("b")))
    assert found.counts == [(3, 3, 0, 0)]
    assert [len(row["input"] or "") for row in found.spans] == [0, 50_000_000, 0]


def test_line_ends_of_two_kinds(read, tmp_path: Path) -> None:
    found = read(log(tmp_path, line("a").replace(b"\n", b"\r\n"), line("b"), b"\r\n", line("c")))
    assert [(row["id"], row["source_line"]) for row in found.spans] == [("a", 1), ("b", 2), ("c", 4)]


def test_tables_with_line_ends_of_two_kinds_lose_no_row(read, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_bytes(
        b"timestamp,model,prompt\r\n2026-10-05T00:00:00Z,m,hi\r\n2026-10-05T00:01:00Z,m,ho\r\n"
    )
    (tmp_path / "two.csv").write_bytes(b'timestamp,model,prompt\n2026-10-05T00:00:00Z,m,"a\nb"\n')
    found = read(tmp_path)
    assert [entry.accepted for entry in found.result.inputs] == [2, 1]
    assert found.spans[-1]["input"] == "a\nb"


def test_a_row_with_too_many_cells_is_rejected(read, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("timestamp,model,prompt\n2026-10-05,m,hi\n2026-10-05,m,hi,there\n")
    found = read(tmp_path)
    assert found.counts == [(2, 1, 0, 1)]
    assert found.rejects[0]["reason"] == "more cells than the header has columns"


def test_documents_pretty_printed_or_in_a_row_or_in_a_list(read, tmp_path: Path) -> None:
    records = [{"id": name, "start": START, "input": '{ "x": 1 }\n'} for name in "abc"]
    (tmp_path / "1.json").write_text(json.dumps(records[:1], indent=2))
    (tmp_path / "2.json").write_text(json.dumps(records[1], indent=2))
    (tmp_path / "3.json").write_text(json.dumps({"data": [records[2]], "next": None}))
    found = read(tmp_path)
    assert found.ids == ["a", "b", "c"]
    assert {row["input"] for row in found.spans} == {'{ "x": 1 }\n'}


def test_a_cut_list_keeps_its_whole_elements(read, tmp_path: Path) -> None:
    text = json.dumps([{"id": name, "start": START} for name in "abc"], indent=1)
    (tmp_path / "cut.json").write_text(text[:-20])
    found = read(tmp_path / "cut.json")
    assert found.counts == [(3, 2, 0, 1)]
    assert found.rejects[0]["reason"] == "not JSON: ends early"


def test_a_log_without_a_usable_time_says_so(read, tmp_path: Path) -> None:
    path = log(tmp_path, line("a").replace(START.encode(), b"noon"), b'{"id": "b", "start": null}\n')
    with pytest.raises(
        SourceError, match="Every record was rejected; the commonest reason, on 1 of them: no start|start cannot"
    ):
        read(path)


def test_one_record_is_a_log(read, tmp_path: Path) -> None:
    assert read(log(tmp_path, line("a"))).counts == [(1, 1, 0, 0)]


def test_a_file_that_fits_two_formats_names_both(read, tmp_path: Path) -> None:
    both: dict[str, object] = {"id": "a", "start": START, "parentObservationId": None, "resourceSpans": []}
    path = log(tmp_path, json.dumps(both).encode() + b"\n")
    with pytest.raises(SourceError, match="could be langfuse or native or otlp. Say which with --format NAME"):
        read(path)
    assert read(path, options=intake.Options(fmt="native")).ids == ["a"]


def test_a_file_that_fits_two_formats_is_named_and_those_beside_it_are_read(read, tmp_path: Path) -> None:
    both: dict[str, object] = {"id": "a", "start": START, "parentObservationId": None, "resourceSpans": []}
    (tmp_path / "both.jsonl").write_text(json.dumps(both) + "\n")
    (tmp_path / "plain.jsonl").write_bytes(line("b"))
    (tmp_path / "notes.txt").write_text("no log\n")
    found = read(tmp_path)
    assert found.ids == ["b"]
    assert {entry.path.split("/")[1]: entry.format for entry in found.result.inputs} == {
        "both.jsonl": None,
        "plain.jsonl": "native",
        "notes.txt": None,
    }
    assert found.result.partial == [
        f"{tmp_path.name}/both.jsonl: could be langfuse or native or otlp. Say which with --format NAME, for it alone"
    ]
    [skipped] = [fact.values for fact in found.result.health if fact.fact == "skipped"]
    assert (skipped["n"], skipped["names"]) == (1, f"{tmp_path.name}/notes.txt")


def test_an_unknown_format_offers_the_nearest(read, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="langfus: no such format. Did you mean langfuse"):
        read(log(tmp_path, line("a")), options=intake.Options(fmt="langfus"))


def test_samples_of_rejects_are_masked(read, tmp_path: Path) -> None:
    found = read(log(tmp_path, line("a"), b'{"input": "mail kim@example.com"}\n'))
    assert "kim@example.com" not in found.rejects[0]["sample"]


def test_two_files_of_one_name_have_two_accounts(read, tmp_path: Path) -> None:
    for folder, names in (("x", "ab"), ("y", "c")):
        (tmp_path / folder).mkdir()
        log(tmp_path / folder, *map(line, names))
    found = read(tmp_path / "x" / "app.jsonl", tmp_path / "y" / "app.jsonl")
    assert found.counts == [(2, 2, 0, 0), (1, 1, 0, 0)]


@pytest.mark.parametrize(
    "broken",
    [
        '{"id": "b", "v": , "input": [{"id": "x"}]}',
        '{"id": "b", "input": "she said "hi" and left"}',
        '{"id": "b", "input": "and then it was c',
        '{"id": "b", "attributes": {"a": 1',
        "undefined",
    ],
)
def test_a_broken_element_of_a_list_in_one_line_costs_no_other(tmp_path: Path, broken: str) -> None:
    whole = [line(name, input=[{"id": "y", "content": '}, {"id": 1'}]).decode().strip() for name in "acd"]
    (tmp_path / "list.json").write_text(f"[{whole[0]}, {broken}, {whole[1]},{whole[2]}]")
    told = [(record.number, record.reason is None) for record in unpack.documents(tmp_path / "list.json")]
    assert told == [(1, True), (2, False), (3, True), (4, True)]


BROKEN_IN_A_PAGE = [
    '{"id": "b", "v": }',
    '{"id": "b", "start": "and then it was c',
    '{"id": "b", "attributes": {"a": 1',
    "nul",
]


@pytest.mark.parametrize("broken", BROKEN_IN_A_PAGE)
@pytest.mark.parametrize("between", [", ", ",\n", ",\n  "])
def test_a_broken_record_of_a_page_costs_no_other(read, tmp_path: Path, broken: str, between: str) -> None:
    texts = [line(name, input=[{"id": "y"}]).decode().strip() for name in "acd"]
    listed = between.join([texts[0], broken, *texts[1:]])
    (tmp_path / "page.json").write_text(f'{{"data": [{between[1:]}{listed}{between[1:]}], "next": null}}')
    found = read(tmp_path)
    assert found.ids == ["a", "c", "d"]
    assert found.counts == [(4, 3, 0, 1)]
    assert found.rejects[0]["sample"].startswith(broken)


def test_a_page_among_lines_that_was_cut_keeps_its_whole_records(read, tmp_path: Path) -> None:
    pages = [json.dumps({"data": [json.loads(line(name)) for name in names]}) for names in ("ab", "cd")]
    (tmp_path / "pages.jsonl").write_text(f"{pages[0]}\n{pages[1][:-20]}")
    found = read(tmp_path)
    assert found.ids == ["a", "b", "c"]
    assert [(row["line"], row["reason"]) for row in found.rejects] == [(2, "not JSON: ends early")]


def test_a_broken_span_of_a_collectors_document_costs_no_other(read, tmp_path: Path) -> None:
    span = '{"traceId": "%032x", "spanId": "%016x", "name": "s", "startTimeUnixNano": "1791100800000000000"%s}'
    spans = ", ".join([span % (1, 1, ""), span % (1, 2, ', "events": [{"name": "a"}, {"name": }]'), span % (1, 3, "")])
    other = '{"scopeSpans": [{"spans": [%s]}]}' % (span % (2, 4, ""))
    (tmp_path / "otlp.jsonl").write_text(
        f'{{"resourceSpans": [{{"resource": {{}}, "scopeSpans": [{{"spans": [{spans}]}}]}}, {other}]}}\n'
    )
    found = read(tmp_path)
    assert found.ids == [f"{n:016x}" for n in (1, 3, 4)]
    assert found.counts == [(4, 3, 0, 1)]


def test_a_record_with_a_broken_list_of_its_own_is_refused_whole(read, tmp_path: Path) -> None:
    half = line("b").decode().strip()[:-1] + ', "data": [{"x": 1}, {"y": }]}'
    (tmp_path / "app.jsonl").write_text(f"{line('a').decode()}{half}\n")
    (tmp_path / "page.json").write_text(f'{{"data": [{line("c").decode().strip()}, {half}]}}')
    found = read(tmp_path)
    assert found.ids == ["a", "c"]
    assert found.counts == [(2, 1, 0, 1), (2, 1, 0, 1)]


def test_a_long_list_in_one_line_is_told_without_being_held_at_once(
    read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [json.loads(line(f"{number}", input="x" * 500)) for number in range(2000)]
    (tmp_path / "long.json").write_text(json.dumps(records))
    monkeypatch.setattr(shape, "_SAMPLE_BYTES", 100_000)
    monkeypatch.setattr(shape, "_of_lines", lambda lines: pytest.fail(f"{len(lines[0])} bytes held"))
    assert read(tmp_path).counts == [(2000, 2000, 0, 0)]
