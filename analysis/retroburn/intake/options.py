"""What a reader of logs may be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from retroburn.config import Config


@dataclass(frozen=True)
class Options:
    """How to read. `fmt` is a format's name (None: recognise by content); `tz` holds for times without a zone."""

    fmt: str | None = None
    tz: str = "UTC"
    config: Config = field(default_factory=Config)
    importers: str | None = None
    """A folder with importers of the user's own."""
