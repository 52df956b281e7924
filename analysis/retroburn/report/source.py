"""What a report needs of the logs it is made from. `retroburn.open()` returns such a thing; tests make their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from retroburn import assets
from retroburn.ask.by_week import Value
from retroburn.findings import Document, Finding, Muted


class Found(Protocol):
    """What a check found."""

    @property
    def document(self) -> Document:
        """All of it, findings with their series."""
        ...


class Logs(Protocol):
    """Opened logs. Times are naive UTC."""

    @property
    def tz(self) -> str:
        """The zone times are shown in, and in which days begin."""
        ...

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The start of the oldest record and of the newest, which is "now"; None where there is none."""
        ...

    def between(self, start: datetime | str | None, end: datetime | str | None) -> Logs:
        """The same logs with findings looked for between two times, end excluded."""
        ...

    def check(self) -> Found:
        """Findings of the window."""
        ...

    def told(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[Muted]]:
        """Which findings the settings let be told, and which they mute."""
        ...

    def weekly_values(
        self, found: Sequence[Finding], weeks: Sequence[tuple[datetime, datetime]]
    ) -> Mapping[str, Sequence[Value | None]]:
        """What findings measure in each week, by their keys."""
        ...

    def inside(self, part: Mapping[str, str | list[str]], whole: Mapping[str, str | list[str]]) -> float:
        """The share of the requests of one slice that are in another, over the whole log; 0 where there is none."""
        ...

    def count(self, start: datetime, end: datetime) -> int:
        """Requests between two times."""
        ...

    @property
    def stores(self) -> Sequence[Path]:
        """Stores among SOURCE."""
        ...

    def query(self, sql: str) -> Any:
        """One SELECT over the canonical tables; a result with `fetchmany`. Raises QueryError for anything else."""
        ...

    def requests_by_id(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Requests by their ids, with input and output as logged."""
        ...

    def facts(self, *folder: str) -> Iterable[Any]:
        """The queries of a folder of `queries/`, run over the window, each with its rows."""
        ...

    @property
    def statements(self) -> Mapping[str, Any]:
        """What people state in the settings on questions of the launch checklist, by question."""
        ...

    def picked(
        self,
        condition: str,
        start: str | datetime | None,
        end: str | datetime | None,
        *,
        by: Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Any:
        """What is different about the requests in a time that fit a condition, with their numbers."""
        ...

    def events(self) -> Iterable[Mapping[str, Any]]:
        """The rows of the table `context`, in order of time."""
        ...


def locate(source: str | Sequence[str]) -> list[str]:
    """Where SOURCE is: as given, else beside the notebooks.

    A notebook run from JupyterLab works in its own folder, so a relative path that is not there is looked for one
    folder up; `sample_logs` is found in the checkout from anywhere.
    """
    names = [source] if isinstance(source, str) else list(source)
    return [_located(name) for name in names]


def _located(name: str) -> str:
    if name == "-" or Path(name).is_absolute() or Path(name).exists():
        return name
    homes = (Path.cwd().parent, assets.folder("notebooks").parent)
    return next((str(home / name) for home in homes if (home / name).exists()), name)
