"""One read: finds out what each file is, hands its records to the importer, and keeps the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from retroburn.engine import Engine
from retroburn.errors import SourceError
from retroburn.intake import coded, files, formats, repair, salvage, store, turned_away, unpack, wrapped, zones
from retroburn.intake.identify import (
    CONTEXT,
    SAMPLE,
    Format,
    as_named,
    first_keys,
    identify,
    planned,
    takes_any,
    with_known,
)
from retroburn.intake.ledger import Ledger, Role
from retroburn.intake.lines import Lines, Texts
from retroburn.intake.merge import settle
from retroburn.intake.options import Options
from retroburn.intake.pages import given_back
from retroburn.intake.plain import Plain, most, open_plain
from retroburn.intake.shape import Shape, looks_like_protobuf, shape
from retroburn.intake.stage import NOT_JSON, WAITING, Stage

# records unpacked in Python are handed on in batches of this many bytes
_BATCH_BYTES = 32 << 20
# one of so many lines at a file's beginning is asked how it writes times
_EVERY = 5
# and so many from all over it: another writer may have begun late
_LATER = 100
# files whose formats are found out in one query
_TOGETHER = 256
# so many of the records by which a file is known stand anywhere in it
_LATE = SAMPLE // 2
_PROTOBUF = "it looks like protobuf; the collector's file exporter writes JSON with `format: json`"
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
        self._waiting: list[tuple[int, list[bytes], Lines | Iterator[unpack.Record]]] = []
        self._tables: set[int] = set()
        """The files of which all cells are text."""
        self._long: set[int] = set()
        """The files of documents whose lists may have to be read record by record, once their format is known."""
        self.coded: set[int] = set()
        """The files whose records were decoded out of payloads."""
        self.paths: dict[int, Path] = {}
        """By number, where the plain bytes of each file lie."""
        for name in formats.own():
            self.stage.try_importer(name)

    def run(self, found: Sequence[files.File]) -> None:
        """Reads the files, in order."""
        for file in found:
            if file.is_store:
                self.eng.kept.enter_context(store.kept(file.path))
                self.take_store(file.path, store.open_store(file.path))
                continue
            for plain in open_plain(file, self.work, self.options.config.unpack_ratio):
                self._take(plain)
        self._recognise()
        texts = [text for _, held in self.held.values() for text in held]
        with given_back([text.mapped for text in texts if isinstance(text, Lines) and text.mapped]):
            self._load()
        taken = self.stage.counts(self.schema)
        self.ledger.close(taken, settle(self.eng, self.stage))

    def take_store(self, folder: Path, manifest: store.Manifest, earlier: bool = False) -> None:
        """Takes over what a store holds. `earlier`: it is the store that is written to, not a source."""
        self.ledger.result.folders.append(folder.resolve())
        store.link(folder, manifest.parts, self.stage.folder)
        if (waiting := folder / manifest.table(WAITING)).exists():
            (self.stage.folder / waiting.name).symlink_to(waiting.resolve())
        for name in store.TABLES:
            if (path := folder / manifest.table(name)).exists():
                self.eng.con.execute(f"insert into {self.schema}.{name} by name from read_parquet(?)", [str(path)])
        for entry in manifest.inputs:
            self.stage.add_file(self.ledger.take_over(entry, self.role, earlier), entry.path, by_line=True)
        if not earlier:
            self.ledger.result.partial += manifest.partial

    def forget(self, labels: Sequence[str]) -> None:
        """Leaves away the rows of files that are read anew."""
        names = {"names": list(labels)}
        for part in self.stage.parts():
            self.stage.replace(Path(part), "p.source_file not in (select unnest($names))", names)
        for name in store.TABLES:
            self.eng.con.execute(
                f"delete from {self.schema}.{name} where source_file in (select unnest($names))", names
            )

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
        if plain.partial:
            entry.note = plain.partial
            self.ledger.result.partial.append(f"{entry.path}: {plain.partial}")
        if kind == "lines":
            lines = Lines(number, plain.path)
            first = list(islice(_records(lines.head()), SAMPLE))
            head = first if len(first) < SAMPLE else [*first[:-_LATE], *islice(_records(lines.spread(_LATE)), _LATE)]
            if not coded.carries(head):
                self.stage.add_file(number, entry.path, by_line=True)
                self._waiting.append((number, head, lines))
            else:
                self._take_records(number, plain, "documents")
        elif kind in {"documents", "csv", "parquet"}:
            self._take_records(number, plain, kind)
        elif kind == "empty":
            self._entered(number, [], None, "empty")
        else:
            why = _PROTOBUF if looks_like_protobuf(plain.path) else "neither JSON, CSV nor Parquet"
            self._entered(number, [], None, f"not a log: {why}")
        if len(self._waiting) >= _TOGETHER:
            self._recognise()

    def _take_records(self, number: int, plain: Plain, kind: Shape) -> None:
        """The same where records are unpacked one by one."""
        self.stage.add_file(number, self.ledger.entry(number).path, by_line=False)
        records = self._unpacked(kind, plain)
        first = list(islice(records, SAMPLE))
        size = plain.path.stat().st_size
        if coded.carries([record.text for record in first if record.reason is None]):
            records = coded.decoded(chain(first, records), most(size, self.options.config.unpack_ratio))
            first = list(islice(records, SAMPLE))
            self.coded.add(number)
        elif kind == "documents" and size > unpack.LONG:
            self._long.add(number)
        if kind == "csv":
            self._tables.add(number)
        head = [text for record in first if (text := _usable(record)) is not None]
        self._waiting.append((number, head, chain(first, records)))

    def _unpacked(self, kind: Shape, plain: Plain) -> Iterator[unpack.Record]:
        if kind == "parquet":
            return unpack.columns(self.eng, plain.path)
        return unpack.table(plain.path) if kind == "csv" else wrapped.beginning(plain.path, salvage.any_lists())

    def _recognise(self) -> None:
        """Finds out the format of the files that wait for it, and holds or unpacks their records."""
        waiting, self._waiting = self._waiting, []
        heads = [head for _, head, _ in waiting]
        for (number, head, content), fmt in zip(waiting, self._formats(heads), strict=True):
            if isinstance(fmt, SourceError):
                self._left_out(number, str(fmt))
                continue
            found = self._entered(number, head, fmt)
            if found is not None and isinstance(content, Lines):
                self._look_at_zones(number, found, chain(content.head(_EVERY), content.spread(_LATER)))
                self.held[number] = found, [content]
            elif found is not None and not isinstance(content, Lines):
                self._look_at_zones(number, found, head)
                is_long = number in self._long
                read = wrapped.documents(self.paths[number], salvage.lists(found)) if is_long else content
                strict = number in self._tables and formats.is_strict(found.name)
                typed = unpack.numbered(read, self.stage.numbers()) if strict else read
                self.held[number] = found, self._unpack(number, _saved(typed, found))

    def _formats(self, heads: Sequence[list[bytes]]) -> Sequence[Format | SourceError | None]:
        if self.role == "context":
            return [CONTEXT] * len(heads)
        if self.options.fmt is not None:
            name = formats.known(self.options.fmt)
            return as_named(self.eng, name, heads) if heads else []
        return identify(self.eng, heads) if heads else []

    def _unpack(self, number: int, records: Iterator[unpack.Record]) -> Held:
        """The records of a file: those of a large one go to disk, as lines."""
        batches = _batches(records)
        first = list(islice(batches, 2))
        if len(first) > 1:
            return [self._spilled(number, chain(first, batches))]
        return [self._texts(number, batch) for batch in first]

    def _texts(self, number: int, batch: list[unpack.Record]) -> Texts:
        good = self._sound(number, batch)
        return Texts(number, [r.number for r in good], [r.text for r in good])

    def _spilled(self, number: int, batches: Iterator[list[unpack.Record]]) -> Lines:
        path = self.work / f"records-{number}"
        self.work.mkdir(exist_ok=True)
        with path.open("wb") as file:
            written = 0
            for record in chain.from_iterable(self._sound(number, batch) for batch in batches):
                # the number of a record is that of its line; a line end can only stand between values
                file.write(b"\n" * (record.number - written - 1) + record.text.replace(b"\n", b" ") + b"\n")
                written = record.number
        return Lines(number, path)

    def _sound(self, number: int, batch: list[unpack.Record]) -> list[unpack.Record]:
        """Records that are none are entered in the account; the others are given."""
        self.ledger.reject([(number, r.number, r.reason, r.text.decode("utf-8", "replace")) for r in batch if r.reason])
        return [record for record in batch if record.reason is None]

    def _entered(self, number: int, head: list[bytes], found: Format | None, why: str | None = None) -> Format | None:
        """Enters the format of a file in its account; for one that is no log, a note."""
        entry = self.ledger.entry(number)
        if found is None:
            keys = first_keys(head, self.eng)
            why = why or f"neither a known format nor fields for an id and a time (first keys: {keys})"
            # what could not be unpacked is not empty
            if not (entry.note and why == "empty"):
                entry.note = f"{entry.note}; {why}" if entry.note else why
            return None
        entry.format = found.name
        if found == CONTEXT:
            entry.role = "context"
        return planned(found, head, self.eng)

    def _left_out(self, number: int, why: str) -> None:
        """Names a file that is a log and is not read: those beside it are, and are not all."""
        entry = self.ledger.entry(number)
        entry.note = f"{entry.note}; {why}" if entry.note else why
        self.ledger.result.partial.append(f"{entry.path}: {why}")

    def _look_at_zones(self, number: int, fmt: Format, records: Iterable[bytes]) -> None:
        if fmt.name in zones.LOOKED_AT:
            self.ledger.zones[self.ledger.entry(number).path] = zones.counted(records)

    def _load(self) -> None:
        """Maps what was held, format by format, then once more what had to be mended."""
        self._look_for_others()
        groups = self._groups()
        for fmt, texts in groups.items():
            self._map(fmt, texts)
        mended = self._mend(self.stage.broken())
        for fmt, again in mended.items():
            self._map(fmt, again, groups[fmt])
        self.ledger.reject([(file, line, NOT_JSON, "") for file, line in self.stage.broken()])
        if self.options.fmt is None:
            self._read_strangers()
        self.ledger.reject([self._refused(*row) for row in turned_away.listed(self.eng, self.stage)])

    def _read_strangers(self) -> None:
        """Leaves refused records to the importer that knows them: those that a file was told by may be none of them."""
        own = {self.ledger.entry(file).path: (fmt.name, *fmt.among) for file, (fmt, _) in self.held.items()}
        taken: dict[Format, dict[int, dict[int, bytes]]] = {}
        for name, path, line, text in turned_away.take_strangers(self.eng, self.stage, own):
            taken.setdefault(Format(name), {}).setdefault(self.ledger.number(path), {})[line] = text.encode()
        for fmt, files_ in taken.items():
            texts = [Texts(file, list(records), list(records.values())) for file, records in files_.items()]
            self.ledger.reject(self.stage.load(fmt, texts, numbered=True))

    def _refused(self, path: str, n: int, why: str, text: str, known: str | None) -> tuple[int, int, str, str]:
        """A refused record as the ledger takes it, with the format that it is of where another was asked for."""
        file = self.ledger.number(path)
        is_stranger = known not in (None, self.options.fmt) and self.options.fmt is not None and file in self.held
        return file, n, f"{why}; in a file of its own it would be read as {known}" if is_stranger else why, text

    def _groups(self) -> dict[Format, Held]:
        groups: dict[Format, Held] = {}
        for fmt, held in self.held.values():
            groups.setdefault(fmt, []).extend(held)
        return groups

    def _look_for_others(self) -> None:
        """Leaves to their own importers the records that one which takes anything would take, wherever they stand."""
        if self.options.fmt is not None:
            return
        for fmt, texts in self._groups().items():
            if takes_any(fmt):
                found = with_known(self.eng, fmt, self.stage.kinds(fmt, texts))
                self.held |= {number: (found, held) for number, (old, held) in self.held.items() if old == fmt}

    def _map(self, fmt: Format, texts: Sequence[Lines | Texts], beside: Sequence[Lines | Texts] = ()) -> None:
        if fmt == CONTEXT:
            self.ledger.reject(self.stage.load_context(texts, self.schema))
        else:
            for one in fmt.each():
                self.ledger.reject(self.stage.load(one, texts, beside))

    def _mend(self, broken: Sequence[tuple[int, int]]) -> dict[Format, Held]:
        """Looks at every broken line once more: its records by format. What stays broken is entered in the account."""
        found: dict[int, list[tuple[int, bytes]]] = {}
        refused = []
        for file, line in broken:
            raw = next(text for lines in self.held[file][1] if (text := lines.text(line)) is not None)
            try:
                placed = "synonyms" in formats.head(self.held[file][0].name)
                found.setdefault(file, []).extend((line, text) for text in repair.records(raw, placed))
            except repair.RefusedError as why:
                kept = _salvaged(raw, salvage.containers(self.held[file][0]))
                found.setdefault(file, []).extend([(line, kept.text.encode())] if kept else [])
                told = kept.broken if kept else [(str(why), raw[:2000].decode("utf-8", "replace"))]
                refused += [(file, line, reason, text) for reason, text in told]
        self.ledger.reject(refused)
        mended: dict[Format, Held] = {}
        for file, records in found.items():
            if records:
                numbers, texts = zip(*records, strict=True)
                mended.setdefault(self.held[file][0], []).append(Texts(file, numbers, texts))
        return mended


def _records(lines: Iterable[bytes]) -> Iterator[bytes]:
    return chain.from_iterable(_mended(raw) for raw in lines)


def _mended(raw: bytes) -> list[bytes]:
    try:
        return repair.records(raw)
    except repair.RefusedError:
        kept = _salvaged(raw, salvage.any_containers())
        return [kept.text.encode()] if kept else []


def _usable(record: unpack.Record) -> bytes | None:
    """What of a record can tell the format of its file."""
    if record.reason is None:
        return record.text
    kept = _salvaged(record.text, salvage.any_containers())
    return kept.text.encode() if kept else None


def _saved(records: Iterable[unpack.Record], fmt: Format) -> Iterator[unpack.Record]:
    """The records, with what can be kept of those that are broken, and what of them cannot."""
    where = salvage.containers(fmt)
    for record in records:
        kept = _salvaged(record.text, where) if record.reason is not None else None
        if kept is None:
            yield record
        else:
            yield unpack.Record(record.number, kept.text.encode())
            yield from (unpack.Record(record.number, text.encode(), reason) for reason, text in kept.broken)


def _salvaged(raw: bytes, where: salvage.Containers) -> salvage.Saved | None:
    return salvage.save(raw.replace(b"\0", b"").decode("utf-8", "replace").removeprefix("\ufeff"), where)


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
