"""What else is worth a sentence about a finding of some kinds: `queries/notes/`, one a file.

The head names the `kinds` it speaks of and the `sentence` in every language of the pages; the query looks at the
finding's rows (the table `hurt`) and gives one row with the values of the sentence, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from retroburn import assets, door, header
from retroburn.detect.candidate import Candidate
from retroburn.detect.clean import DIGITS
from retroburn.detect.frame import Run
from retroburn.detect.tell import amount
from retroburn.findings import Note

_LANGUAGE = "en"


@cache
def _queries() -> dict[str, header.Query]:
    """Name of a note → its query."""
    return {query.name: query for query in map(header.read, assets.queries("notes"))}


def of(run: Run, candidate: Candidate) -> list[Note]:
    """What the finding's rows bear out."""
    asked = [query for query in _queries().values() if candidate.detector.kind in query.head["kinds"]]
    rows = [(query, row) for query in asked for row in run.engine.rows(query, {"hurt": candidate.hurt})[:1]]
    return [note(query.name, row) for query, row in rows]


def note(name: str, values: Mapping[str, Any]) -> Note:
    """A note by its name and values; what comes from the log is masked."""
    shown = {key: _settled(value) for key, value in values.items()}
    return Note(note=name, values=shown, text=sentence(name, shown))


def _settled(value: Any) -> Any:
    if isinstance(value, str):
        return door.show(value)
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def sentence(
    name: str, values: Mapping[str, Any], lang: str = _LANGUAGE, share: Callable[[float], str] | None = None
) -> str:
    """A note in words; `share` says how the language writes a share. In English where its file has no others."""
    words = _queries()[name].head["sentence"]
    told = {key: _word(key, value, share or (lambda part: amount(part, "share"))) for key, value in values.items()}
    return str(words.get(lang) or words[_LANGUAGE]).format(**told)


def _word(name: str, value: object, share: Callable[[float], str]) -> str:
    """A value as a sentence has it: what is named `share…` is one."""
    if not isinstance(value, float):
        return f"{value}"
    return share(value) if name.startswith("share") else f"{value:,g}"
