"""The flags that choose data, the same on every command that reads SOURCE (contract, section 1)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

Source = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...", help="Files, folders or globs of exported logs, a store, or - for standard input."
    ),
]

_TEXT, _TEXTS = str | None, list[str] | None


def _flag(kind: Any, name: str, value: str, told: str) -> Any:
    return Annotated[kind, typer.Option(name, metavar=value, help=told)]


_DATA: dict[str, tuple[Any, Any]] = {
    "from_": (
        _flag(_TEXT, "--from", "TIME", "Look for findings from here: 2026-10-05, 2026-10-05T09:00Z, 7d, 24h."),
        None,
    ),
    "to": (_flag(_TEXT, "--to", "TIME", "And until here, excluded."), None),
    "baseline": (
        _flag(_TEXTS, "--baseline", "SOURCE", "Logs to compare with: the demo or evaluation set. Repeatable."),
        None,
    ),
    "baseline_until": (_flag(_TEXT, "--baseline-until", "TIME", "Rows before this time are the baseline."), None),
    "context": (_flag(_TEXTS, "--context", "FILE", "CSV or JSON lines of deploys, alerts, notices. Repeatable."), None),
    "format": (_flag(_TEXT, "--format", "NAME", "Do not guess the format; see retroburn formats."), None),
    "config": (_flag(_TEXT, "--config", "FILE", "Objectives, prices, aliases and thresholds (TOML)."), None),
    "memory": (_flag(_TEXT, "--memory", "SIZE", "Most memory to use, such as 4GB."), None),
    "engine": (_flag(str, "--engine", "NAME", "duckdb or spark."), "duckdb"),
    "importers": (
        _flag(_TEXT, "--importers", "DIR", "A folder with importers of your own, one .sql file a format."),
        None,
    ),
    "tz": (_flag(str, "--tz", "ZONE", "Zone for display, and for times without one."), "UTC"),
}

_KEYWORDS = {"from_": "start", "to": "end"}

F = TypeVar("F", bound=Callable[..., Any])


def data(function: F) -> F:
    """Gives a command the flags that choose data, as one dict `flags` with the keywords of retroburn.open.

    What the command returns is its exit code.
    """

    @wraps(function)
    def command(**given: Any) -> None:
        flags = {_KEYWORDS.get(name, name): given.pop(name) for name in _DATA}
        import duckdb  # only now: `--help` does without

        try:
            code = function(**given, flags={key: value for key, value in flags.items() if value is not None})
        except duckdb.OutOfMemoryException:
            from retroburn.engine import MemoryExceededError

            raise MemoryExceededError(flags["memory"]) from None
        if code:
            raise typer.Exit(code)

    own = [p for p in inspect.signature(function, eval_str=True).parameters.values() if p.name != "flags"]
    own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _DATA.items()
    ]
    command.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]  # typer reads it
    command.__annotations__ = {p.name: p.annotation for p in [*own, *added]}
    return command  # type: ignore[return-value]  # by now it has the flags
