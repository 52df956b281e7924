"""What the tests of reading share: one call that reads files and gives rows, rejects and the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from retroburn import intake
from retroburn.engine import Engine

Row = dict[str, Any]


@dataclass
class Read:
    """What one read gave."""

    result: intake.Result
    spans: list[Row]
    rejects: list[Row]
    context: list[Row]
    costs: list[Row]

    @property
    def ids(self) -> list[str]:
        """The ids of the spans."""
        return [row["id"] for row in self.spans]

    @property
    def counts(self) -> list[tuple[int, int, int, int]]:
        """Records, accepted, duplicates and rejected, file by file."""
        return [(e.records, e.accepted, e.duplicates, e.rejected) for e in self.result.inputs]


def read_logs(*sources: str | Path, options: intake.Options | None = None, role: intake.Role = "source") -> Read:
    """Reads sources with an engine of its own."""
    with Engine() as eng:
        result = intake.read(eng, [str(source) for source in sources], options, role)
        for entry in result.inputs:
            assert entry.records == entry.accepted + entry.duplicates + entry.rejected
        order = "order by source_file, source_line, id"
        return Read(
            result,
            eng.rows(f"select * from spans {order}"),
            eng.rows("select * from rejects order by all"),
            eng.rows("select * from context order by all"),
            eng.rows("select * from span_costs order by id"),
        )


@pytest.fixture
def read() -> Callable[..., Read]:
    """`read(*sources, options=…)`: rows and account of a read."""
    return read_logs
