"""The importers: one .sql file a format, found by listing the folder, recognised by content."""

from __future__ import annotations

from functools import cache

from retroburn import assets, header
from retroburn.errors import UsageError, did_you_mean


@cache
def importers() -> dict[str, header.Query]:
    """Name of a format → its importer."""
    found = (header.read(path) for path in sorted((assets.folder("queries") / "importers").glob("*.sql")))
    return {query.name: query for query in found}


@cache
def step(name: str) -> header.Query:
    """A step that all importers share: `queries/importers/steps/<name>.sql`."""
    return header.read(assets.folder("queries") / "importers" / "steps" / f"{name}.sql")


@cache
def macros() -> list[header.Query]:
    """What importers share: SQL macros. A file that others build on says its `order`."""
    found = [header.read(path) for path in assets.queries("importers", "macros")]
    return sorted(found, key=lambda query: query.head.get("order", len(found)))


def known(name: str) -> str:
    """The name of a format, or UsageError with the nearest one."""
    if name not in importers():
        raise UsageError(f"--format {name}: no such format. {did_you_mean(name, importers())}")
    return name


def formats_listed() -> list[dict[str, str | list[str]]]:
    """Every format: its name, what it is, and the columns it can fill."""
    return [
        {"name": name, "summary": query.head["summary"], "columns": str(query.head["fills"]).split()}
        for name, query in importers().items()
    ]
