"""The query that maps records of one format: what the importer gives, typed, with where each record stood."""

from __future__ import annotations

from collections.abc import Sequence

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.envelopes import unwrapped
from retroburn.intake.identify import Format, owner
from retroburn.intake.layout import Layout, fitted

# what stands in `format` of a row that will not stay: a refused record, and one that is a part of another
REFUSED, FOLDED = "refused", ":folded"
IS_OBJECT = "try(json_type(body)) = 'OBJECT'"
# columns that the mapping itself adds
ADDED = {"source_file", "source_line", "format"}
# A refused row says its reason and its text where an error and an output would stand. One that is odd says nothing:
# what it holds is in another part.
_KEPT = {
    "error_message": "coalesce(reason, error_message) as error_message",
    "output": "case when reason is null then output else body::varchar end as output",
}
# what may be a number elsewhere and is a word in any log of ours; the native format alone is strict
_LABELS = (
    "error_type", "cache_key", "idempotency_key", "feature", "tenant", "user", "session", "region", "locale", "client",
    "prompt_version", "app_version", "index_version",
)  # fmt: skip
_EVEN = {"error_message": "case when not odd then error_message end as error_message"}


def query(
    fmt: Format,
    records: str,
    columns: Sequence[str],
    even: bool = False,
    layout: Layout | None = None,
    by_place: bool = False,
) -> str:
    """The query that maps `records`. `even`: those for which the layout does not hold are not to stay.

    `by_place`: some of the files have no lines of records.
    """
    kept = _EVEN if even else _KEPT
    taken = ", ".join(kept.get(name, f'"{name}"') for name in columns if name not in ADDED)
    return (
        f"with records as ({records}), {mapped(fmt, layout or Layout())}, "
        f"result as ({formats.step('typed').sql}) "
        f"select {taken}, label as source_file, {_number(fmt) if by_place else 'line'} as source_line, "
        f"case when {'odd' if even else 'reason is not null'} "
        f"then '{REFUSED}' when folded then '{fmt.name}{FOLDED}' else '{fmt.name}' end as format "
        "from result inner join intake.files using (file)"
    )


def mapped(fmt: Format, layout: Layout) -> str:
    """The importer as `mapped`, between the steps that it shares with others, if its head names some."""
    importer = formats.importers()[fmt.name]
    sql = fitted(importer, layout) if "fields" in importer.head else importer.sql
    before, after = importer.head.get("first"), importer.head.get("then")
    opened = f"opened as ({formats.step(before).sql}), " if before else ""
    if after is not None:
        opened, sql = f"{opened}flat as ({sql}), ", formats.step(after).sql
    if "fields" in importer.head or fmt.name in formats.own():
        return f"{opened}mapped as ({sql})"
    filled = str(importer.head["fills"]).split()
    labels = ", ".join(f'word_leaf("{name}") as "{name}"' for name in _LABELS if name in filled)
    return f"{opened}leaves as ({sql}), mapped as (select * replace ({labels}) from leaves)"


def reads_lines(fmt: Format) -> bool:
    """Whether the importer itself says which lines are no JSON, and so parses each only once."""
    return fmt.envelope is None and not fmt.among and bool(formats.importers()[fmt.name].head.get("lines"))


def _number(fmt: Format) -> str:
    """The number of a record: its line, or its place among the records of a file that has no lines of records.

    To count places, DuckDB holds all that a file says: only where an envelope or the importer makes several records of
    what was unpacked as one.
    """
    if reads_lines(fmt) or (fmt.envelope is None and "unnest(" not in formats.importers()[fmt.name].sql):
        return "line"
    placed = "placed + row_number() over (partition by file, by_line order by line, ord)"
    return f"case when by_line then line else {placed} end"


def records(fmt: Format) -> str:
    """The table that an importer reads."""
    documents = f"select file, line, body::json as body, 0 as ord from stream where {IS_OBJECT}"
    if fmt.envelope is not None:
        documents = f"select * from ({unwrapped(documents, fmt.envelope)}) where json_type(body) = 'OBJECT'"
    return f"select * from ({documents}) where {owner(fmt)}" if fmt.among else documents


def no_objects(fmt: Format) -> str:
    """What stands where records are wrapped, and is none: file, line and text."""
    documents = f"select file, line, body::json as body, 0 as ord from stream where {IS_OBJECT}"
    inside = f"select file, line, body from ({unwrapped(documents, fmt.envelope)})"
    return f"select file, line, coalesce(body ->> '$', 'null') from ({inside}) where json_type(body) <> 'OBJECT'"


def shape(eng: Engine, columns: Sequence[str], layout: Layout) -> None:
    """The columns that an importer may give, as leaves or as the types of the layout, for those that it leaves away."""
    leaves = ", ".join(f'"{name}" {layout.type_of(name)}' for name in columns if name not in ADDED)
    eng.con.execute(
        "create or replace table leaf_shape "
        f"(file integer, line bigint, body varchar, ord bigint, refused varchar, folded boolean, odd boolean, {leaves})"
    )
