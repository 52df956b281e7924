"""From SOURCE to the tables `spans`, `rejects` and `context`: the one path that every command takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from retroburn import assets, header
from retroburn.engine import Engine
from retroburn.errors import SourceError
from retroburn.intake import files, formats, pricing, repair, unpack
from retroburn.intake.identify import SAMPLE, Format, first_keys, identify
from retroburn.intake.ledger import Input, Ledger, Result, Role
from retroburn.intake.lines import Lines, Texts
from retroburn.intake.merge import merge
from retroburn.intake.options import Options
from retroburn.intake.plain import Plain, open_plain
from retroburn.intake.shape import Shape, shape
from retroburn.intake.stage import NOT_JSON, Stage

# records unpacked in Python are handed on in batches of this many bytes
_BATCH_BYTES = 32 << 20


def read(eng: Engine, sources: Sequence[str], options: Options | None = None, role: Role = "source") -> Result:
    """Reads every file of the sources. Leaves `spans`, `rejects`, `context` and `span_costs`.

    For a baseline they are left in the schema `baseline`. Raises SourceError when nothing there is a log, or when every
    record was rejected.
    """
    reader = _Reader(eng, options or Options(), role)
    eng.con.execute("set TimeZone = ?", [reader.options.tz])
    try:
        return reader.run(files.find(sources))
    finally:
        eng.con.execute("set TimeZone = 'UTC'")


class _Reader:
    """One read: its files, its stage and its ledger."""

    def __init__(self, eng: Engine, options: Options, role: Role) -> None:
        self.eng, self.options, self.role = eng, options, role
        self.schema = "baseline" if role == "baseline" else "main"
        self.work = eng.folder / f"plain-{role}"
        self.stage = Stage(eng, eng.folder / f"spans-{role}", options.config)
        self._tables()
        self.ledger = Ledger(eng, self.schema)
        self.held: dict[int, tuple[Format, list[Lines | Texts]]] = {}

    def run(self, found: Sequence[files.File]) -> Result:
        for file in found:
            for plain in open_plain(file, self.work):
                self._take(plain)
        self.ledger.hash_files()
        self._load()
        self._count()
        self._view()
        pricing.price(self.eng, self.options.config, self.schema)
        return self.ledger.result

    def _take(self, plain: Plain) -> None:
        """Finds out what a file is, and holds its records until all of its format are there."""
        kind = shape(plain.path)
        if kind == "ours":
            return
        number = self.ledger.add(plain, self.role)
        entry = self.ledger.result.inputs[number]
        self.stage.add_file(number, entry.path, kind == "lines")
        if plain.partial:
            entry.note = plain.partial
            self.ledger.result.partial.append(f"{entry.path}: {plain.partial}")
        if kind == "lines":
            self._take_lines(number, Lines(number, plain.path))
        elif kind in {"documents", "csv", "parquet"}:
            self._take_records(number, self._unpacked(kind, plain))
        else:
            self._recognised(number, [], "empty" if kind == "empty" else "not a log: neither JSON, CSV nor Parquet")

    def _unpacked(self, kind: Shape, plain: Plain) -> Iterator[unpack.Record]:
        if kind == "parquet":
            return unpack.columns(self.eng, plain.path)
        return unpack.table(plain.path) if kind == "csv" else unpack.documents(plain.path)

    def _take_lines(self, number: int, lines: Lines) -> None:
        head = islice(chain.from_iterable(_mended(raw) for raw in lines.head()), SAMPLE)
        if (fmt := self._recognised(number, list(head))) is not None:
            self.held[number] = fmt, [lines]

    def _take_records(self, number: int, records: Iterator[unpack.Record]) -> None:
        head = list(islice(records, SAMPLE))
        fmt = self._recognised(number, [record.text for record in head if record.reason is None])
        if fmt is None:
            return
        batches: list[Lines | Texts] = []
        for batch in _batches(chain(head, records)):
            self.ledger.reject(
                [(number, r.number, r.reason, r.text.decode("utf-8", "replace")) for r in batch if r.reason is not None]
            )
            good = [record for record in batch if record.reason is None]
            batches.append(Texts(number, [r.number for r in good], [r.text for r in good]))
        self.held[number] = fmt, batches

    def _recognised(self, number: int, head: list[bytes], why: str | None = None) -> Format | None:
        """The format of a file; for one that is no log, None and a note."""
        entry = self.ledger.result.inputs[number]
        if self.options.fmt is not None:
            found: Format | None = Format(formats.known(self.options.fmt))
        else:
            found = identify(self.eng, head, entry.path)
        if found is None:
            why = why or f"no importer recognises it (first keys: {first_keys(head, self.eng)})"
            entry.note = f"{entry.note}; {why}" if entry.note else why
            return None
        entry.format = found.name
        return found

    def _load(self) -> None:
        """Maps what was held, format by format, then once more what had to be mended."""
        groups: dict[Format, list[Lines | Texts]] = {}
        for fmt, held in self.held.values():
            groups.setdefault(fmt, []).extend(held)
        for fmt, texts in groups.items():
            self.stage.load(fmt, [array for text in texts for array in text.arrays()])
        mended: dict[Format, list[Texts]] = {}
        for file, line in self.stage.broken():
            fmt, held = self.held[file]
            if (text := self._mend(file, line, held)) is not None:
                mended.setdefault(fmt, []).append(text)
        self._reject_staged()
        for fmt, again in mended.items():
            self.stage.load(fmt, [array for text in again for array in text.arrays()])
        self.ledger.reject([(file, line, NOT_JSON, "") for file, line in self.stage.broken()])
        self._reject_staged()

    def _mend(self, file: int, line: int, held: Sequence[Lines | Texts]) -> Texts | None:
        """A broken line's records; None, and an entry in `rejects`, when it cannot be mended."""
        raw = next(text for text in (lines.text(line) for lines in held) if text is not None)
        try:
            texts = repair.records(raw)
        except repair.RefusedError as refused:
            self.ledger.reject([(file, line, str(refused), raw.decode("utf-8", "replace"))])
            return None
        return Texts(file, [line] * len(texts), texts) if texts else None

    def _reject_staged(self) -> None:
        numbers = {entry.path: number for number, entry in enumerate(self.ledger.result.inputs)}
        self.ledger.reject([(numbers[path], line, why, text) for path, line, why, text in self.stage.rejected()])

    def _count(self) -> None:
        merged = merge(self.eng, self.stage)
        self.ledger.close(self.stage.counts(), merged)
        inputs = self.ledger.result.inputs
        if not any(entry.format for entry in inputs):
            raise SourceError(_nothing(inputs))
        if not any(entry.accepted for entry in inputs) and any(entry.rejected for entry in inputs):
            raise SourceError(self.ledger.commonest())

    def _tables(self) -> None:
        self.eng.con.execute(f"create schema if not exists {self.schema}")
        self.eng.con.execute(f"use {self.schema}")
        for name in ("rejects", "context"):
            self.eng.con.execute(f"drop table if exists {self.schema}.{name}")
            self.eng.con.execute(header.read(assets.folder("queries") / "schema" / f"{name}.sql").sql)
        self.eng.con.execute("use main")

    def _view(self) -> None:
        """`spans` reads the Parquet files; an empty log gives an empty view of the same shape."""
        parts = self.stage.parts()
        source = "intake.spans" if parts is None else f"read_parquet('{parts}', hive_partitioning = false)"
        computed = {"start_time": "start as start_time", "end_time": '"end" as end_time'}
        names = self.eng.columns("spans", "intake")
        listed = ", ".join(computed.get(name, f'"{name}"') for name in names)
        self.eng.con.execute(f"create or replace view {self.schema}.spans as select {listed} from {source}")


def _mended(raw: bytes) -> list[bytes]:
    try:
        return repair.records(raw)
    except repair.RefusedError:
        return []


def _batches(records: Iterator[unpack.Record]) -> Iterator[list[unpack.Record]]:
    batch: list[unpack.Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.text)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _nothing(inputs: Sequence[Input]) -> str:
    if not inputs:
        return "No SOURCE file is a log: the folder holds no file to read."
    first = inputs[0]
    known = ", ".join(sorted(formats.importers()))
    more = f" ({len(inputs)} files were looked at)" if len(inputs) > 1 else ""
    return f"{first.path}: {first.note}{more}. Known formats: {known}. Say which with --format NAME."
