"""Which format a file is in, by what its first records hold. Two that fit are an error; none is `None`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from retroburn import header
from retroburn.engine import Engine
from retroburn.errors import SourceError
from retroburn.intake import formats

SAMPLE = 50

# Where the records are when a file wraps them: a page of an API, a batch, a log shipper's line. The expressions are
# lists of JSON; the first under which a format is recognised holds for the whole file.
_PAGES = ("data", "runs", "spans", "traces", "records", "result", "results", "items", "logs", "rows", "events")
ENVELOPES = {name: f"json_extract(body, '$.{name}[*]')" for name in _PAGES} | {
    # CloudWatch, Docker and others carry the record as text
    **{name: f"[try_cast(body ->> '$.\"{name}\"' as json)]" for name in ("message", "@message", "log", "textPayload")},
    "jsonPayload": "[body -> '$.jsonPayload']",
    # CloudWatch: a subscription's batch, events as its API gives them, and rows of a query (pairs of field and value)
    **{
        f"{name}.message": f"list_transform(json_extract(body, '$.{name}[*]'), "
        "lambda e: try_cast(e ->> 'message' as json))"
        for name in ("logEvents", "events")
    },
    "results.@message": "list_transform(list_filter(json_extract(body, '$.results[*][*]'), "
    "lambda c: (c ->> 'field') = '@message'), lambda c: try_cast(c ->> 'value' as json))",
    # spans by the name of their trace
    "*": "json_extract(body, '$.*[*]')",
}


class Format(NamedTuple):
    """A format, and the envelope that its records are wrapped in (a key of ENVELOPES), if any."""

    name: str
    envelope: str | None = None
    alike: str = ""
    """Keys of the records, for a format whose mapping is planned from them: files of other keys have other plans."""


# not a log, but taken where it lies among logs: what people and other systems knew
CONTEXT = Format("context")
_NO_QUERY = header.Query(Path(), {}, "")


def identify(eng: Engine, records: Sequence[bytes], label: str) -> Format | None:
    """The format of a file's first records; None when no importer knows them."""
    texts = [record.decode("utf-8", "replace") for record in records[:SAMPLE]]
    if not texts:
        return None
    if _fits_context(eng, texts):
        return CONTEXT
    plain = _claims(eng, texts, None)
    if _specific(plain):
        return Format(_single(plain, label))
    for envelope in ENVELOPES:
        inside = _claims(eng, texts, envelope)
        if _specific(inside) or (inside and not plain):
            return Format(_single(inside, label), envelope)
    return Format(_single(plain, label)) if plain else None


def planned(fmt: Format, records: Sequence[bytes], eng: Engine) -> Format:
    """The format, told apart by the keys of its records where its mapping is planned from them."""
    if "synonyms" not in formats.importers().get(fmt.name, _NO_QUERY).head:
        return fmt
    texts = [record.decode("utf-8", "replace") for record in records[:SAMPLE]]
    query = "select list_sort(list_distinct(flatten(list(try(json_keys(t)))))) from (select unnest($texts) as t)"
    [(keys,)] = eng.con.execute(query, {"texts": texts}).fetchall()
    return fmt._replace(alike="\n".join(keys or []))


def first_keys(records: Sequence[bytes], eng: Engine) -> str:
    """The keys of the first record, for the message that says that nobody knows it."""
    for record in records:
        text = record.decode("utf-8", "replace")
        [(keys,)] = eng.con.execute("select try(json_keys(?))", [text]).fetchall()
        if keys:
            return ", ".join(keys[:8])
    return "none"


def _claims(eng: Engine, texts: list[str], envelope: str | None) -> list[str]:
    """The formats that half of the records fit."""
    return [name for name, (n, total) in _hits(eng, texts, _source(envelope)).items() if n and n * 2 >= total]


def reasons(eng: Engine, records: Sequence[bytes], envelope: str | None) -> dict[str, tuple[int, int]]:
    """Formats that know some of a file's first records (inside the envelope): how many of how many."""
    texts = [record.decode("utf-8", "replace") for record in records[:SAMPLE]]
    sound = eng.con.execute("select t from (select unnest($t) as t) where json_valid(t)", {"t": texts}).fetchall()
    hits = _hits(eng, [text for (text,) in sound], _source(envelope))
    return {name: counts for name, counts in hits.items() if counts[0]}


def _source(envelope: str | None) -> str:
    return (
        "select body from sample" if envelope is None else f"select unnest({ENVELOPES[envelope]}) as body from sample"
    )


def _hits(eng: Engine, texts: list[str], source: str) -> dict[str, tuple[int, int]]:
    """How many of the records fit each format, and how many there are."""
    names = list(formats.importers())
    counts = ", ".join(f"count_if(coalesce(({formats.importers()[name].head['detect']}), false))" for name in names)
    [(total, *hits)] = eng.con.execute(
        "with sample as (select unnest($texts)::json as body), "
        f"records as ({source} limit {SAMPLE}), objects as (select body from records where json_type(body) = 'OBJECT') "
        f"select count(*), {counts} from objects",
        {"texts": texts},
    ).fetchall()
    return {name: (n, total) for name, n in zip(names, hits, strict=True)}


def _fits_context(eng: Engine, texts: list[str]) -> bool:
    condition = formats.step("context").head["detect"]
    query = f"select avg(coalesce(({condition}), false)::integer) > 0.5 from (select unnest($texts)::json as body)"
    [(fits,)] = eng.con.execute(query, {"texts": texts}).fetchall()
    return bool(fits)


def _specific(names: Sequence[str]) -> list[str]:
    return [name for name in names if not formats.importers()[name].head.get("fallback")]


def _single(names: Sequence[str], label: str) -> str:
    found = _specific(names) or list(names)
    if len(found) > 1:
        raise SourceError(f"{label}: could be {' or '.join(sorted(found))}. Say which with --format NAME.")
    return found[0]
