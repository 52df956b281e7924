"""A DuckDB connection with a folder of its own, closed to files outside and to the network once the data is in."""

from __future__ import annotations

import atexit
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np

from retroburn import assets, header
from retroburn.engine import limits
from retroburn.engine.room import Room
from retroburn.errors import QueryError, RetroburnError

Arrays = dict[str, np.ndarray[Any, Any]]
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_STRING_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


_NO_MEMORY = "There is too little free memory here for this log. Close other programs"


class MemoryExceededError(RetroburnError, duckdb.Error):
    """A query needs more memory than it may have, on one core too: foreseen for users, an error of DuckDB for code."""

    def __init__(self, memory: str | None) -> None:
        """`memory` is what `--memory` said, if anything."""
        allowed = f"--memory {memory} is too little for this log. Give more" if memory else _NO_MEMORY
        super().__init__(f"{allowed}, or give less of the log with --from.")


class Engine:
    """One working database in a temporary folder.

    Times are naive and in UTC: DuckDB's TIMESTAMPTZ needs a package that nothing brings. Close it, or use it as a
    context manager; the folder goes with it.
    """

    def __init__(self, memory: str | None = None, threads: int | None = None) -> None:
        self.memory = memory
        self.limit = None if memory is None else limits.of(memory)
        """Bytes that DuckDB may use; None where nobody said."""
        self._room = Room()
        self.folder = self._room.path
        # what nobody closed goes with the process (a relation may outlive its engine): it holds a copy of the log
        atexit.register(self._room.close)
        self.kept = ExitStack()  # what must stay as it is while the engine lives: closed with it
        self.con = duckdb.connect(str(self.folder / "work.duckdb"))
        self._session: list[str] = []
        self.everywhere("set TimeZone = 'UTC'")
        self._set("temp_directory", str(self.folder / "spill"))
        # in a notebook without ipywidgets the bar is off, and DuckDB refuses even to be told so
        if self.one("select current_setting('enable_progress_bar')"):
            self._set("enable_progress_bar", False)
        # money is DECIMAL and sums of it are exact; order is asked for where it matters
        self._set("preserve_insertion_order", False)
        # forty slices in one count: to rewrite them as counts of counts takes as long as to count, and saves nothing
        with suppress(duckdb.Error):  # a version that does not know the rewrite does not do it
            self._set("disabled_optimizers", "grouping_sets")
        own = self.one("select current_setting('memory_limit')")
        self._set("memory_limit", f"{limits.left(own) if self.limit is None else self.limit}B")
        if threads is not None:
            self._set("threads", threads)

    def _set(self, name: str, value: object) -> None:
        literal = "'" + str(value).replace("'", "''") + "'"
        self.con.execute(f"set {name} = {literal}")

    def everywhere(self, statement: str) -> None:
        """Runs what is the connection's own (a setting, a temporary view), now and on each of `another()`."""
        self.con.execute(statement)
        self._session.append(statement)

    def another(self) -> Engine:
        """A second connection to the same database, for another thread: only temporary tables are its own.

        Close its `con` when it is done; the database and its folder stay.
        """
        other = copy.copy(self)
        other.con = self.con.cursor()
        for statement in self._session:
            other.con.execute(statement)
        return other

    def run(self, query: header.Query | str, params: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Runs a query with the parameters that it names; others in `params` are left aside."""
        text = query.sql if isinstance(query, header.Query) else query
        named = set(_PARAMETER.findall(_STRING_OR_COMMENT.sub("", text)))
        given = {key: value for key, value in (params or {}).items() if key in named}
        try:
            return self.con.execute(text, given)
        except duckdb.OutOfMemoryException:
            # every core holds buffers of its own: with one, most queries of a log too large for them still fit
            self._set("threads", 1)
        try:
            return self.con.execute(text, given)
        except duckdb.OutOfMemoryException:
            raise MemoryExceededError(self.memory) from None

    def ask(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Runs a query that somebody typed. Raises QueryError where it cannot be run: a column that there is not."""
        try:
            return self.run(sql)
        except MemoryExceededError:
            raise
        except duckdb.Error as error:
            raise QueryError(f"The query cannot be run: {str(error).strip()}") from None

    def file(self, *parts: str, params: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Runs the file `queries/<parts>.sql`."""
        return self.run(header.read(assets.folder("queries").joinpath(*parts).with_suffix(".sql")), params)

    def rows(self, query: header.Query | str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """A small result as a list of dicts."""
        result = self.run(query, params)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def one(self, query: header.Query | str, params: Mapping[str, Any] | None = None) -> Any:
        """The single value of a result of one row and one column."""
        row = self.run(query, params).fetchone()
        return None if row is None else row[0]

    def arrays(self, query: header.Query | str, params: Mapping[str, Any] | None = None) -> Arrays:
        """A result as one NumPy array a column; masked where null."""
        return {name: _plain(column) for name, column in self.run(query, params).fetchnumpy().items()}

    def columns(self, table: str, schema: str = "main") -> list[str]:
        """The names of a table's or view's columns, in order; empty when there is none."""
        try:
            # `duckdb_columns()` looks at every column of every table, which takes ten times as long
            found = self.con.execute("select name from pragma_table_info(?) order by cid", [f"{schema}.{table}"])
        except duckdb.CatalogException:
            return []
        return [name for (name,) in found.fetchall()]

    def lock(self, folders: Sequence[Path] = ()) -> None:
        """Closes the database to files, network and extensions; `folders` (a store) stay readable.

        DuckDB does not open again what was closed. Settings need no lock: only a SELECT comes through `guard`.
        """
        if folders:
            listed = ", ".join("'" + str(folder.resolve()).replace("'", "''") + "'" for folder in folders)
            self.con.execute(f"set allowed_directories = [{listed}]")
        self._set("enable_external_access", False)

    @contextmanager
    def within(self, schema: str) -> Iterator[None]:
        """Names of tables mean those of `schema` first, inside the block."""
        self._set("search_path", f"{schema},main" if schema != "main" else "main")
        try:
            yield
        finally:
            self._set("search_path", "main")

    def close(self) -> None:
        """Closes the database and removes its folder."""
        self.con.close()
        self.kept.close()
        atexit.unregister(self._room.close)
        self._room.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _plain(column: Any) -> np.ndarray[Any, Any]:
    """A column without its mask where nothing is masked: many functions of NumPy overlook masks or are slow on them."""
    found = np.ma.asarray(column)
    return found if np.ma.is_masked(found) else found.data
