"""What became of every record, file by file: accepted, a counted duplicate, or rejected with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

Role = Literal["source", "baseline", "context"]


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
