"""A look at some of the lines of a log before any is mapped: which fields they have, and which are text throughout.

Most lines of a log are alike, so that the mapping need not ask each value what it is. It takes for granted what holds
for these lines, sees for every line whether it holds there too, and leaves lines of which that is not true aside: they
are mapped apart, value by value, as are those that cannot be accepted.
"""

from __future__ import annotations

from collections.abc import Sequence

from retroburn import header
from retroburn.engine import Engine
from retroburn.intake import layout
from retroburn.intake.layout import Layout

# a part of the lines in which something may be otherwise: these are mapped apart
_FEW = 0.02
_KEYS = (
    "select key, count(*) from (select unnest(json_keys(body)) as key from records) group by key "
    "union all select null, count(*) from records"
)
# how to find values that may be no text, the quickest first; times are read as well from the text of a number
_ASK: dict[str, tuple[str | None, ...]] = {"times": (None,), "ids": ("ambiguous_point",)}
_WORDS = ("ambiguous_first", "ambiguous_number")
MACROS = {"json_string", *_WORDS, *(macro for macros in _ASK.values() for macro in macros if macro)}
"""The macros that the survey itself uses."""
_KINDS = {"start": "times", "end": "times", "id": "ids", "trace_id": "ids", "parent_id": "ids"}


def survey(eng: Engine, query: header.Query, one_in: int = 1) -> Layout:
    """The layout of the records in `stream`, a sample of those that the importer is to map: of one in so many."""
    # by a hash: the spans of a request may follow each other in a rhythm
    records = f"with records as (select body from stream where hash(line) % {one_in:d} = 0 and json_valid(body))"
    counts = dict(eng.con.execute(f"{records} {_KEYS}").fetchall())
    lines = counts.pop(None)
    known = layout.fields(query)
    strange = max((n for key, n in counts.items() if key not in known), default=0)
    present = None if strange > _FEW * lines else frozenset(counts).intersection(known)
    tries = [(name, macro) for name in _texts(eng, known) if name in counts for macro in _macros(name)]
    names = [*dict(tries), "id"][: len(dict(tries)) or 1]
    there = ", ".join(f'("{name}" is not null) as "{name} there", json_string("{name}") as "{name}"' for name in names)
    asked = ", ".join(f"count_if({_unsure(name, macro)})" for name, macro in tries)
    leaves = Layout().structure(names)
    [unsure] = eng.con.execute(
        f"{records} select {asked or 'count(*)'} from (select {there} from "
        f"(select unnest(from_json(body, {leaves})) from records))"
    ).fetchall()
    # of two that will do the first stands last, and stays
    fits = [attempt for attempt, odd in zip(tries, unsure, strict=False) if odd <= _FEW * lines]
    return Layout(present, dict(reversed(fits)))


def _macros(name: str) -> tuple[str | None, ...]:
    return _ASK.get(_KINDS.get(name, ""), _WORDS)


def _unsure(name: str, macro: str | None) -> str:
    """Whether a value is no text, or one that the macro would not be sure of."""
    sure = f'and not coalesce({macro}("{name}"), false)' if macro else ""
    return f'"{name} there" and not ("{name}" is not null {sure})'


def _texts(eng: Engine, names: Sequence[str]) -> list[str]:
    """The fields that hold text, and times, which may be written as text."""
    found = eng.con.execute(
        "select column_name from duckdb_columns() where schema_name = 'intake' and table_name = 'spans' "
        "and data_type in ('VARCHAR', 'TIMESTAMP')"
    ).fetchall()
    return [name for (name,) in found if name in names and Layout().type_of(name) == "json"]
