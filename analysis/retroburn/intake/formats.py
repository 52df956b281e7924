"""The importers: one .sql file a format, found by listing the folder, recognised by content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from retroburn import assets, header
from retroburn.errors import UsageError, did_you_mean

_OWN: ContextVar[dict[str, header.Query]] = ContextVar("own importers")
_NEEDED = ("summary", "detect", "fills")


def importers() -> dict[str, header.Query]:
    """Name of a format → its importer: ours, and the user's where `with_own` holds."""
    return built_in() | _OWN.get({})


@contextmanager
def with_own(folder: str | Path | None) -> Iterator[None]:
    """Inside the block the importers in a folder of the user's are known too. UsageError where one is none."""
    token = _OWN.set(_read_own(Path(folder)) if folder else {})
    try:
        yield
    finally:
        _OWN.reset(token)


def own() -> dict[str, header.Query]:
    """The user's importers."""
    return _OWN.get({})


def _read_own(folder: Path) -> dict[str, header.Query]:
    if not folder.is_dir():
        raise UsageError(f"--importers {folder}: there is no such folder.")
    found = {path.stem: _own(path) for path in sorted(folder.glob("*.sql"))}
    if not found:
        raise UsageError(f"--importers {folder}: there is no .sql file in it.")
    return found


def _own(path: Path) -> header.Query:
    try:
        query = header.read(path)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"--importers: {path.name} cannot be read ({str(error).splitlines()[0]}).") from None
    lacking = [name for name in _NEEDED if not query.head.get(name)]
    if lacking:
        raise UsageError(f"--importers: the head of {path.name} lacks {', '.join(lacking)}.")
    if path.stem in built_in():
        raise UsageError(f"--importers: {path.name} has the name of a built-in format. Give it another.")
    return query


@cache
def built_in() -> dict[str, header.Query]:
    """Name of a format → its importer, as retroburn brings them."""
    found = (header.read(path) for path in sorted((assets.folder("queries") / "importers").glob("*.sql")))
    return {query.name: query for query in found}


def head(name: str) -> dict[str, Any]:
    """The head of a format's importer; empty for what has none."""
    return importers()[name].head if name in importers() else {}


def is_strict(name: str) -> bool:
    """Whether a format has numbers where the canonical columns have: the native one, which gives its fields' names."""
    return "fields" in head(name)


@cache
def step(name: str) -> header.Query:
    """A step that all importers share: `queries/importers/steps/<name>.sql`."""
    return header.read(assets.folder("queries") / "importers" / "steps" / f"{name}.sql")


def known(name: str) -> str:
    """The name of a format, or UsageError with the nearest one."""
    if name not in importers():
        raise UsageError(f"--format {name}: no such format. {did_you_mean(name, importers())}")
    return name


def formats_listed(own: str | Path | None = None) -> list[dict[str, Any]]:
    """Every format, those in a folder of the user's too: its name, what it is, and the columns it can fill."""
    with with_own(own):
        return [
            {
                "name": name,
                "summary": " ".join(str(query.head["summary"]).split()),
                "columns": str(query.head["fills"]).split(),
            }
            for name, query in importers().items()
        ]
