"""Which format a file is in, by what its first records hold. Two that fit are an error; none is `None`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from retroburn import header
from retroburn.engine import Engine
from retroburn.errors import SourceError
from retroburn.intake import envelopes, formats

SAMPLE = 50
_SAMPLE_BYTES = 8 << 20
# a record of more bytes is looked at without the most of it, down to so many levels, names and characters;
# one of still more is not opened in Python, whose objects take several times the text
_HUGE, _VAST = 1 << 16, 256 << 20
_DEEP, _NAMES, _WORDS = 20, 1000, 1 << 12
Hits = dict[str, tuple[int, int]]


class Format(NamedTuple):
    """A format, and the envelopes that its records are wrapped in, if any."""

    name: str
    envelope: str | None = None
    alike: str = ""
    """Keys of the records, for a format whose mapping is planned from them: files of other keys have other plans."""
    among: tuple[str, ...] = ()
    """All formats of a file whose records have several, each one of them; the first takes what no other knows too."""

    def each(self) -> list[Format]:
        """The formats by which a file is read, one after the other."""
        return [self._replace(name=name) for name in self.among] or [self]


# not a log, but taken where it lies among logs: what people and other systems knew
CONTEXT = Format("context")
_NO_QUERY = header.Query(Path(), {}, "")


def identify(eng: Engine, files: Sequence[Sequence[bytes]]) -> list[Format | SourceError | None]:
    """The format of each file, given by its first records; None when no importer knows them.

    Many files are looked at in one query, since compiling all conditions takes longer than answering them. An error
    stands in the place of a file that two formats fit.
    """
    samples = [_sampled(records) for records in files]
    plain = _hits(eng, samples, None)
    return [_decided(eng, texts, hits) for texts, hits in zip(samples, plain, strict=True)]


def as_named(eng: Engine, name: str, files: Sequence[Sequence[bytes]]) -> list[Format]:
    """The named format for each file, given by its first records, with the envelopes in which most of these fit it."""
    samples = [_sampled(records) for records in files]
    return [
        Format(name, None if _share(hits, name) >= 0.5 else _best_envelope(eng, name, texts, _share(hits, name)))
        for texts, hits in zip(samples, _hits(eng, samples, None), strict=True)
    ]


def _best_envelope(eng: Engine, name: str, texts: list[str], least: float) -> str | None:
    """The outermost of the envelopes in which the largest part of the records fits a format: more than `least`."""
    shares = {found: _share(hits, name) for found, hits in _enveloped(eng, texts) if _share(hits, name) > least}
    return max(shares, key=lambda found: shares[found], default=None)


def _share(hits: Hits, name: str) -> float:
    n, total = hits.get(name, (0, 0))
    return n / total if total else 0.0


def _sampled(records: Sequence[bytes]) -> list[str]:
    """The first records as text. Huge ones are left out where there are others: each condition parses them again."""
    taken: list[str] = []
    size = 0
    for record in sorted(records[:SAMPLE], key=len):
        if taken and size + len(record) > _SAMPLE_BYTES:
            break
        taken.append(_slim(record) if _HUGE < len(record) <= _VAST else record.decode("utf-8", "replace"))
        size += len(record)
    return taken


def _decided(eng: Engine, texts: list[str], hits: Hits) -> Format | SourceError | None:
    if not texts:
        return None
    n, total = hits[CONTEXT.name]
    if n * 2 > total:
        return CONTEXT
    try:
        if found := _specific(eng, texts, hits, None):
            return found
        plain = _fitting(hits)
        wrapped = dict(_enveloped(eng, texts, only_outermost=bool(plain)))
        for envelope, inside in wrapped.items():
            if found := _specific(eng, texts, inside, envelope):
                return found
        for envelope, inside in wrapped.items() if not plain else ():
            if general := _fitting(inside):
                return Format(_single(general), envelope)
        return Format(_single(plain)) if plain else None
    except SourceError as error:
        return error


def _specific(eng: Engine, texts: list[str], hits: Hits, envelope: str | None) -> Format | None:
    """The format of half of the records, or the formats if each record has one of them; none that takes anything."""
    told = {name: n for name, (n, _) in hits.items() if n and name != CONTEXT.name and not _takes_any(name)}
    total = hits[CONTEXT.name][1]
    if sum(told.values()) * 2 < total or not told:
        return None
    names = sorted(told, key=lambda name: (-told[name], name))
    fits = _fits(eng, texts, envelope, names) if len(names) > 1 else [names] * total
    # of formats that many records fit, none is surely that of one that fits two
    many = {name for name in names if told[name] * 2 >= total}
    if any(len(many.intersection(known)) > 1 for known in fits):
        _single(list(many))
    owners = [known[0] for known in fits if known]
    if len(owners) * 2 < total:
        return None
    among = tuple(name for name in names if name in owners)
    return Format(among[0], envelope, among=among if len(among) > 1 else ())


def with_known(eng: Engine, general: Format, texts: list[str]) -> Format:
    """A format that takes anything, for all but the records that another one knows; a record for each set of keys."""
    known = set(fitting(eng, texts).values())
    return general._replace(among=(general.name, *sorted(known))) if known else general


def fitting(eng: Engine, texts: list[str]) -> dict[int, str]:
    """Place of a record → the format that knows it, for those that one does which does not take anything."""
    known = {name: told for name, told in conditions().items() if name != CONTEXT.name and not _takes_any(name)}
    first = " ".join(f"when coalesce(({told}), false) then '{name}'" for name, told in known.items())
    # each a sample of its own: of one, no more are looked at than tell a file
    each = _as_values([[text] for text in texts])
    rows = eng.con.execute(f"select file, case {first} end from ({_objects(None)})", each).fetchall() if texts else []
    return {place: name for place, name in rows if name is not None}


def _fits(eng: Engine, texts: list[str], envelope: str | None, names: Sequence[str]) -> list[list[str]]:
    """For each record looked at, which of the formats it fits."""
    known = conditions()
    each = ", ".join(f"coalesce(({known[name]}), false)" for name in names)
    rows = eng.con.execute(f"select {each} from ({_objects(envelope)})", _as_values([texts])).fetchall()
    return [[name for name, fit in zip(names, row, strict=True) if fit] for row in rows]


def owner(fmt: Format) -> str:
    """An SQL condition on `body`: whether the format is that of a record in a file of several."""
    known = conditions()
    places = " ".join(
        f"when coalesce(({known[name]}), false) then {n}" for n, name in enumerate(fmt.among) if not _takes_any(name)
    )
    return f"case {places} else 0 end = {fmt.among.index(fmt.name)}"


def _enveloped(eng: Engine, texts: list[str], only_outermost: bool = False) -> Iterator[tuple[str, Hits]]:
    """The envelopes that the records are in, the outermost first, each with what fits inside."""
    looked_into: list[str | None] = [None]
    while looked_into:
        opened = [name for outer in looked_into for name in _opened(eng, texts, outer)]
        for name in opened:
            yield name, _hits(eng, [texts], name)[0]
        looked_into = [] if only_outermost else list(opened)


def _opened(eng: Engine, texts: list[str], outer: str | None) -> list[str]:
    """The envelopes that what is inside another one is, as far as some of it is one."""
    names = envelopes.within(outer)
    if not names:
        return []
    conditions = ", ".join(f"bool_or({envelopes.steps(name)[-1].opens})" for name in names)
    documents = envelopes.unwrapped("select unnest($texts)::json as body, 0 as ord", outer)
    [opened] = eng.con.execute(f"select {conditions} from ({documents})", {"texts": texts}).fetchall()
    return [name for name, opens in zip(names, opened, strict=True) if opens]


def _slim(record: bytes) -> str:
    """A huge record with the beginning of all that is long in it: a few names tell a format, not a million."""
    text = record.decode("utf-8", "replace")
    try:
        return json.dumps(_begun(json.loads(text), _DEEP), allow_nan=False)
    except (ValueError, RecursionError):
        return text


def _begun(value: Any, deep: int) -> Any:
    if isinstance(value, dict):
        return {name: _begun(value[name], deep - 1) for name in islice(value, _NAMES)} if deep else {}
    if isinstance(value, list):
        return [_begun(item, deep - 1) for item in value[:SAMPLE]] if deep else []
    if isinstance(value, str) and len(value) > _WORDS:
        # a shipper's line carries the record as text
        return _slim(value.encode("utf-8", "replace")) if value.lstrip()[:1] in ("{", "[") and deep else value[:_WORDS]
    return value


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


def reasons(eng: Engine, records: Sequence[bytes], envelope: str | None) -> dict[str, tuple[int, int]]:
    """Formats that know some of a file's first records (inside the envelope): how many of how many."""
    sound = eng.con.execute(
        "select t from (select unnest($t) as t) where json_valid(t)", {"t": _sampled(records)}
    ).fetchall()
    [hits] = _hits(eng, [[text for (text,) in sound]], envelope)
    return {name: counts for name, counts in hits.items() if counts[0] and name != CONTEXT.name}


def conditions() -> dict[str, str]:
    """Name of a format → what its records fit: an SQL condition on `body`."""
    known = {name: str(query.head["detect"]) for name, query in formats.importers().items()}
    return known | {CONTEXT.name: str(formats.step("context").head["detect"])}


def _hits(eng: Engine, samples: Sequence[Sequence[str]], envelope: str | None) -> list[Hits]:
    """How many of the records of each file fit each format, and how many there are."""
    known = conditions()
    counts = ", ".join(f"count_if(coalesce(({condition}), false))" for condition in known.values())
    query = f"select file, count(*), {counts} from ({_objects(envelope)}) group by file"
    rows = eng.con.execute(query, _as_values(samples)).fetchall()
    found = {file: (total, hits) for file, total, *hits in rows}
    none = (0, [0] * len(known))
    return [
        {name: (n, total) for name, n in zip(known, hits, strict=True)}
        for total, hits in (found.get(file, none) for file in range(len(samples)))
    ]


def _objects(envelope: str | None) -> str:
    """A query of the first records in samples of files (inside the envelope)."""
    return (
        "with sample as (select unnest($files) as file, unnest($texts)::json as body, 0 as ord), "
        f"records as ({envelopes.unwrapped('select * from sample', envelope)}) "
        "select * from records where json_type(body) = 'OBJECT' "
        f"qualify row_number() over (partition by file) <= {SAMPLE}"
    )


def _as_values(samples: Sequence[Sequence[str]]) -> dict[str, list[Any]]:
    return {
        "files": [file for file, texts in enumerate(samples) for _ in texts],
        "texts": [text for texts in samples for text in texts],
    }


def _fitting(hits: Hits) -> list[str]:
    """The formats that half of the records fit."""
    return [name for name, (n, total) in hits.items() if n and n * 2 >= total and name != CONTEXT.name]


def takes_any(fmt: Format) -> bool:
    """Whether it takes what no other format knows."""
    return _takes_any(fmt.name) and not fmt.among


def _takes_any(name: str) -> bool:
    return bool(formats.head(name).get("fallback"))


def _single(names: Sequence[str]) -> str:
    if len(names) > 1:
        raise SourceError(f"could be {' or '.join(sorted(names))}. Say which with --format NAME, for it alone")
    return names[0]
