"""Which importer read a file, and what a store must read anew: that importer has changed, or it read a part only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retroburn import header
from retroburn.engine import Engine
from retroburn.intake import files, formats, macros
from retroburn.intake.ledger import Input
from retroburn.intake.store import Manifest

# what decides about a record besides the body of its importer
_HEAD = ("fields", "synonyms", "first", "then")
_KEPT_BACK = "read {how}; some of its records may lie in rows of {other}: name that file too, and both are read anew"


def version(query: header.Query) -> str:
    """A hash of an importer: its SQL, the steps behind it, and every macro that one of these uses."""
    steps = [formats.step(name).sql for name in (query.head.get("first"), query.head.get("then"), "typed") if name]
    head = [f"{name}: {query.head[name]}" for name in _HEAD if name in query.head]
    own = [query.sql, *steps, *head]
    shared = [macros.defined()[name] for name in sorted(macros.used("\n".join(own)))]
    return hashlib.sha256("\n".join([*own, *shared]).encode()).hexdigest()[:16]


@dataclass
class Outdated:
    """Files of a store that another version of their importer read, or that were read in part, and are given again."""

    again: list[Input] = field(default_factory=list)
    """Those that are read anew: what the store has of them goes."""
    kept: dict[str, str] = field(default_factory=dict)
    """By hash, why others stay as they are."""


def outdated(eng: Engine, folder: Path, manifest: Manifest, found: Sequence[files.File]) -> Outdated:
    """Looks through a store for files to read anew.

    A row may hold what another file told of the same span. Unless that file is given too, it would be lost: then all
    stays as it is, and the account of the file says so.
    """
    importers = formats.importers()
    current = {entry.format: version(importers[entry.format]) for entry in manifest.inputs if entry.format in importers}
    # none is kept for what was read in part
    stale = [e for e in manifest.inputs if e.format in current and manifest.versions.get(e.sha256) != current[e.format]]
    if not stale:
        return Outdated()
    given = {files.sha256(file.path) for file in found if not file.is_stream and not file.is_store}
    rows = _rows(eng, folder, manifest)
    told = Outdated()
    for entry in stale:
        others = [e for e in manifest.inputs if e.format == entry.format and e.sha256 not in given]
        beside = [e.path for e in others if e.duplicates or rows.get(e.path, 0) < e.accepted]
        if entry.sha256 in given and not beside:
            told.again.append(entry)
        elif entry.sha256 in given:
            how = "in part" if entry.note else "by an earlier version of its importer"
            told.kept[entry.sha256] = _KEPT_BACK.format(how=how, other=beside[0])
    return told


def _rows(eng: Engine, folder: Path, manifest: Manifest) -> dict[str, int]:
    """How many rows of a store stand at each of its files."""
    if not manifest.parts:
        return {}
    query = "select source_file, count(*) from read_parquet($parts, hive_partitioning = false) group by all"
    return dict(eng.con.execute(query, {"parts": [str(folder / part) for part in manifest.parts]}).fetchall())
