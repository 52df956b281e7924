"""One detector by itself, over the facts that it reads: what it finds does not hang on what the others find.

Others may take a finding away or make it graver, when all are folded. So where a detector finds nothing by itself it
finds nothing among all, in half of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from retroburn import assets, header
from retroburn.detect import prepare, run
from retroburn.detect.catalogue import detectors

KINDS = {each.kind: each for each in detectors() if each.head.folds and each.head.method != "arms"}
"""Detectors that need nothing of the others: all but those that look at what was found, or at facts of every kind."""
NOTES = [header.read(path) for path in assets.queries("notes")]
_VIEWS = re.findall(
    r"^create or replace view (\w+) as(.*?);",
    header.read(assets.folder("queries") / "schema" / "signals.sql").sql,
    re.MULTILINE | re.DOTALL,
)


@contextmanager
def only(kind: str) -> Iterator[None]:
    """Runs one detector, over the facts that its query, views and notes name and those that these are read from."""
    every = prepare.signals()
    detector = KINDS[kind]
    said = detector.query.sql + "".join(note.sql for note in NOTES if kind in note.head["kinds"])
    for view, body in _VIEWS:
        said += body if re.search(rf"\b{view}\b", said) else ""
    named = [query for query in every if f"'{query.name}'" in said]
    read = {query.name for query in named} | {name for query in named for name in query.head.get("reads", [])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "detectors", lambda: (detector,))
        patch.setattr(prepare, "signals", lambda: [query for query in every if query.name in read])
        yield
