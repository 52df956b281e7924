"""Each column of a table in one line. Two passes in DuckDB: how full and how many values; then how they are spread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from retroburn import charts
from retroburn.door import display
from retroburn.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from retroburn.logs import Logs

BINS = 24
"""Bars of a spread: as many as can be told apart in a table's cell."""
FREQUENT = 3
FEW_VALUES = 100
"""So many values are counted as good as exactly; more are told as about so many."""
_TEXTS = {"input", "output", "error_message", "comment", "text", "sample"}
"""Columns of prose: they are told by their length, for no two values are the same."""
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "BIGINT", "UBIGINT", "HUGEINT", "SMALLINT", "TINYINT")


_HEAD = ("column", "type", "filled", "values", "spread", "least · median · most, or the frequent ones")


@dataclass
class Column:
    """One column: `filled` of all rows have a value, about `distinct` different ones."""

    name: str
    type: str
    filled: int
    distinct: int
    low: Any = None
    middle: Any = None
    high: Any = None
    bins: list[int] = field(default_factory=list)
    frequent: list[tuple[str, int]] = field(default_factory=list)


class Profile:
    """The columns of a table, in its order; those without any value last."""

    def __init__(self, logs: Logs, table: str) -> None:
        """Raises UsageError for a table there is none of."""
        if table not in logs.tables:
            raise UsageError(f"profile {table}: there is no such table. {did_you_mean(table, logs.tables)}")
        self.table = table
        self._logs, self._from = logs, table
        relation = logs.query(f"select * from {table} limit 0")  # noqa: S608 - one of our own names
        types = {name: str(kind) for name, kind, *_ in relation.description or []}
        # the second spelling of a column is not another column
        types = {n: k for n, k in types.items() if not (n.endswith("_time") and n.removesuffix("_time") in types)}
        self.rows = int(logs.query(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608
        found = list(self._columns(types)) if types else []
        self.columns = sorted(found, key=lambda column: column.filled == 0)

    def _one(self, parts: list[str]) -> tuple[Any, ...]:
        row = self._logs.engine.run(f"select {', '.join(parts)} from {self._from}").fetchone()  # noqa: S608
        return tuple(row or ())

    def _columns(self, types: dict[str, str]) -> Iterator[Column]:
        parts = []
        for name, kind in types.items():
            value = _value(name, kind)
            parts += [f"count({_quoted(name)})", f"approx_count_distinct({value})"]
            ordered = _is_number(name, kind) or kind == "TIMESTAMP"
            parts += [f"min({value})", f"approx_quantile({value}, 0.5)", f"max({value})"] if ordered else ["null"] * 3
        row = self._one(parts)
        columns = [Column(name, types[name], *row[5 * i : 5 * i + 5]) for i, name in enumerate(types)]
        spread = [c for c in columns if c.low is not None and c.low != c.high]
        named = [c for c in columns if c.low is None and c.filled and c.name not in _TEXTS and _is_flat(c.type)]
        asked = [_bins(c) for c in spread] + [f"approx_top_k({_quoted(c.name)}::varchar, {FREQUENT})" for c in named]
        told = self._one(asked) if asked else ()
        for column, bins in zip(spread, told, strict=False):
            column.bins = [int((bins or {}).get(i, 0)) for i in range(BINS)]
        tops = dict(zip([c.name for c in named], told[len(spread) :], strict=True))
        counts = self._counts({name: values for name, values in tops.items() if values})
        for column in named:
            column.frequent = counts.get(column.name, [])
        yield from columns

    def _counts(self, tops: dict[str, list[str]]) -> dict[str, list[tuple[str, int]]]:
        """How often the frequent values are there, exactly."""
        names = [(name, value) for name, values in tops.items() for value in values]
        if not names:
            return {}
        params = {f"v{i}": value for i, (_, value) in enumerate(names)}
        parts = [f"count(*) filter (where {_quoted(name)}::varchar = $v{i})" for i, (name, _) in enumerate(names)]
        row = self._logs.engine.run(f"select {', '.join(parts)} from {self._from}", params).fetchone() or ()  # noqa: S608
        found: dict[str, list[tuple[str, int]]] = {}
        for (name, value), count in zip(names, row, strict=True):
            found.setdefault(name, []).append((value, int(count)))
        return {name: sorted(values, key=lambda pair: -pair[1]) for name, values in found.items()}

    def to_frame(self) -> pd.DataFrame:
        """One column a row."""
        import pandas as pd

        return pd.DataFrame([vars(column) for column in self.columns])

    def _repr_html_(self) -> str:
        full = [column for column in self.columns if column.filled]
        empty = ", ".join(column.name for column in self.columns if not column.filled)
        rows = [_row(c, self.rows) for c in full]
        return display.panel(
            display.tag("p", display.tag("b", self.table), f" · {self.rows:,} rows"),
            display.table(_HEAD, rows, ["filled", "values"]),
            display.tag("p", f"without any value: {empty}", kind="soft") if empty else "",
        )


def _type(column: Column) -> str:
    return "text length" if column.name in _TEXTS else column.type.lower().partition("(")[0]


def _row(column: Column, rows: int) -> list[object]:
    kind = display.tag("span", _type(column), kind="soft")
    return [column.name, kind, _share(column.filled, rows, 1), _distinct(column), *_spread(column, rows)]


def _share(count: int, rows: int, digits: int = 0) -> str:
    """A part in per cent; what is there is never 0 %, and what is not whole never 100 %."""
    least = 10.0 ** -(digits + 2)
    if 0 < count < least / 2 * rows:
        return f"<{least:.{digits}%}"
    if (1 - least / 2) * rows < count < rows:
        return f">{1 - least:.{digits}%}"
    return f"{count / rows:.{digits}%}"


def _distinct(column: Column) -> str:
    """How many values; many are estimated, and cannot be more than there are rows."""
    return f"{column.distinct:,}" if column.distinct < FEW_VALUES else f"≈{min(column.distinct, column.filled):,}"


def _spread(column: Column, rows: int) -> list[object]:
    if column.low is not None:
        told = " · ".join(_shown(value) for value in (column.low, column.middle, column.high))
        bars = Markup(charts.bars(column.bins)) if column.bins else ""  # noqa: S704 - numbers only
        return [bars, f"{told}" if column.low != column.high else f"always {_shown(column.low)}"]
    told = ", ".join(f"{value} {_share(count, rows)}" for value, count in column.frequent)
    return ["", told]


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{float(value):,.4g}" if abs(float(value)) < 10_000 else f"{float(value):,.0f}"


def _is_number(name: str, kind: str) -> bool:
    return name in _TEXTS or kind.startswith(_NUMBERS)


def _is_flat(kind: str) -> bool:
    return kind in {"VARCHAR", "BOOLEAN"} or kind.startswith("ENUM")


def _value(name: str, kind: str) -> str:
    if name in _TEXTS:
        return f"length({_quoted(name)}::varchar)"
    return f"{_quoted(name)}::double" if kind.startswith(_NUMBERS) else _quoted(name)


def _bins(column: Column) -> str:
    """A histogram as a map: the bar's number, and how many values fall into it. What has no value is in no bar."""
    value = f"epoch({_quoted(column.name)})" if column.type == "TIMESTAMP" else _value(column.name, column.type)
    low, high = (_number(v) for v in (column.low, column.high))
    bar = f"least(floor(({value} - {low!r}) / {(high - low)!r} * {BINS}), {BINS - 1})::int"
    return f"histogram({bar}) filter (where {_quoted(column.name)} is not null)"  # least() passes over a null


def _number(value: Any) -> float:
    return value.replace(tzinfo=UTC).timestamp() if isinstance(value, datetime) else float(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
