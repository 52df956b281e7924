"""Runs importers: records in, Parquet files by day out, and what was refused aside."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
from nanoarrow.c_array import CArray

from retroburn import assets, header
from retroburn.config import Config
from retroburn.engine import Engine
from retroburn.errors import UsageError, did_you_mean
from retroburn.intake import formats, layout, plan
from retroburn.intake.identify import ENVELOPES, Format
from retroburn.intake.lines import Lines, Stream, Texts

# columns that a view computes, or that the stage itself adds
_GENERATED = {"start_time", "end_time"}
_ADDED = {"source_file", "source_line", "format"}
NOT_JSON = "not JSON"
_IS_OBJECT = "try(json_type(body)) = 'OBJECT'"
# what stands in `format` of a row that will not stay: a refused record, and one that is a part of another
REFUSED, FOLDED = "refused", ":folded"
# a part of the store holds whole days while it is smaller than this many bytes of log
_PART_BYTES = 64 << 20
# rows a Parquet row group: small dictionaries stay in the processor's cache, and every core finds work in a small log
_ROW_GROUP = 30_720
# one block of lines in so many is looked at for broken ones
_LOOK = 8
_GUARDED = "select file, line, case when json_valid(body) then body end as body from stream"
# what an importer gives besides leaves
_OWN_TYPES = {"file", "line", "ord", "body", "folded"}
_READ = "read_parquet($parts, hive_partitioning = false, filename = true)"


class Stage:
    """A folder of Parquet files being filled: parts in the order of the log, named after the day they begin with."""

    def __init__(self, eng: Engine, folder: Path, config: Config) -> None:
        self._eng, self._config = eng, config
        self.folder = folder
        self._told: set[str] = set()
        self._files: list[tuple[int, str, bool]] = []
        folder.mkdir(parents=True, exist_ok=True)
        for macro in formats.macros():
            eng.con.execute(macro.sql)
        self.columns = _prepare(eng)
        eng.con.execute("create or replace table intake.files (file integer, label varchar, by_line boolean)")
        eng.con.execute("create or replace table intake.broken (file integer, line bigint)")

    def add_file(self, number: int, label: str, by_line: bool) -> None:
        """Tells the name under which a file stands in `source_file`, and whether its records have lines or numbers."""
        self._files.append((number, label, by_line))

    def _name_files(self) -> None:
        """Enters the names told since the last time: row by row would take longer than reading small files."""
        if self._files:
            columns = [list(column) for column in zip(*self._files, strict=True)]
            self._eng.con.execute("insert into intake.files select unnest(?), unnest(?), unnest(?)", columns)
            self._files.clear()

    def load(self, fmt: Format, texts: Sequence[Lines | Texts]) -> None:
        """Maps records of one format and appends them. Lines that are no JSON are left to `broken`."""
        self._name_files()
        if "synonyms" in formats.importers()[fmt.name].head:
            self._plan(fmt, texts)
        for day, arrays in _parts(texts):
            guarded = _reads_lines(fmt) and self._looks_broken(arrays[::_LOOK])
            with self._streaming(arrays):
                if not _reads_lines(fmt):
                    self._note_broken()
                try:
                    self._copy(self._mapping(fmt, guarded), day)
                except duckdb.Error as error:
                    if fmt.name not in formats.own():
                        raise
                    raise _wrong(formats.own()[fmt.name], error) from None

    def try_importer(self, name: str) -> None:
        """Compiles an importer of the user's own. Raises UsageError where it is none, or fills what is no column."""
        query = formats.importers()[name]
        known = [column for (column, *_) in self._eng.con.execute("describe leaf_shape").fetchall()]
        with self._streaming([]):
            try:
                self._eng.con.execute(f"select {query.head['detect']} from (select '{{}}'::json as body)").fetchall()
                found = self._eng.con.execute(
                    f"describe with records as ({_records(Format(name))}), {self._mapped(Format(name), False)} "
                    "select * from mapped"
                ).fetchall()
            except duckdb.Error as error:
                raise _wrong(query, error) from None
        for column, kind, *_ in found:
            if column not in known:
                raise UsageError(f"--importers: {name}.sql: {column} is no column. {did_you_mean(column, known)}")
            if column not in _OWN_TYPES and kind not in {"JSON", "VARCHAR"}:
                raise UsageError(f"--importers: {name}.sql: {column} is {kind}. Give the JSON value: to_json(…).")
        for column in ("file", "line", "ord", "body", "id", "start"):
            if column not in {column for column, *_ in found}:
                raise UsageError(f"--importers: {name}.sql does not give {column}.")

    def load_context(self, texts: Sequence[Lines | Texts], schema: str) -> list[tuple[int, int, str, str]]:
        """Adds records to `context`; gives those that are none, with the reason."""
        self._name_files()
        with self._streaming([array for text in texts for array in text.arrays()]):
            self._note_broken()
            self._eng.con.execute(
                "create or replace temp table found as with records as "
                f"(select file, line, body::json as body from stream where {_IS_OBJECT}) {formats.step('context').sql}"
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

    def replace(self, part: Path, where: str) -> None:
        """Writes a part again with the rows that a condition keeps (the part is `p`); it goes when none is left."""
        rest = part.with_suffix(".tmp")
        self._eng.con.execute(
            f"copy (select * from read_parquet('{part}', hive_partitioning = false) as p where {where}) "
            f"to '{rest}' (format parquet)"
        )
        [(rows,)] = self._eng.con.execute(f"select count(*) from read_parquet('{rest}')").fetchall()
        part.unlink()
        if rows:
            rest.rename(part)
        else:
            rest.unlink()

    def broken(self) -> list[tuple[int, int]]:
        """File and number of every line that was no JSON and was not told yet."""
        self._name_files()
        parts = [part for part in self.parts() if part not in self._told]
        self._told.update(parts)
        if parts:
            self._eng.con.execute(
                f"insert into intake.broken select file, source_line from {_READ} "
                "inner join intake.files on label = source_file "
                f"where format = '{REFUSED}' and error_message = $reason",
                {"parts": parts, "reason": NOT_JSON},
            )
        found = self._eng.con.execute("select distinct file, line from intake.broken order by all").fetchall()
        self._eng.con.execute("delete from intake.broken")
        return found

    def refused(self) -> list[tuple[str, int, str, str]]:
        """Source file, number, reason and text of every other record that was refused."""
        if not (parts := self.parts()):
            return []
        return self._eng.con.execute(
            f"select source_file, source_line, error_message, left(output, 2000) from {_READ} "
            f"where format = '{REFUSED}' and error_message <> $reason order by source_file, source_line, error_message",
            {"parts": parts, "reason": NOT_JSON},
        ).fetchall()

    def counts(self, schema: str) -> dict[str, int]:
        """Records that were taken so far, folded ones and context too, by source file."""
        self._name_files()
        parts = self.parts()
        spans = f"select source_file from {_READ} where format <> '{REFUSED}' union all" if parts else ""
        query = f"select source_file, count(*) from ({spans} select source_file from {schema}.context) group by all"
        return dict(self._eng.con.execute(query, {"parts": parts} if parts else None).fetchall())

    def unfit(self) -> set[str]:
        """Parts that hold rows which will not stay."""
        if not (parts := self.parts()):
            return set()
        query = f"select distinct filename from {_READ} where format = '{REFUSED}' or ends_with(format, '{FOLDED}')"
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
        with self._streaming([array for text in texts for array in text.arrays()]):
            plan.make(self._eng, _records(fmt), self._config).announce(self._eng)

    @contextmanager
    def _streaming(self, arrays: Sequence[CArray]) -> Iterator[None]:
        self._eng.con.register("stream", Stream(arrays))
        try:
            yield
        finally:
            self._eng.con.unregister("stream")

    def _looks_broken(self, arrays: Sequence[CArray]) -> bool:
        """Whether some lines are no JSON: then asking each first is cheaper than catching the parser's refusals."""
        with self._streaming(arrays):
            query = "select 1 from stream where not json_valid(body) limit 1"
            return self._eng.con.execute(query).fetchall() != []

    def _note_broken(self) -> None:
        self._eng.con.execute(
            f"insert into intake.broken select file, line from stream where not coalesce({_IS_OBJECT}, false)"
        )

    def _mapping(self, fmt: Format, guarded: bool) -> str:
        taken = ", ".join(_kept(name) for name in self.columns if name not in _ADDED)
        return (
            f"with records as ({_GUARDED if guarded else _records(fmt)}), {self._mapped(fmt, guarded)}, "
            f"result as ({formats.step('typed').sql}) "
            f"select {taken}, label as source_file, {_number(fmt)} as source_line, case when reason is not null "
            f"then '{REFUSED}' when folded then '{fmt.name}{FOLDED}' else '{fmt.name}' end as format "
            "from result inner join intake.files using (file)"
        )

    def _mapped(self, fmt: Format, guarded: bool) -> str:
        """The importer, and the step that it shares with others, if its head names one."""
        query = formats.importers()[fmt.name]
        sql = query.sql
        if "fields" in query.head:
            # inside an envelope the keys of a record are not those of its line
            sql = layout.fitted(query, layout.keys(self._eng, guarded) if _reads_lines(fmt) else None)
        shared = query.head.get("then")
        if shared is None:
            return f"mapped as ({sql})"
        return f"flat as ({sql}), mapped as ({formats.step(shared).sql})"

    def _copy(self, query: str, day: str | None) -> None:
        target = self.folder / f"{day or 'part'}-{uuid.uuid4().hex}.parquet"
        self._eng.con.execute(f"copy ({query}) to '{target}' (format parquet, row_group_size {_ROW_GROUP})")


def _wrong(query: header.Query, error: duckdb.Error) -> UsageError:
    return UsageError(f"--importers: {query.path.name}: {str(error).splitlines()[0]}")


def _parts(texts: Sequence[Lines | Texts]) -> Iterator[tuple[str | None, list[CArray]]]:
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


def _reads_lines(fmt: Format) -> bool:
    """Whether the importer itself says which lines are no JSON, and so parses each only once."""
    return fmt.envelope is None and bool(formats.importers()[fmt.name].head.get("lines"))


def _number(fmt: Format) -> str:
    """The number of a record: its line, or its place among the records of a file that has no lines of records."""
    if _reads_lines(fmt):
        return "line"
    return "case when by_line then line else row_number() over (partition by file, by_line order by line, ord) end"


def _records(fmt: Format) -> str:
    """The table that an importer reads."""
    if _reads_lines(fmt):
        return "select * from stream"
    objects = f"select file, line, body::json as body, 0 as ord from stream where {_IS_OBJECT}"
    if fmt.envelope is None:
        return objects
    inside = ENVELOPES[fmt.envelope]
    return f"select file, line, unnest({inside}) as body, generate_subscripts({inside}, 1) as ord from ({objects})"


def _kept(name: str) -> str:
    """A column of the stage. A rejected row says its reason and its text where an error and an output would stand.

    A body that is no JSON may be no UTF-8 either, which Parquet refuses: it is fetched from the file again when needed.
    """
    if name == "error_message":
        return "coalesce(reason, error_message) as error_message"
    if name == "output":
        return f"case when reason is null then output when reason <> '{NOT_JSON}' then body::varchar end as output"
    return f'"{name}"'


def _prepare(eng: Engine) -> list[str]:
    """Makes the schema `intake` with the canonical shapes; gives the columns of `spans` that are stored."""
    eng.con.execute("create schema if not exists intake")
    eng.con.execute("use intake")
    eng.con.execute("drop table if exists spans")
    eng.con.execute(header.read(assets.folder("queries") / "schema" / "spans.sql").sql)
    eng.con.execute("use main")
    names = [name for name in eng.columns("spans", "intake") if name not in _GENERATED]
    leaves = ", ".join(
        f'"{name}" {"varchar" if name in {"input", "output"} else "json"}' for name in names if name not in _ADDED
    )
    eng.con.execute(
        "create or replace table leaf_shape "
        f"(file integer, line bigint, body varchar, ord bigint, refused varchar, folded boolean, {leaves})"
    )
    return names
