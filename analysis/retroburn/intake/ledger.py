"""What became of every record, file by file: accepted, a counted duplicate, or rejected with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from retroburn import door
from retroburn.engine import Engine
from retroburn.intake import files, zones
from retroburn.intake.merge import Merged
from retroburn.intake.plain import Plain

Role = Literal["source", "baseline", "context"]
_SAMPLE = 200
# masking costs more than reading: a log of nothing but rejects shows this many of them, and counts all
_SAMPLES = 500


class Input(BaseModel):
    """One file that was read. `records` = `accepted` + `rejected` + `duplicates`."""

    path: str
    """Beginning with the last part of the SOURCE it came from; never absolute."""
    role: Role = "source"
    """As what it was given."""
    sha256: str
    """Digest of its bytes as they lie there."""
    format: str | None = None
    """What it was taken for; null for what is no log."""
    records: int = 0
    """What the format repeats: lines, rows, spans, runs."""
    accepted: int = 0
    """Records that became a span, or a part of one."""
    rejected: int = 0
    """Records that did not; each is in the table `rejects` with its reason."""
    duplicates: int = 0
    """Records that were there already."""
    note: str | None = None
    """Why it was skipped, read in part or not read anew; null for a file read whole."""


class Fact(BaseModel):
    """One thing about a log that a reader must know before the findings."""

    fact: str
    """The query that told it: `queries/health/<fact>.sql`."""
    role: Role = "source"
    """What kind of input it is about."""
    values: dict[str, Any] = Field(default_factory=dict)
    """The numbers and names in the sentence; times in UTC."""
    text: str = ""
    """The sentence in English."""


@dataclass
class Result:
    """What a read gives besides the tables it leaves."""

    inputs: list[Input] = field(default_factory=list)
    health: list[Fact] = field(default_factory=list)
    """What the log is worth."""
    partial: list[str] = field(default_factory=list)
    """Files that could not be read to their end, in words; not empty means exit code 3."""
    folders: list[Path] = field(default_factory=list)
    """Where the rows lie on the disk: what a database that is closed to files must still be let read."""


class Ledger:
    """The inputs of one read and the table `rejects`."""

    def __init__(self, eng: Engine, schema: str) -> None:
        self._eng, self._schema = eng, schema
        self._entries: list[Input] = []
        self._taken: set[str] = set()
        self._settled: set[int] = set()
        self._samples = 0
        self._hasher = ThreadPoolExecutor(1, "sha256")
        self._hashes: dict[int, Future[str]] = {}
        self.result = Result()
        self.zones: dict[str, zones.Written] = {}
        """By path, how the times looked at are written."""
        self.unplaced: list[tuple[str, int, int, str]] = []
        """Parts of records that are not there, as merging found them."""
        self.earlier: list[Input] = []
        """Files of the store that is written to, as earlier runs counted them."""
        self.remarks: dict[str, str] = {}
        """By hash of a file that the store holds, what there is to say of it."""

    def entry(self, number: int) -> Input:
        """The account of a file."""
        return self._entries[number]

    def number(self, path: str) -> int:
        """The number of a file by the name it has in `source_file`."""
        return next(number for number, entry in enumerate(self._entries) if entry.path == path)

    def add(self, plain: Plain, role: Role) -> int:
        """Opens the account of a file and gives its number. Two files of one name get two names."""
        label, n = plain.file.label, 1
        while label in self._taken:
            n += 1
            label = f"{plain.file.label} ({n})"
        self._taken.add(label)
        path = plain.path if plain.file.is_stream else plain.file.path
        entry = Input(path=label, role=role, sha256="")
        # read by another thread while the records are mapped; at once where it may be known from the store
        self._hashes[len(self._entries)] = self._hasher.submit(files.sha256, path)
        if self.earlier:
            entry.sha256 = self._hashes[len(self._entries)].result()
        self._entries.append(entry)
        self.result.inputs.append(entry)
        return len(self._entries) - 1

    def take_over(self, entry: Input, role: Role, earlier: bool) -> int:
        """Enters a file that a store has read before."""
        self._taken.add(entry.path)
        copied = entry.model_copy(update={"role": "context" if entry.role == "context" else role})
        self._settled.add(len(self._entries))
        self._entries.append(copied)
        (self.earlier if earlier else self.result.inputs).append(copied)
        return len(self._entries) - 1

    def is_known(self, number: int) -> bool:
        """Whether the store that is written to holds this very file; then all its records count as met before."""
        entry = self._entries[number]
        held = [known for known in self.earlier if known.sha256 == entry.sha256]
        if not held:
            return False
        # the files of one archive have one hash, and come in the same order
        same = held[sum(other.sha256 == entry.sha256 for other in self.result.inputs[:-1]) % len(held)]
        entry.path, entry.format, entry.role, entry.records = same.path, same.format, same.role, same.records
        entry.rejected, entry.duplicates = same.rejected, same.records - same.rejected
        entry.note = self.remarks.get(entry.sha256)
        self._settled.add(number)
        return True

    def reject(self, records: Sequence[tuple[int, int, str, str]]) -> None:
        """Enters refused records: number of the file, line, reason and text."""
        if not records:
            return
        rows = [(self._entries[file].path, line, reason, self._masked(text)) for file, line, reason, text in records]
        columns = [list(column) for column in zip(*rows, strict=True)]
        unnested = ", ".join(["unnest(?)"] * len(columns))
        self._eng.con.execute(f"insert into {self._schema}.rejects select {unnested}", columns)
        for file, n in Counter(file for file, *_ in records).items():
            self._entries[file].rejected += n

    def close(self, rows: Mapping[str, int], merged: Merged) -> None:
        """Counts what was accepted: rows before merging, less those that had been met before."""
        for number, waiting in self._hashes.items():
            self._entries[number].sha256 = waiting.result()
        self._hasher.shutdown()
        self.unplaced = merged.unplaced
        for number, entry in enumerate(self._entries):
            met = merged.duplicates[entry.path]
            entry.duplicates += met
            entry.accepted = (entry.accepted if number in self._settled else rows.get(entry.path, 0)) - met
            entry.records = entry.accepted + entry.duplicates + entry.rejected

    def commonest(self) -> str:
        """The message for a log of which nothing was accepted."""
        [(reason, n)] = self._eng.con.execute(
            f"select reason, count(*) as n from {self._schema}.rejects group by all order by n desc, reason limit 1"
        ).fetchall()
        return f"Every record was rejected; the commonest reason, on {n} of them: {reason}."

    def _masked(self, text: str) -> str | None:
        self._samples += 1
        return door.show(text[: _SAMPLE + 100].strip(), _SAMPLE) if self._samples <= _SAMPLES else None
