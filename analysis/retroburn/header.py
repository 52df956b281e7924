"""The head of a .sql file: a first block comment that holds YAML. What a query means stands in its own first lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

_HEAD = re.compile(r"\A\s*/\*(.*?)\*/", re.DOTALL)
# the loader written in C, where PyYAML has it: heads are read at every start
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Query:
    """One .sql file: where it lies, what its head says, and its text."""

    path: Path
    head: dict[str, Any]
    sql: str

    @property
    def name(self) -> str:
        """The file's stem; for a detector this is its kind."""
        return self.path.stem

    @property
    def folder(self) -> str:
        """The folder the file lies in; for a detector this is its cause."""
        return self.path.parent.name

    @cached_property
    def title(self) -> str:
        """The head's title, else the file's name in words."""
        return str(self.head.get("title") or self.name.replace("_", " "))


def read(path: Path) -> Query:
    """Reads one .sql file. A head that is not a YAML mapping is a bug of ours and raises ValueError."""
    text = path.read_text(encoding="utf-8")
    found = _HEAD.match(text)
    if not found:
        return Query(path, {}, text.strip())
    head = yaml.load(found.group(1), _LOADER) or {}  # noqa: S506 - a safe loader in both cases
    if not isinstance(head, dict):
        raise ValueError(f"{path.name}: the head is not a mapping")
    return Query(path, head, text[found.end() :].strip())
