"""What became of every record, file by file: accepted, a counted duplicate, or rejected with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from retroburn import door
from retroburn.engine import Engine
from retroburn.intake import files
from retroburn.intake.merge import Merged
from retroburn.intake.plain import Plain

Role = Literal["source", "baseline", "context"]
_SAMPLE = 300
# masking costs more than reading: a file of nothing but rejects shows this many of them, and counts all
_SAMPLES = 10_000


class Input(BaseModel):
    """One file that was read. `records` = `accepted` + `rejected` + `duplicates`."""

    path: str
    role: Role = "source"
    sha256: str
    format: str | None = None
    records: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    note: str | None = None
    """Why it was skipped or read in part; null for a file read whole."""


@dataclass
class Result:
    """What a read gives besides the tables it leaves."""

    inputs: list[Input] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    """Files that could not be read to their end, in words; not empty means exit code 3."""


class Ledger:
    """The inputs of one read and the table `rejects`."""

    def __init__(self, eng: Engine, schema: str) -> None:
        self._eng, self._schema = eng, schema
        self._paths: list[Path] = []
        self.result = Result()
        self._samples = 0

    def add(self, plain: Plain, role: Role) -> int:
        """Opens the account of a file and gives its number. Two files of one name get two names."""
        taken = {entry.path for entry in self.result.inputs}
        label, n = plain.file.label, 1
        while label in taken:
            n += 1
            label = f"{plain.file.label} ({n})"
        self.result.inputs.append(Input(path=label, role=role, sha256=""))
        self._paths.append(plain.path if plain.file.label == "-" else plain.file.path)
        return len(self.result.inputs) - 1

    def hash_files(self) -> None:
        """Fills in the hash of every file."""
        for entry, path in zip(self.result.inputs, self._paths, strict=True):
            entry.sha256 = files.sha256(path)

    def reject(self, records: Sequence[tuple[int, int, str, str]]) -> None:
        """Enters refused records: number of the file, line, reason and text."""
        if not records:
            return
        rows = [
            (self.result.inputs[file].path, line, reason, self._masked(text)) for file, line, reason, text in records
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._eng.con.execute(
            f"insert into {self._schema}.rejects select unnest(?), unnest(?), unnest(?), unnest(?)", columns
        )
        for file, n in Counter(file for file, *_ in records).items():
            self.result.inputs[file].rejected += n

    def close(self, rows: Mapping[str, int], merged: Merged) -> None:
        """Counts what was accepted, from the rows that are there."""
        for entry in self.result.inputs:
            entry.accepted = rows.get(entry.path, 0) + merged.folded[entry.path]
            entry.duplicates = merged.duplicates[entry.path]
            entry.records = entry.accepted + entry.duplicates + entry.rejected

    def commonest(self) -> str:
        """The message for a log of which nothing was accepted."""
        reason, n = self._eng.con.execute(
            f"select reason, count(*) as n from {self._schema}.rejects group by all order by n desc, reason limit 1"
        ).fetchall()[0]
        return f"Every record was rejected; the commonest reason, on {n} of them: {reason}."

    def _masked(self, text: str) -> str | None:
        self._samples += 1
        return door.show(text[:2000].strip(), _SAMPLE) if self._samples <= _SAMPLES else None
