"""Runs importers: records in, Parquet files by day out, and what was refused aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from nanoarrow.c_array import CArray

from retroburn import assets, header
from retroburn.config import Config
from retroburn.engine import Engine
from retroburn.intake import formats, plan
from retroburn.intake.identify import ENVELOPES, Format
from retroburn.intake.lines import Stream

# columns that a view computes, or that the stage itself adds
_GENERATED = {"start_time", "end_time"}
_ADDED = {"source_file", "source_line", "format"}
NOT_JSON = "not JSON"
_IS_OBJECT = "try(json_type(body)) = 'OBJECT'"
_TO = "(format parquet, partition_by (day), append, filename_pattern 'part_{uuid}')"


class Stage:
    """A folder of Parquet files being filled; `day=rejected` and `day=folded` hold what is no row of `spans`."""

    def __init__(self, eng: Engine, folder: Path, config: Config) -> None:
        self._eng, self._config = eng, config
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for macro in formats.macros():
            eng.con.execute(macro.sql)
        self.columns = _prepare(eng)
        eng.con.execute("create or replace table intake.files (file integer, label varchar, by_line boolean)")
        eng.con.execute("create or replace table intake.broken (file integer, line bigint)")

    def add_file(self, number: int, label: str, by_line: bool) -> None:
        """Tells the name under which a file stands in `source_file`, and whether its records have lines or numbers."""
        self._eng.con.execute("insert into intake.files values (?, ?, ?)", [number, label, by_line])

    def load(self, fmt: Format, arrays: Sequence[CArray]) -> None:
        """Maps records of one format and appends them. Lines that are no JSON are left to `broken`."""
        self._eng.con.register("stream", Stream(arrays))
        try:
            if not _reads_lines(fmt):
                self._eng.con.execute(
                    f"insert into intake.broken select file, line from stream where not coalesce({_IS_OBJECT}, false)"
                )
            if "synonyms" in formats.importers()[fmt.name].head:
                plan.make(self._eng, _records(fmt), self._config).announce(self._eng)
            self._eng.con.execute(self._copy(fmt))
        finally:
            self._eng.con.unregister("stream")

    def load_context(self, arrays: Sequence[CArray], schema: str) -> list[tuple[int, int, str, str]]:
        """Adds records to `context`; gives those that are none, with the reason."""
        self._eng.con.register("stream", Stream(arrays))
        try:
            self._eng.con.execute(
                "create or replace temp table found as with records as "
                f"(select file, line, body::json as body from stream where {_IS_OBJECT}) {formats.step('context').sql}"
            )
            self._eng.con.execute(
                f"insert into intake.broken select file, line from stream where not coalesce({_IS_OBJECT}, false)"
            )
        finally:
            self._eng.con.unregister("stream")
        self._eng.con.execute(
            f'insert into {schema}.context by name select "at", kind, text, ref, concerns, label as source_file, '
            "line as source_line from found inner join intake.files using (file) where reason is null"
        )
        refused = "select file, line, reason, body::varchar from found where reason is not null order by file, line"
        return self._eng.con.execute(refused).fetchall()

    def cut(self, start: datetime | None, end: datetime | None) -> None:
        """Leaves away the rows that begin before `start` or from `end` on."""
        for part in sorted(self.folder.glob("day=[0-9]*/*.parquet")):
            day = datetime.strptime(part.parent.name.removeprefix("day="), "%Y-%m-%d")
            whole = (start is None or start <= day) and (end is None or day + timedelta(days=1) <= end)
            if whole:
                continue
            rest = part.with_suffix(".tmp")
            self._eng.con.execute(
                f"copy (select * from read_parquet('{part}', hive_partitioning = false) "
                f"where start >= '{start or datetime.min}'::timestamp and start < '{end or datetime.max}'::timestamp) "
                f"to '{rest}' (format parquet)"
            )
            rest.replace(part)

    def append(self, query: str) -> None:
        """Appends the rows of a query that gives the columns of `spans`."""
        self._eng.con.execute(
            f"copy (select *, strftime(start, '%Y-%m-%d') as day from ({query})) to '{self.folder}' {_TO}"
        )

    def broken(self) -> list[tuple[int, int]]:
        """File and number of every line that was no JSON so far; asking forgets them."""
        if (parts := self.parts("rejected")) is not None:
            self._eng.con.execute(
                "insert into intake.broken select file, source_line from read_parquet(?) "
                "inner join intake.files on label = source_file where error_message = ?",
                [parts, NOT_JSON],
            )
        found = self._eng.con.execute("select distinct file, line from intake.broken order by all").fetchall()
        self._eng.con.execute("delete from intake.broken")
        return found

    def rejected(self) -> list[tuple[str, int, str, str]]:
        """Source file, number, reason and text of every record that was refused so far; asking forgets them."""
        if (parts := self.parts("rejected")) is None:
            return []
        found = self._eng.con.execute(
            "select source_file, source_line, error_message, left(output, 2000) from read_parquet(?) "
            "where error_message <> ? order by source_file, source_line, error_message",
            [parts, NOT_JSON],
        ).fetchall()
        self.drop("rejected")
        return found

    def drop(self, day: str) -> None:
        """Removes the files of a day."""
        for part in self.folder.glob(f"day={day}/*"):
            part.unlink()

    def counts(self, schema: str) -> dict[str, int]:
        """Records that were taken so far, folded ones and context too, by source file."""
        parts = [part for part in (self.parts(), self.parts("folded")) if part is not None]
        query = "select source_file from read_parquet(?, hive_partitioning = false) union all " if parts else ""
        query = f"select source_file, count(*) from ({query} select source_file from {schema}.context) group by all"
        return dict(self._eng.con.execute(query, [parts] if parts else []).fetchall())

    def parts(self, day: str = "[0-9]*") -> str | None:
        """A glob of the files of a day (default: of all days); None when there is none."""
        pattern = f"day={day}/*.parquet"
        return f"{self.folder}/{pattern}" if any(self.folder.glob(pattern)) else None

    def _copy(self, fmt: Format) -> str:
        typed = formats.step("typed").sql
        taken = ", ".join(_kept(name) for name in self.columns if name not in _ADDED)
        return (
            f"copy (with records as ({_records(fmt)}), {_mapped(fmt)}, result as ({typed}) "
            f"select {taken}, label as source_file, {_number(fmt)} as source_line, '{fmt.name}' as format, "
            "case when reason is not null then 'rejected' when folded then 'folded' "
            "else strftime(start, '%Y-%m-%d') end as day "
            f"from result inner join intake.files using (file)) to '{self.folder}' {_TO}"
        )


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


def _mapped(fmt: Format) -> str:
    """The importer, and the step that it shares with others, if its head names one."""
    query = formats.importers()[fmt.name]
    shared = query.head.get("then")
    if shared is None:
        return f"mapped as ({query.sql})"
    return f"flat as ({query.sql}), mapped as ({formats.step(shared).sql})"


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
