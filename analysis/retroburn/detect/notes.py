"""What else is worth a sentence about a finding of some kinds: `queries/notes/`, one a file.

The head names the `kinds` it speaks of and the `sentence`; the query looks at the finding's rows (the table `hurt`) and
gives one row with the values of the sentence, or none.
"""

from __future__ import annotations

from functools import cache

from retroburn import assets, door, header
from retroburn.detect.candidate import Candidate
from retroburn.detect.frame import Run
from retroburn.detect.tell import amount


@cache
def _queries() -> tuple[header.Query, ...]:
    return tuple(header.read(path) for path in assets.queries("notes"))


def sentences(run: Run, candidate: Candidate) -> list[str]:
    """The sentences that the finding's rows bear out."""
    asked = [query for query in _queries() if candidate.detector.kind in query.head["kinds"]]
    rows = [(query, row) for query in asked for row in run.engine.rows(query, {"hurt": candidate.hurt})[:1]]
    return [
        str(query.head["sentence"]).format(**{name: _word(name, value) for name, value in row.items()})
        for query, row in rows
    ]


def _word(name: str, value: object) -> str:
    """A value as a sentence has it; what comes from the log is masked."""
    if name == "share" and isinstance(value, float):
        return amount(value, "share")
    return door.show(value) if isinstance(value, str) else f"{value:,g}" if isinstance(value, float) else f"{value}"
