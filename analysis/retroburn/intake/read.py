"""From SOURCE to the tables `spans`, `rejects` and `context`: the one path that every command takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from retroburn import assets, header
from retroburn.engine import Engine
from retroburn.errors import SourceError
from retroburn.intake import files, formats, health, pricing, store, versions
from retroburn.intake.ledger import Input, Result, Role
from retroburn.intake.options import Options
from retroburn.intake.reader import Reader


def read(eng: Engine, sources: Sequence[str], options: Options | None = None, role: Role = "source") -> Result:
    """Reads every file of the sources. Leaves `spans`, `rejects`, `context` and `span_costs`.

    For a baseline they are left in the schema `baseline`; what is read as context is added to `context`. Raises
    SourceError when nothing there is a log, or when every record was rejected.
    """
    options = options or Options()
    schema = "baseline" if role == "baseline" else "main"
    if role != "context":
        _tables(eng, schema)
    reader = _run(eng, sources, options, role, schema, None)
    result = reader.ledger.result
    if role != "context":
        _view(eng, reader, schema)
        pricing.price(eng, options.config, schema)
        result.health += health.of_read(eng, reader.ledger, schema, options.tz)
    else:
        result.health += health.of_files(result)
    for fact in result.health:
        fact.role = role
    return result


def import_store(
    eng: Engine,
    sources: Sequence[str],
    folder: str | Path,
    options: Options | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Result:
    """Adds to a store what it does not hold yet. Rows before `start` or from `end` on (UTC, naive) are left away.

    The result tells of this run's files: what an earlier run brought counts as a duplicate. The store is as it was
    until everything new is written.
    """
    options = options or Options()
    store.prepare(Path(folder))
    with store.locked(Path(folder)):
        reader = _imported(eng, sources, Path(folder), options, (start, end))
        # while others wait: what was there before is looked at in its place
        result = reader.ledger.result
        result.health += health.of_read(eng, reader.ledger, "main", options.tz)
    return result


def _imported(
    eng: Engine,
    sources: Sequence[str],
    folder: Path,
    options: Options,
    window: tuple[datetime | None, datetime | None],
) -> Reader:
    manifest = store.prepare(folder)
    _tables(eng, "main")
    reader = _run(eng, sources, options, "source", "main", (folder, manifest))
    reader.stage.cut(*window)
    _view(eng, reader, "main")
    result = reader.ledger.result
    tables = reader.stage.tables
    tables.mkdir(exist_ok=True)
    for name in store.TABLES:
        query = f"select columns(lambda c: c <> 'at_time') from {name}"
        eng.con.execute(f"copy ({query}) to '{tables}/{name}.parquet' (format parquet)")
    fresh = [entry for entry in result.inputs if entry.format]
    inputs = _latest([*reader.ledger.earlier, *fresh])
    whole = [entry for entry in fresh if not entry.note]
    read_by = _versions(whole, options) | {e.sha256: manifest.versions.get(e.sha256, "") for e in reader.ledger.earlier}
    partial = [*_still_partial(manifest, reader.ledger.earlier, result), *result.partial]
    updated = manifest.model_copy(update={"inputs": inputs, "partial": partial, "versions": read_by})
    store.publish(reader.stage.folder, folder, updated)
    return reader


def _still_partial(manifest: store.Manifest, earlier: Sequence[Input], result: Result) -> list[str]:
    """What a store tells of files read in part: not of one read anew, nor of one that has grown and is whole."""
    kept = {entry.path for entry in earlier}
    over = {entry.path for entry in result.inputs} - kept
    for old in earlier:
        grown = [e for e in result.inputs if not e.note and e.path.startswith(f"{old.path} (")]
        over |= {old.path for new in grown if old.note and new.duplicates >= old.accepted}
    return [told for told in manifest.partial if not told.startswith(tuple(f"{path}: " for path in over))]


def _versions(inputs: Sequence[Input], options: Options) -> dict[str, str]:
    """By hash of a file, the version of its importer."""
    with formats.with_own(options.importers):
        importers = formats.importers()
        used = importers.keys() & {entry.format for entry in inputs}
        current = {name: versions.version(importers[name]) for name in used}
    return {entry.sha256: current[entry.format] for entry in inputs if entry.format in current}


def reader_of(eng: Engine, sources: Sequence[str], options: Options) -> Reader:
    """A reader that has read the sources, with their records still at hand; the tables are as `read` leaves them."""
    _tables(eng, "main")
    reader = _run(eng, sources, options, "source", "main", None)
    _view(eng, reader, "main")
    return reader


def _run(
    eng: Engine,
    sources: Sequence[str],
    options: Options,
    role: Role,
    schema: str,
    into: tuple[Path, store.Manifest] | None,
) -> Reader:
    with formats.with_own(options.importers):
        reader = Reader(eng, options, role, schema)
        eng.con.execute("set TimeZone = ?", [options.tz])
        try:
            found = files.find(sources)
            if into is not None:
                _take_earlier(reader, *into, found)
            reader.run(found)
        finally:
            eng.con.execute("set TimeZone = 'UTC'")
        _judge(reader)
    return reader


def _take_earlier(reader: Reader, folder: Path, manifest: store.Manifest, found: Sequence[files.File]) -> None:
    """Takes over what the store that is written to holds, but for what an importer that has changed must read anew."""
    told = versions.outdated(reader.eng, folder, manifest, found)
    rest = [entry for entry in manifest.inputs if entry not in told.again]
    reader.take_store(folder, manifest.model_copy(update={"inputs": rest}), earlier=True)
    reader.ledger.remarks |= told.kept
    if told.again:
        reader.forget([entry.path for entry in told.again])


def _judge(reader: Reader) -> None:
    """Raises SourceError where nothing was a log, or nothing was accepted."""
    inputs = reader.ledger.result.inputs
    if not any(entry.format for entry in inputs):
        raise SourceError(_nothing(inputs, reader.ledger.result.partial))
    if not any(entry.accepted or entry.duplicates for entry in inputs) and any(entry.rejected for entry in inputs):
        raise SourceError(reader.ledger.commonest())


def _nothing(inputs: Sequence[Input], partial: Sequence[str]) -> str:
    if not inputs:
        return "No SOURCE file is a log: there is no file to read."
    # one that may be a log goes before one that is none
    first = next((entry for entry in inputs if f"{entry.path}: {entry.note}" in partial), inputs[0])
    known = ", ".join(sorted(formats.importers()))
    more = f" ({len(inputs)} files were looked at)" if len(inputs) > 1 else ""
    way_out = "Say which with --format NAME; your own is generic, with its columns under [aliases] in --config."
    told = f"{first.path}: {first.note}"
    # no name of a format mends what holds nothing or cannot be unpacked
    hopeless = first.note == "empty" or told in partial
    return f"{told}{more}." if hopeless else f"{told}{more}. Known formats: {known}. {way_out}"


def _latest(inputs: Sequence[Input]) -> list[Input]:
    """One entry a file: one that was met again keeps its first account."""
    found: dict[tuple[str, str], Input] = {}
    for entry in inputs:
        found.setdefault((entry.sha256, entry.path), entry)
    return list(found.values())


def _tables(eng: Engine, schema: str) -> None:
    eng.con.execute(f"create schema if not exists {schema}")
    eng.con.execute(f"use {schema}")
    for name in store.TABLES:
        # named in full: without its schema, the source's own table would be found and dropped for a baseline
        eng.con.execute(f"drop table if exists {schema}.{name}")
        eng.con.execute(header.read(assets.folder("queries") / "schema" / f"{name}.sql").sql)
    eng.con.execute("use main")


def _view(eng: Engine, reader: Reader, schema: str) -> None:
    """`spans` reads the Parquet files; an empty log gives an empty view of the same shape."""
    source = f"read_parquet('{reader.stage.folder}/*.parquet')" if reader.stage.parts() else "intake.spans"
    computed = {"start_time": "start as start_time", "end_time": '"end" as end_time'}
    listed = ", ".join(computed.get(name, f'"{name}"') for name in eng.columns("spans", "intake"))
    eng.con.execute(f"create or replace view {schema}.spans as select {listed} from {source}")
