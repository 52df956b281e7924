"""Structure-aware fuzzing of importers: the shapes of their own samples, bent.

An importer is found by its folder in `tests/samples/`. Each round bends values, keys and containers of a few of its
samples, writes them in the form they had, and reads them. Whatever is in a file, reading ends, raises nothing but a
plain message, and its account is exact.

DuckDB takes longer to plan what maps a file than to map it, so a round reads few files, and each holds many versions of
its sample.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from retroburn import intake
from retroburn.engine import Engine
from retroburn.errors import SourceError
from tests.samples.golden import folders, samples

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -0.5, 2**31, 2**63, 2**63 - 1, -(2**63), 2**70, "", " ", "0", "-7", "1e999",
    "NaN", "null", "true", "{}", "[]", '{"a": [1, {"b": null}]}', "[1,", "not a time",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "2026-02-30T00:00:00Z", "2026-10-05T00:00:00+25:00", "١٢٣", "\u202eabc\u200b", "\ud800", "\x00", "a" * 5000, "=1+1",
    "x'); drop table spans; --", [], {}, [[]], [{}], {"": ""}, [None], {"a": {"b": {"c": [1, 2, {"d": None}]}}},
    {"key": "k", "value": {"stringValue": 7}}, {"role": "user", "content": None}, [{"role": 3}], {"text": []},
)  # fmt: skip
BENT, DRAWN = 64, 2
"""Versions of a sample in one file, and samples in one round."""


def importers() -> list[Path]:
    """The folders of samples, one for every importer."""
    return folders()


def rounds(folder: Path, seed: int, times: int = BENT, drawn: int = DRAWN) -> Iterator[str]:
    """Endless rounds over the samples of an importer; each gives a line that says what was read."""
    draw = random.Random(f"{folder.name}-{seed}")
    plain = [sample for sample in samples(folder) if not _is_packed(sample)]
    while True:
        with TemporaryDirectory() as place:
            for sample in draw.sample(plain, min(drawn, len(plain))):
                Path(place, sample.name).write_bytes(_bent(sample, draw, times))
            yield check(folder.name, place)


def check(fmt: str, place: str) -> str:
    """Reads a folder as a format, and holds the account against the rows."""
    with Engine() as eng:
        try:
            result = intake.read(eng, [place], intake.Options(fmt=fmt))
        except SourceError as error:
            assert "\n" not in str(error)  # noqa: PT017 - a plain message is what is asked for
            return f"{fmt}: nothing accepted"
        spans = eng.one("select count(*) from spans")
        rejects = eng.one("select count(*) from rejects")
        assert eng.one("select count(*) from spans where id is null or start is null or trace_id is null") == 0
        assert eng.one("select count(distinct (trace_id, id)) from spans") == spans
    for entry in result.inputs:
        assert entry.records == entry.accepted + entry.duplicates + entry.rejected
        assert min(entry.accepted, entry.duplicates, entry.rejected) >= 0
    assert spans <= sum(entry.accepted for entry in result.inputs)
    assert rejects == sum(entry.rejected for entry in result.inputs)
    return f"{fmt}: {spans} spans, {rejects} rejected"


def _is_packed(sample: Path) -> bool:
    return sample.read_bytes()[:4].startswith((b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"))


def _bent(sample: Path, draw: random.Random, times: int) -> bytes:
    """Versions of a sample, one behind the other, as a live file would hold them."""
    text = sample.read_text(encoding="utf-8", errors="replace")
    return _form(text)(text, draw, times).encode("utf-8", "surrogatepass")


def _form(text: str) -> Callable[[str, random.Random, int], str]:
    """How a sample is bent: as one document, as lines of JSON, or as a table."""
    try:
        json.loads(text)
    except ValueError:
        return _lines if text.lstrip().startswith("{") else _table
    return _document


def _document(text: str, draw: random.Random, times: int) -> str:
    indent = draw.choice([None, 1])
    bent = (bend(json.loads(text), draw) for _ in range(times))
    return "\n".join(json.dumps(each, ensure_ascii=draw.random() < 0.5, indent=indent) for each in bent)


def _lines(text: str, draw: random.Random, times: int) -> str:
    out = []
    for line in text.splitlines() * times:
        try:
            bent = json.dumps(bend(json.loads(line), draw), ensure_ascii=draw.random() < 0.5)
        except ValueError:  # a document over several lines: bent as text
            bent = line
        out.append(bent[: draw.randrange(len(bent) + 1)] if draw.random() < 0.05 else bent)
    return "\n".join(out)


def _table(text: str, draw: random.Random, times: int) -> str:
    header, *rows = csv.reader(io.StringIO(text))
    bent = [list(row) for _ in range(times) for row in rows]
    for row in bent:
        if row and draw.random() < 0.8:
            value = draw.choice(VALUES)
            row[draw.randrange(len(row))] = value if isinstance(value, str) else json.dumps(value)
    out = io.StringIO()
    csv.writer(out).writerows([[cell.replace("\x00", "") for cell in row] for row in [header, *bent]])
    return out.getvalue()


def bend(value: Any, draw: random.Random) -> Any:
    """A JSON value with one to four of its parts replaced, dropped, doubled, renamed or wrapped; or with one number."""
    if draw.random() < 0.1:
        # for all that it has: what is counted apart is added up
        return _with_numbers(value, draw.choice([number for number in VALUES if type(number) in (int, float)]))
    bent = copy.deepcopy(value)
    for _ in range(draw.randint(1, 4)):
        holders = list(_holders(bent))
        if not holders:
            return bent
        _one(draw.choice(holders), draw)
    return bent


def _with_numbers(value: Any, number: float) -> Any:
    if isinstance(value, dict):
        return {name: _with_numbers(inner, number) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_numbers(inner, number) for inner in value]
    return number if type(value) in (int, float) else value


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        if value:
            yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


def _one(holder: Any, draw: random.Random) -> None:
    place = draw.choice(list(holder)) if isinstance(holder, dict) else draw.randrange(len(holder))
    how = draw.randrange(6)
    if how == 0:
        del holder[place]
    elif how == 1 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[place]))
    elif how == 1:
        holder[f"{place}2"] = holder.pop(place)
    elif how == 2:
        holder[place] = [holder[place]]
    elif how == 3:
        holder[place] = json.dumps(holder[place])
    else:
        holder[place] = copy.deepcopy(draw.choice(VALUES))
