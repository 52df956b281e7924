"""What a file was taken for and why, field by field: the answer to "is my export read as it should be?"."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.identify import SAMPLE, Format, reasons
from retroburn.intake.ledger import Input
from retroburn.intake.lines import Lines, Texts
from retroburn.intake.options import Options
from retroburn.intake.read import reader_of
from retroburn.intake.shape import shape

_EXAMPLES = 5
# records whose values are looked for in the mapped rows
_COMPARED = 50
_MOST_LEAVES = 2000
# a number under this is a time in seconds (contract, section 2)
_SECONDS = 1e11
_LEFT_ASIDE = {"start_time", "end_time", "source_file", "source_line", "format"}


@dataclass(frozen=True)
class Mapped:
    """One column: how many of the spans have it, and where in the original its values stand (None: not as they are)."""

    column: str
    share: float
    source: str | None


@dataclass(frozen=True)
class Example:
    """One record as it was, and what it became."""

    line: int
    original: str
    span: dict[str, Any]


@dataclass
class Explained:
    """All about one file."""

    entry: Input
    shape: str
    envelope: str | None = None
    summary: str = ""
    condition: str = ""
    claims: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Formats that know some of the first records: how many of how many."""
    columns: list[Mapped] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    """Columns that the format could fill, and this file does not."""
    left_over: list[tuple[str, float]] = field(default_factory=list)
    """Keys in `attributes`, with the share of the spans that have them."""
    rejects: list[tuple[str, int, int]] = field(default_factory=list)
    """Reasons, with how many records and the first line."""
    examples: list[Example] = field(default_factory=list)


def explain(eng: Engine, sources: Sequence[str], options: Options) -> list[Explained]:
    """Reads the sources and tells of each file; SourceError when nothing there is a log."""
    reader = reader_of(eng, sources, options)
    with formats.with_own(options.importers):
        found = []
        for number, entry in enumerate(reader.ledger.result.inputs):
            held = reader.held.get(number)
            told = Explained(entry, shape(reader.paths[number]) if number in reader.paths else "store")
            told.shape += ", its payloads decoded" if number in reader.coded else ""
            if held and entry.role != "context":
                _recognised(eng, told, *held)
                _mapping(eng, told, held[1])
            found.append(told)
        return found


def _recognised(eng: Engine, told: Explained, fmt: Format, held: Sequence[Lines | Texts]) -> None:
    importer = formats.importers()[fmt.name]
    told.envelope, told.summary = fmt.envelope, str(importer.head["summary"]).strip()
    if others := fmt.among[1:]:
        told.summary += f"; other records of the file are read as {' and '.join(others)}"
    told.condition = " ".join(str(importer.head["detect"]).split())
    told.claims = reasons(eng, [text for _, text in islice(_originals(held), SAMPLE)], fmt.envelope)


def _mapping(eng: Engine, told: Explained, held: Sequence[Lines | Texts]) -> None:
    path = {"path": told.entry.path}
    names = [name for name in eng.columns("spans") if name not in _LEFT_ASIDE]
    counts = ", ".join(f'count("{name}") as "{name}"' for name in names)
    [filled] = eng.rows(f"select count(*) as all_spans, {counts} from spans where source_file = $path", path)
    total = filled.pop("all_spans")
    rows = eng.rows(
        f"select * from spans where source_file = $path order by source_line limit {_COMPARED}", path
    )  # fmt: skip
    originals = dict(islice(_originals(held), 1000))
    if len(originals) == 1:  # all of them stand in one document
        [whole] = originals.values()
        originals = {row["source_line"]: whole for row in rows} | originals
    sources = _sources(rows, originals)
    told.columns = [Mapped(n, filled[n] / total, sources.get(n)) for n in names if filled[n] and n != "attributes"]
    can = str(formats.importers()[str(told.entry.format)].head["fills"]).split()
    told.empty = [name for name in names if not filled[name] and name in can]
    told.left_over = [
        (row["key"], row["n"] / total)
        for row in eng.rows(
            "select key, count(*) as n from (select unnest(json_keys(attributes)) as key from spans "
            "where source_file = $path and json_type(attributes) = 'OBJECT') "
            "group by key order by n desc, key limit 30",
            path,
        )
    ]
    told.rejects = [
        (row["reason"], row["n"], row["line"])
        for row in eng.rows(
            "select reason, count(*) as n, min(line) as line from rejects where source_file = $path "
            "group by reason order by n desc, reason",
            path,
        )
    ]
    told.examples = [
        Example(row["source_line"], originals.get(row["source_line"], b"").decode("utf-8", "replace"), _told(row))
        for row in rows[:_EXAMPLES]
    ]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in _LEFT_ASIDE}


def _originals(held: Sequence[Lines | Texts]) -> Iterator[tuple[int, bytes]]:
    """Records as they were, with their lines or numbers, in order."""
    for texts in held:
        if isinstance(texts, Lines):
            yield from ((number, text) for number, text in enumerate(texts.head(), 1) if text.strip())
        else:
            yield from texts.items()


def _sources(rows: Sequence[dict[str, Any]], originals: dict[int, bytes]) -> dict[str, str]:
    """Column → the path in the original under which its value stands in nearly every record compared."""
    votes: dict[str, Counter[str]] = {}
    seen: Counter[str] = Counter()
    parsed: dict[bytes, dict[str, set[str]]] = {}
    for row in rows:
        try:
            text = originals[row["source_line"]]
            leaves = parsed[text] = parsed.get(text) or _leaves_of(json.loads(text))
        except (KeyError, ValueError, RecursionError):
            continue
        for column, value in _told(row).items():
            wanted = _moment(value) if isinstance(value, datetime) else _plain(value)
            if wanted is not None:
                seen[column] += 1
                votes.setdefault(column, Counter()).update(path for path, known in leaves.items() if wanted in known)
    # what tells the record apart stands in it, as most of the others do
    place = (_best("id", votes.get("id", Counter())) or "").rpartition(".")[0]
    # a record that another was folded into may have its value from there
    return {
        column: best
        for column, counted in votes.items()
        if (best := _best(column, counted, place)) and counted[best] * 10 >= seen[column] * 9
    }


def _best(column: str, counted: Counter[str], place: str = "") -> str | None:
    """The path with most agreements; of equals the one named most like the column, beside the id, then the shortest."""
    word = column.replace("_", "")
    return max(
        counted,
        key=lambda path: (
            counted[path], word in path.lower().replace("_", ""), path.startswith(place), -len(path), path,
        ),
        default=None,
    )  # fmt: skip


def _leaves_of(record: Any) -> dict[str, set[str]]:
    """Paths of a record with what stands there, places in lists left out."""
    found: dict[str, set[str]] = {}
    for path, leaf in islice(_leaves(record), _MOST_LEAVES):
        known = found.setdefault(path, set())
        known.update(plain for plain in (_plain(leaf), _moment(leaf)) if plain is not None)
    return found


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            # a list of keys and values is an object in another spelling
            named = inner.get("key") if isinstance(inner, dict) and "value" in inner else None
            yield from _leaves(inner, f"{path}[{named or '*'}]")
    elif path:
        yield path, value


def _plain(value: Any) -> str | None:
    """A value as it is compared: numbers by their value, texts without case; structures are not compared."""
    if value is None or isinstance(value, dict | list):
        return None
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return str(value).lower()


def _moment(value: Any) -> str | None:
    """A time as it is compared: milliseconds since 1970; numbers by the contract's sizes."""
    try:
        if isinstance(value, datetime):
            seconds = value.replace(tzinfo=value.tzinfo or UTC).timestamp()
        else:
            seconds = float(value)
            # an id such as 7e4021 reads as a number without an end
            if not math.isfinite(seconds):
                return None
            while seconds >= _SECONDS:
                seconds /= 1000
    except (TypeError, ValueError, OverflowError):
        try:
            return _moment(datetime.fromisoformat(value))
        except (TypeError, ValueError):
            return None
    return f"t{seconds:.3f}"
