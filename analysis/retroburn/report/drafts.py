"""A draft that people write into: a later run must not take their words away."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from pathlib import Path


def markdown_name(folder: Path, name: str) -> str:
    """Where the Markdown of a draft goes: `NAME.md`, or `NAME.new.md` beside one that people wrote into.

    A file is ours as long as it has the hash that run.json holds of it. Where they wrote into the new one as well, the
    next is `NAME.new-2.md`.
    """
    ours = _hashes(folder)
    for number in count():
        middle = ("", ".new")[number] if number < 2 else f".new-{number}"
        path = folder / f"{name}{middle}.md"
        if not path.exists() or ours.get(path.name) == hashlib.sha256(path.read_bytes()).hexdigest():
            return path.name
    raise AssertionError("unreachable: there is always a next name")


def _hashes(folder: Path) -> dict[str, str]:
    """What the last run wrote there; nothing where its run.json is gone or is none."""
    try:
        files = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(files) if isinstance(files, dict) else {}
