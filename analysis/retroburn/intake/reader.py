"""One read: finds out what each file is, hands its records to the importer, and keeps the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import files, formats, repair, store, unpack, zones
from retroburn.intake.identify import CONTEXT, SAMPLE, Format, first_keys, identify, planned
from retroburn.intake.ledger import Ledger, Role
from retroburn.intake.lines import Lines, Texts
from retroburn.intake.merge import settle
from retroburn.intake.options import Options
from retroburn.intake.plain import Plain, open_plain
from retroburn.intake.shape import Shape, shape
from retroburn.intake.stage import NOT_JSON, Stage

# records unpacked in Python are handed on in batches of this many bytes
_BATCH_BYTES = 32 << 20
# one of so many lines at a file's beginning is asked how it writes times
_EVERY = 5
Held = list[Lines | Texts]


class Reader:
    """The files of one read, its stage and its ledger."""

    def __init__(self, eng: Engine, options: Options, role: Role, schema: str) -> None:
        self.eng, self.options, self.role, self.schema = eng, options, role, schema
        self.work = eng.folder / f"plain-{role}"
        self.stage = Stage(eng, eng.folder / f"spans-{role}", options.config)
        self.ledger = Ledger(eng, schema)
        self.ledger.result.folders.append(self.stage.folder)
        self.held: dict[int, tuple[Format, Held]] = {}
        self.paths: dict[int, Path] = {}
        """By number, where the plain bytes of each file lie."""
        for name in formats.own():
            self.stage.try_importer(name)

    def run(self, found: Sequence[files.File]) -> None:
        """Reads the files, in order."""
        for file in found:
            if file.is_store:
                self.take_store(file.path, store.open_store(file.path))
                continue
            for plain in open_plain(file, self.work):
                self._take(plain)
        self._load()
        taken = self.stage.counts(self.schema)
        self.ledger.close(taken, settle(self.eng, self.stage))

    def take_store(self, folder: Path, manifest: store.Manifest, earlier: bool = False) -> None:
        """Takes over what a store holds. `earlier`: it is the store that is written to, not a source."""
        self.ledger.result.folders.append(folder.resolve())
        store.link(folder, manifest.parts, self.stage.folder)
        for name in store.TABLES:
            if (path := folder / store.TABLE_FOLDER / f"{name}.parquet").exists():
                self.eng.con.execute(f"insert into {self.schema}.{name} by name from read_parquet(?)", [str(path)])
        for entry in manifest.inputs:
            self.stage.add_file(self.ledger.take_over(entry, self.role, earlier), entry.path, by_line=True)
        if not earlier:
            self.ledger.result.partial += manifest.partial

    def _take(self, plain: Plain) -> None:
        """Finds out what a file is, and holds its records until all of its format are there."""
        kind = shape(plain.path)
        if kind == "ours":
            return
        number = self.ledger.add(plain, self.role)
        self.paths[number] = plain.path
        if self.ledger.is_known(number):
            return
        entry = self.ledger.entry(number)
        self.stage.add_file(number, entry.path, by_line=kind == "lines")
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
            self._look_at_zones(number, fmt, islice(lines.head(), 0, None, _EVERY))
            self.held[number] = fmt, [lines]

    def _take_records(self, number: int, records: Iterator[unpack.Record]) -> None:
        head = list(islice(records, SAMPLE))
        fmt = self._recognised(number, [record.text for record in head if record.reason is None])
        if fmt is None:
            return
        self._look_at_zones(number, fmt, (record.text for record in head))
        batches: Held = []
        for batch in _batches(chain(head, records)):
            refused = [(number, r.number, r.reason, r.text.decode("utf-8", "replace")) for r in batch if r.reason]
            self.ledger.reject(refused)
            good = [record for record in batch if record.reason is None]
            batches.append(Texts(number, [r.number for r in good], [r.text for r in good]))
        self.held[number] = fmt, batches

    def _recognised(self, number: int, head: list[bytes], why: str | None = None) -> Format | None:
        """The format of a file; for one that is no log, None and a note."""
        entry = self.ledger.entry(number)
        if self.role == "context":
            found: Format | None = CONTEXT
        elif self.options.fmt is not None:
            found = Format(formats.known(self.options.fmt))
        else:
            found = identify(self.eng, head, entry.path)
        if found is None:
            why = why or f"no importer recognises it (first keys: {first_keys(head, self.eng)})"
            entry.note = f"{entry.note}; {why}" if entry.note else why
            return None
        entry.format = found.name
        if found == CONTEXT:
            entry.role = "context"
        return planned(found, head, self.eng)

    def _look_at_zones(self, number: int, fmt: Format, records: Iterable[bytes]) -> None:
        if fmt.name in zones.LOOKED_AT:
            self.ledger.zones[self.ledger.entry(number).path] = zones.counted(records)

    def _load(self) -> None:
        """Maps what was held, format by format, then once more what had to be mended."""
        groups: dict[Format, Held] = {}
        for fmt, held in self.held.values():
            groups.setdefault(fmt, []).extend(held)
        for fmt, texts in groups.items():
            self._map(fmt, texts)
        mended = self._mend(self.stage.broken())
        for fmt, again in mended.items():
            self._map(fmt, again)
        self.ledger.reject([(file, line, NOT_JSON, "") for file, line in self.stage.broken()])
        self.ledger.reject([(self.ledger.number(path), n, why, text) for path, n, why, text in self.stage.refused()])

    def _map(self, fmt: Format, texts: Sequence[Lines | Texts]) -> None:
        if fmt == CONTEXT:
            self.ledger.reject(self.stage.load_context(texts, self.schema))
        else:
            self.stage.load(fmt, texts)

    def _mend(self, broken: Sequence[tuple[int, int]]) -> dict[Format, Held]:
        """Looks at every broken line once more: its records by format. What stays broken is entered in the account."""
        found: dict[int, list[tuple[int, bytes]]] = {}
        refused = []
        for file, line in broken:
            raw = next(text for lines in self.held[file][1] if (text := lines.text(line)) is not None)
            try:
                found.setdefault(file, []).extend((line, text) for text in repair.records(raw))
            except repair.RefusedError as why:
                refused.append((file, line, str(why), raw[:2000].decode("utf-8", "replace")))
        self.ledger.reject(refused)
        mended: dict[Format, Held] = {}
        for file, records in found.items():
            if records:
                numbers, texts = zip(*records, strict=True)
                mended.setdefault(self.held[file][0], []).append(Texts(file, numbers, texts))
        return mended


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
