"""The macros that importers share. DuckDB takes a millisecond to make one: a read makes those that its formats use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from retroburn import assets, header
from retroburn.engine import Engine

_MACRO = re.compile(r"(?=^create or replace macro )", re.MULTILINE)
_NAME = re.compile(r"create or replace macro (\w+)")


@cache
def defined() -> dict[str, str]:
    """Name of a macro → the statement that makes it; each stands behind those that it uses."""
    return dict(_read())


def _read() -> Iterator[tuple[str, str]]:
    files = [header.read(path) for path in assets.queries("importers", "macros")]
    # a file that others build on says its `order`
    for file in sorted(files, key=lambda query: query.head.get("order", len(files))):
        for text in _MACRO.split(file.sql):
            if found := _NAME.match(text):
                yield found.group(1), text


def used(text: str) -> list[str]:
    """The names of the macros that a text uses, and of those that they use, in the order of `defined`."""
    known = defined()
    waiting = [text]
    names: set[str] = set()
    while waiting:
        words = (known.keys() & set(re.findall(r"\w+", waiting.pop()))) - names
        names |= words
        waiting += [known[word] for word in words]
    return [name for name in known if name in names]


class Macros:
    """Those that a database has."""

    def __init__(self, eng: Engine) -> None:
        self._eng = eng
        self._made: set[str] = set()

    def serve(self, *texts: str) -> None:
        """Makes what the texts use and is not there yet."""
        names = [name for name in used("\n".join(texts)) if name not in self._made]
        if not names:
            return
        # in one transaction: each would be one of its own
        self._eng.con.begin()
        try:
            for name in names:
                self._eng.con.execute(defined()[name])
        except BaseException:
            self._eng.con.rollback()
            raise
        self._eng.con.commit()
        self._made.update(names)
