"""Runs importers: records in, Parquet files by day out, and what was refused aside."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import duckdb
from nanoarrow.c_array import CArray

from retroburn import assets, header
from retroburn.config import Config
from retroburn.engine import Engine
from retroburn.intake import formats, identify, mapping, odd, plan, rescue
from retroburn.intake.identify import Format
from retroburn.intake.layout import Layout
from retroburn.intake.lines import Lines, Stream, Texts
from retroburn.intake.macros import Macros
from retroburn.intake.mapping import FOLDED, IS_OBJECT, REFUSED
from retroburn.intake.own import try_importer, wrong
from retroburn.intake.survey import MACROS, survey

# columns that a view computes, or that the stage itself adds
_GENERATED = {"start_time", "end_time"}
NOT_JSON = "not JSON"
# what a store keeps beside the parts, among it what waits for a later import: scores before what they judge
TABLE_FOLDER, WAITING = "tables", "waiting"
# a part of the store holds whole days while it is smaller than this many bytes of log
_PART_BYTES = 1 << 30
# What importers count, join and unwrap, DuckDB holds many times over, in text, in values and in columns: where a limit
# was set, no more of the log than one part in so many of it is mapped at once, and half as much where that is too much.
_HELD = 32
# rows a Parquet row group: small dictionaries stay in the processor's cache, and every core finds work in a small log
_ROW_GROUP = 30_720
_PART = f"format parquet, compression zstd, row_group_size {_ROW_GROUP}"
# sets of keys by which records of other formats are looked for, and characters of a record that is no example of one
KINDS, HUGE = 1000, 1 << 20
# one block of lines in so many is looked at before any is mapped
_LOOK = 32
# but no fewer than so many, as far as there are
_LOOKS = 8
# where there are more, one line in so many is surveyed: their fields are known from some thousands of lines
_SURVEYED = 4
READ = "read_parquet($parts, hive_partitioning = false, filename = true)"


class Stage:
    """A folder of Parquet files being filled: parts in the order of the log, named after the day they begin with."""

    def __init__(self, eng: Engine, folder: Path, config: Config) -> None:
        self._eng, self._config = eng, config
        self.folder = folder
        self._files: list[tuple[int, str, bool]] = []
        self._by_place: set[int] = set()
        self.has_hex_ids = False
        """Whether a format was read whose ids are numbers in base 16, however they are spelled."""
        self._most = None if eng.limit is None else eng.limit // _HELD
        """Bytes of log that are mapped at once; None: all."""
        self.tables = folder / TABLE_FOLDER
        """Beside the parts, what else a store keeps."""
        folder.mkdir(parents=True, exist_ok=True)
        self._macros = Macros(eng)
        self._macros.serve(*identify.conditions().values())
        self.columns = _prepare(eng)
        eng.con.execute(
            "create or replace table intake.files "
            "(file integer, label varchar, by_line boolean, placed bigint default 0)"
        )
        eng.con.execute("create or replace table intake.broken (file integer, line bigint)")
        odd.prepare(eng)
        mapping.shape(eng, self.columns, Layout())

    def numbers(self) -> list[str]:
        """The columns of `spans` that hold numbers."""
        found = self._eng.con.execute(
            "select column_name from duckdb_columns() where schema_name = 'intake' and table_name = 'spans' "
            "and numeric_precision is not null"
        ).fetchall()
        return [name for (name,) in found]

    def add_file(self, number: int, label: str, by_line: bool) -> None:
        """Tells the name under which a file stands in `source_file`, and whether its records have lines or numbers."""
        self._files.append((number, label, by_line))
        if not by_line:
            self._by_place.add(number)

    def _name_files(self) -> None:
        """Enters the names told since the last time: row by row would take longer than reading small files."""
        if self._files:
            columns = [list(column) for column in zip(*self._files, strict=True)]
            self._eng.con.execute("insert into intake.files select unnest(?), unnest(?), unnest(?), 0", columns)
            self._files.clear()

    def kinds(self, fmt: Format, texts: Sequence[Lines | Texts]) -> list[str]:
        """One record of each set of keys that records have, as far as those are few: what comes late, too."""
        records = f"select *, hash(json_keys(body)) as keys from ({mapping.records(fmt)}) where length(body) < {HUGE}"
        with self._streaming([array for text in texts for array in text.arrays()]):
            # numbers first: what a million of records hold would take as much memory as they do
            self._eng.con.execute(
                "create or replace temp table firsts as "
                f"select keys, min(line) as line from ({records}) group by keys order by line limit {KINDS}"
            )
            found = self._eng.con.execute(
                f"select any_value(body::varchar) from ({records}) as r semi join firsts using (keys, line) "
                "group by keys"
            ).fetchall()
        self._eng.con.execute("drop table firsts")
        return [text for (text,) in found]

    def load(
        self,
        fmt: Format,
        texts: Sequence[Lines | Texts],
        beside: Sequence[Lines | Texts] = (),
        numbered: bool = False,
    ) -> list[tuple[int, int, str, str]]:
        """Maps records and appends them; gives those that cannot be mapped, as the ledger takes them.

        What is no JSON is left to `broken`. Those `beside` are planned for too. `numbered`: each has its number, even
        where a file has no lines of records.
        """
        refused: list[tuple[int, int, str, str]] = []
        self.has_hex_ids |= bool(formats.head(fmt.name).get("hex_ids"))
        self._name_files()
        if mapping.reads_lines(fmt):
            self._load_lines(fmt, list(_days(texts)))
            return refused
        if "synonyms" in formats.importers()[fmt.name].head:
            self._plan(fmt, [*beside, *texts])
        by_place = not numbered and not self._by_place.isdisjoint(text.file for text in texts)
        query = self._query(fmt, mapping.records(fmt), by_place=by_place)
        waiting = [block for text in texts for block in text.blocks()]
        while waiting:
            n = self._portion(waiting)
            arrays = [array for _, _, array in waiting[:n]]
            try:
                with self._streaming(arrays):
                    part, told = self._mapped(fmt, query)
            except duckdb.OutOfMemoryException:
                if n == 1:
                    raise
                self._most = sum(length for _, length, _ in waiting[:n]) // 2
                continue
            # once more: what had to be rescued has taken the stream away
            with self._streaming(arrays):
                self._note_broken()
            refused += told
            del waiting[:n]
            if by_place:
                self._go_on_counting(part)
        return refused

    def _portion(self, blocks: Sequence[tuple[str | None, int, CArray]]) -> int:
        """How many of the blocks are mapped at once: one at least."""
        if self._most is None:
            return len(blocks)
        return max(1, sum(total <= self._most for total in accumulate(length for _, length, _ in blocks)))

    def _mapped(self, fmt: Format, query: str) -> tuple[Path, list[tuple[int, int, str, str]]]:
        """The part with what was mapped of the records in `stream`, and those that cannot be."""
        refused = self._no_objects(fmt) if fmt.envelope is not None and fmt.each()[0].name == fmt.name else []
        try:
            return self._copy(query, None), refused
        except rescue.UNMAPPABLE as error:
            if fmt.name in formats.own():
                raise wrong(formats.own()[fmt.name], error) from None
            told, part = self._rescue(query)
            return part, refused + told

    def _go_on_counting(self, part: Path) -> None:
        """Remembers how many records of each file were mapped: the places of the next ones go on from there."""
        self._eng.con.execute(
            "update intake.files as f set placed = p.last from "
            "(select source_file, max(source_line) as last from read_parquet($part) group by all) as p "
            "where f.label = p.source_file",
            {"part": str(part)},
        )

    def _rescue(self, query: str) -> tuple[list[tuple[int, int, str, str]], Path]:
        """Maps what can be mapped of the records in `stream`; gives the others, and the part."""
        try:
            refused = rescue.refuse(self._eng, lambda target: self._write(query, target), self.folder / "trial.tmp")
            return refused, self._copy(query, None)
        finally:
            rescue.done(self._eng)

    def try_importer(self, name: str) -> None:
        """Compiles an importer of the user's own. Raises UsageError where something is wrong with it."""
        self._macros.serve(mapping.mapped(Format(name), Layout()))
        with self._streaming([]):
            try_importer(self._eng, name)

    def _load_lines(self, fmt: Format, parts: Sequence[tuple[str | None, list[CArray]]]) -> None:
        """Maps lines of which the importer knows the fields: most by what they have in common, odd ones one by one."""
        blocks = [array for _, arrays in parts for array in arrays]
        looked = blocks[:: max(1, min(_LOOK, len(blocks) // _LOOKS))]
        with self._streaming(looked):
            self._macros.serve(*MACROS)
            dirty = self._looks_broken()
            layout = survey(self._eng, formats.importers()[fmt.name], _SURVEYED if len(looked) >= _LOOKS else 1)
        if dirty:
            for _, arrays in parts:
                with self._streaming(arrays):
                    odd.mark(self._eng)
            odd.set_aside(self._eng)
        query = self._query(fmt, odd.REST if dirty else odd.LINES, layout)
        again: list[CArray] = []
        for day, arrays in parts:
            with self._streaming(arrays):
                if odd.note(self._eng, self._copy(query, day)) or dirty:
                    again += arrays
        if again:
            query = self._query(fmt, odd.ODD)
            with self._streaming(again):
                self._copy(query, None)
            odd.finish(self._eng)

    def load_context(self, texts: Sequence[Lines | Texts], schema: str) -> list[tuple[int, int, str, str]]:
        """Adds records to `context`; gives those that are none, with the reason."""
        self._name_files()
        self._macros.serve(formats.step("context").sql)
        with self._streaming([array for text in texts for array in text.arrays()]):
            self._note_broken()
            self._eng.con.execute(
                "create or replace temp table found as with records as "
                f"(select file, line, body::json as body from stream where {IS_OBJECT}) {formats.step('context').sql}"
            )
        self._eng.con.execute(
            f'insert into {schema}.context by name select "at", kind, text, ref, concerns, label as source_file, '
            "line as source_line from found inner join intake.files using (file) where reason is null"
        )
        refused = "select file, line, reason, body::varchar from found where reason is not null order by file, line"
        return self._eng.con.execute(refused).fetchall()

    def append(self, query: str) -> None:
        """Appends the rows of a query that gives the columns of `spans`."""
        self._copy(query, None)

    def set_waiting(self, query: str) -> None:
        """Lays rows aside: a store keeps them until what they are a part of is there."""
        self.tables.mkdir(exist_ok=True)
        self._write(query, self.tables / f"{WAITING}.parquet")

    def replace(self, part: Path, where: str, values: Mapping[str, object] | None = None, taken: str = "*") -> None:
        """Writes a part again with the rows that a condition keeps (the part is `p`); it goes when none is left.

        Under another name: the part may lie in a store, which must stay as it is until its manifest is written.
        """
        rest = self._named(part.name.rpartition("-")[0])
        kept = self._eng.con.execute(
            f"copy (select {taken} from read_parquet('{part}', hive_partitioning = false) as p where {where}) "
            f"to '{rest}' ({_PART})",
            values,
        ).fetchall()
        part.unlink()
        if kept == [(0,)]:
            rest.unlink()

    def broken(self) -> list[tuple[int, int]]:
        """File and number of every line that was no JSON and was not told yet."""
        self._name_files()
        found = self._eng.con.execute("select distinct file, line from intake.broken order by all").fetchall()
        self._eng.con.execute("delete from intake.broken")
        return found

    def counts(self, schema: str) -> dict[str, int]:
        """Records that were taken so far, folded ones and context too, by source file."""
        self._name_files()
        parts = self.parts()
        spans = f"select source_file from {READ} where format <> '{REFUSED}' union all" if parts else ""
        query = f"select source_file, count(*) from ({spans} select source_file from {schema}.context) group by all"
        return dict(self._eng.con.execute(query, {"parts": parts} if parts else None).fetchall())

    def unfit(self) -> set[str]:
        """Parts that hold rows which will not stay."""
        if not (parts := self.parts()):
            return set()
        query = f"select distinct filename from {READ} where format = '{REFUSED}' or ends_with(format, '{FOLDED}')"
        return {name for (name,) in self._eng.con.execute(query, {"parts": parts}).fetchall()}

    def cut(self, start: datetime | None, end: datetime | None) -> None:
        """Leaves away the rows that begin before `start` or from `end` on."""
        if start is not None or end is not None:
            for part in self.parts():
                within = f"start >= '{start or datetime.min}'::timestamp and start < '{end or datetime.max}'::timestamp"
                self.replace(Path(part), within)

    def parts(self) -> list[str]:
        """The paths of all parts."""
        return [str(part) for part in sorted(self.folder.glob("*.parquet"))]

    def _plan(self, fmt: Format, texts: Sequence[Lines | Texts]) -> None:
        self._macros.serve(*plan.MACROS)
        with self._streaming([array for text in texts for array in text.arrays()]):
            plan.make(self._eng, mapping.records(fmt), self._config).announce(self._eng)

    @contextmanager
    def _streaming(self, arrays: Sequence[CArray]) -> Iterator[None]:
        self._eng.con.register("stream", Stream(arrays))
        try:
            yield
        finally:
            self._eng.con.unregister("stream")

    def _looks_broken(self) -> bool:
        """Whether some lines are no JSON: then asking each first is cheaper than catching the parser's refusals."""
        query = "select 1 from stream where not json_valid(body) limit 1"
        return self._eng.con.execute(query).fetchall() != []

    def _note_broken(self) -> None:
        self._eng.con.execute(
            f"insert into intake.broken select file, line from stream where not coalesce({IS_OBJECT}, false)"
        )

    def _no_objects(self, fmt: Format) -> list[tuple[int, int, str, str]]:
        """What is wrapped where records are, and is none, as the ledger takes it."""
        found = self._eng.con.execute(mapping.no_objects(fmt)).fetchall()
        return [(file, line, "not an object", text[:2000]) for file, line, text in found]

    def _query(self, fmt: Format, records: str, layout: Layout | None = None, by_place: bool = False) -> str:
        """The query that maps records: by a layout, where most of them have one in common, else value by value."""
        mapping.shape(self._eng, self.columns, layout or Layout())
        query = mapping.query(fmt, records, self.columns, even=layout is not None, layout=layout, by_place=by_place)
        self._macros.serve(query)
        return query

    def _copy(self, query: str, day: str | None) -> Path:
        target = self._named(day)
        try:
            self._write(query, target)
        except duckdb.OutOfMemoryException:
            target.unlink(missing_ok=True)
            raise
        return target

    def _named(self, day: str | None) -> Path:
        return self.folder / f"{day or 'part'}-{uuid.uuid4().hex}.parquet"

    def _write(self, query: str, target: Path) -> None:
        self._eng.con.execute(f"copy ({query}) to '{target}' ({_PART})")


def _days(texts: Sequence[Lines | Texts]) -> Iterator[tuple[str | None, list[CArray]]]:
    """Arrays to be written as one part, and the day it begins with: a new part begins with a new day."""
    part: list[CArray] = []
    size, current = 0, None
    for day, length, array in (block for text in texts for block in text.blocks()):
        if part and size >= _PART_BYTES and day != current:
            yield current, part
            part, size = [], 0
        if not part:
            current = day
        part.append(array)
        size += length
    if part:
        yield current, part


def _prepare(eng: Engine) -> list[str]:
    """Makes the schema `intake` with the canonical shapes; gives the columns of `spans` that are stored."""
    eng.con.execute("create schema if not exists intake")
    eng.con.execute("use intake")
    eng.con.execute("drop table if exists spans")
    # without its comments: each would be a change to the table
    eng.con.execute(eng.con.extract_statements(header.read(assets.folder("queries") / "schema" / "spans.sql").sql)[0])
    eng.con.execute("use main")
    return [name for name in eng.columns("spans", "intake") if name not in _GENERATED]
