"""The store: a second run adds only what is new, a reader sees it whole or not at all, and it is a source."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from retroburn import intake
from retroburn.engine import Engine
from retroburn.errors import SourceError, UsageError
from retroburn.intake import macros
from tests.intake.conftest import read_logs


def write(path: Path, *names: str, day: int = 5) -> Path:
    path.write_text("".join(json.dumps({"id": name, "start": f"2026-10-{day:02}T00:00:00Z"}) + "\n" for name in names))
    return path


def put(
    store: Path, *sources: Path, start: datetime | None = None, end: datetime | None = None
) -> list[tuple[int, int, int, int]]:
    with Engine() as eng:
        result = intake.import_store(eng, [str(source) for source in sources], store, start=start, end=end)
    return [(e.records, e.accepted, e.duplicates, e.rejected) for e in result.inputs]


def test_a_second_run_adds_only_what_is_new(tmp_path: Path) -> None:
    store, log = tmp_path / "store", write(tmp_path / "a.jsonl", "a", "b")
    assert put(store, log) == [(2, 2, 0, 0)]
    before = {path.name for path in store.glob("*.parquet")}
    assert put(store, log) == [(2, 0, 2, 0)]
    assert {path.name for path in store.glob("*.parquet")} == before
    assert put(store, write(tmp_path / "b.jsonl", "b", "c", day=6)) == [(2, 1, 1, 0)]
    assert read_logs(store).ids == ["a", "b", "c"]


def test_a_store_is_a_source_with_its_own_account(tmp_path: Path) -> None:
    store, log = tmp_path / "store", tmp_path / "a.jsonl"
    log.write_text('{"id": "a", "start": 1791158400}\nbroken\n{"id": "a", "start": 1791158400}\n')
    put(store, log)
    found = read_logs(store)
    assert [(e.path, e.role) for e in found.result.inputs] == [("a.jsonl", "source")]
    assert found.counts == [(3, 1, 1, 1)]
    assert [row["reason"] for row in found.rejects] == ["not JSON"]
    assert len(read_logs(tmp_path).spans) == 1


def test_what_was_read_in_part_is_told_once_and_no_more_once_it_is_whole(tmp_path: Path) -> None:
    store, log = tmp_path / "store", write(tmp_path / "a.jsonl", *(f"a{n}" for n in range(500)))
    whole = gzip.compress(log.read_bytes())
    log.unlink()
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(whole[: len(whole) // 2])
    put(store, packed)
    put(store, packed)
    assert len(read_logs(store).result.partial) == 1
    packed.write_bytes(whole)
    put(store, packed)
    found = read_logs(store)
    assert found.result.partial == []
    assert len(found.spans) == 500


def test_a_store_is_readable_when_the_database_is_closed_to_files(tmp_path: Path) -> None:
    put(tmp_path / "store", write(tmp_path / "a.jsonl", "a"))
    with Engine() as eng:
        result = intake.read(eng, [str(tmp_path / "store")])
        eng.lock(result.folders)
        assert eng.rows("select id from spans") == [{"id": "a"}]


def test_rows_outside_the_window_are_left_away(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_text("".join(f'{{"id": "d{d}", "start": "2026-10-0{d}T12:00:00Z"}}\n' for d in range(1, 8)))
    put(tmp_path / "store", log, start=datetime(2026, 10, 3), end=datetime(2026, 10, 6))
    assert read_logs(tmp_path / "store").ids == ["d3", "d4", "d5"]


def test_a_folder_with_something_else_is_not_written_into(tmp_path: Path) -> None:
    log = write(tmp_path / "a.jsonl", "a")
    with pytest.raises(UsageError, match="there is something else there"):
        put(tmp_path, log)


def test_a_store_without_one_of_its_parts_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    put(store, write(tmp_path / "a.jsonl", "a"))
    next(iter(store.glob("*.parquet"))).unlink()
    with pytest.raises(SourceError, match="the store lacks"):
        read_logs(store)


def test_what_a_broken_run_left_behind_is_not_read(tmp_path: Path) -> None:
    store = tmp_path / "store"
    put(store, write(tmp_path / "a.jsonl", "a"))
    (store / "part-left.parquet").write_bytes(b"PAR1 cut off")
    assert read_logs(store).ids == ["a"]


OWN = """/*
summary: ours
detect: has_all(body, ['ours', 'at'])
fills: id start model
*/
select file, line, ord, body, body -> 'ours' as id, body -> 'at' as start, {model} as model from records
"""


def own_log(path: Path, *names: str) -> Path:
    path.write_text("".join(json.dumps({"ours": name, "at": 1791158400, "m": "m-2"}) + "\n" for name in names))
    return path


def put_own(store: Path, folder: Path, model: str, *sources: Path) -> list[tuple[int, int, int, int, str | None]]:
    """Imports with an importer of one's own that gives `model`."""
    folder.mkdir(exist_ok=True)
    (folder / "ours.sql").write_text(OWN.format(model=model))
    with Engine() as eng:
        options = intake.Options(importers=str(folder))
        result = intake.import_store(eng, [str(source) for source in sources], store, options)
    return [(e.records, e.accepted, e.duplicates, e.rejected, e.note) for e in result.inputs]


def test_what_a_changed_importer_read_is_read_anew(tmp_path: Path) -> None:
    store, own = tmp_path / "store", tmp_path / "own"
    ours, other = own_log(tmp_path / "ours.jsonl", "x", "y"), write(tmp_path / "native.jsonl", "a")
    assert put_own(store, own, "'\"m-1\"'::json", ours, other) == [(2, 2, 0, 0, None), (1, 1, 0, 0, None)]
    assert put_own(store, own, "'\"m-1\"'::json", ours, other) == [(2, 0, 2, 0, None), (1, 0, 1, 0, None)]
    assert put_own(store, own, "body -> 'm'", ours, other) == [(2, 2, 0, 0, None), (1, 0, 1, 0, None)]
    found = read_logs(store)
    assert {row["id"]: row["model"] for row in found.spans} == {"x": "m-2", "y": "m-2", "a": None}
    assert sorted(found.counts) == [(1, 1, 0, 0), (2, 2, 0, 0)]


def test_a_file_whose_rows_hold_what_another_told_is_not_read_anew_without_it(tmp_path: Path) -> None:
    store, own = tmp_path / "store", tmp_path / "own"
    ours, overlap = own_log(tmp_path / "ours.jsonl", "x", "y"), own_log(tmp_path / "later.jsonl", "y", "z")
    put_own(store, own, "'\"m-1\"'::json", ours, overlap)
    [told] = put_own(store, own, "body -> 'm'", ours)
    assert told[:4] == (2, 0, 2, 0)
    assert "later.jsonl" in str(told[4])
    assert {row["model"] for row in read_logs(store).spans} == {"m-1"}
    assert put_own(store, own, "body -> 'm'", ours, overlap) == [(2, 2, 0, 0, None), (2, 1, 1, 0, None)]
    assert {row["id"]: row["model"] for row in read_logs(store).spans} == {"x": "m-2", "y": "m-2", "z": "m-2"}


def test_an_upgrade_of_a_macro_reads_anew_what_uses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, log = tmp_path / "store", write(tmp_path / "a.jsonl", "a", "b")
    log.write_text(log.read_text() + "broken\n")
    assert put(store, log) == [(3, 2, 0, 1)]
    known = macros.defined()
    another = known["json_moment"].replace("case", "/* another way to read times */ case", 1)
    monkeypatch.setattr(macros, "defined", lambda: known | {"json_moment": another})
    assert put(store, log) == [(3, 2, 0, 1)]
    assert put(store, log) == [(3, 0, 2, 1)]
    found = read_logs(store)
    assert found.ids == ["a", "b"]
    assert len(found.rejects) == 1
    assert len(found.result.inputs) == 1


def test_the_files_of_an_archive_are_each_known_again(tmp_path: Path) -> None:
    store, archive = tmp_path / "store", tmp_path / "logs.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for log in (write(tmp_path / "a.jsonl", "a", "b"), write(tmp_path / "b.jsonl", "c")):
            packed.write(log, log.name)
    assert put(store, archive) == [(2, 2, 0, 0), (1, 1, 0, 0)]
    assert put(store, archive) == [(2, 0, 2, 0), (1, 0, 1, 0)]
    assert read_logs(store).counts == [(2, 2, 0, 0), (1, 1, 0, 0)]


def test_a_part_of_the_store_is_never_written_over(tmp_path: Path) -> None:
    store = tmp_path / "store"
    put(store, write(tmp_path / "a.jsonl", "a", "b"))
    before = {path.name: path.read_bytes() for path in store.glob("*.parquet")}
    put(store, write(tmp_path / "b.jsonl", "b", "c"))
    after = {path.name: path.read_bytes() for path in store.glob("*.parquet")}
    assert all(after.get(name, content) == content for name, content in before.items())


def test_a_score_that_came_before_what_it_judges_waits_for_it(tmp_path: Path) -> None:
    store, scores, trace = tmp_path / "store", tmp_path / "scores.jsonl", tmp_path / "trace.jsonl"
    score = {"id": "x", "trace_id": "t", "observation_id": "", "data_type": "NUMERIC", "name": "good", "value": 1}
    judged = {"id": "a", "trace_id": "t", "parent_observation_id": "", "start_time": "2026-10-05 00:00:00.000000"}
    other = {**judged, "id": "b", "trace_id": "u"}
    times = {"timestamp": "2026-10-05 08:00:00.000000"}
    scores.write_text("".join(json.dumps({**score, **times, "name": name}) + "\n" for name in ("good", "kind")))
    for records in ([other], [judged], [judged, other]):
        trace.write_text("".join(json.dumps(record) + "\n" for record in records))
        put(store, *([trace] if records == [judged] else [scores, trace]))
    found = read_logs(store)
    assert {row["id"]: [s["name"] for s in row["scores"] or []] for row in found.spans} == {
        "a": ["good", "kind"],
        "b": [],
    }
    assert "unplaced" not in {fact.fact for fact in found.result.health}
