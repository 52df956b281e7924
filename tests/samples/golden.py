"""A golden is what an importer makes of its samples: JSON lines, one row of `spans` a line, empty columns left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from retroburn import intake
from retroburn.engine import Engine

HERE = Path(__file__).parent
GOLDEN = "_golden.jsonl"


def folders() -> list[Path]:
    """Every format's folder of samples."""
    return sorted(path for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("_"))


def samples(folder: Path) -> list[Path]:
    """The logs in a folder."""
    return sorted(path for path in folder.iterdir() if path.name != GOLDEN)


def rows(folder: Path) -> list[dict[str, Any]]:
    """What the samples of a folder become."""
    with Engine() as eng:
        intake.read(eng, [str(path) for path in samples(folder)])
        found = eng.rows("select * exclude (start_time, end_time) from spans order by source_file, source_line, id")
    return [{name: value for name, value in row.items() if value is not None} for row in found]


def text(found: list[dict[str, Any]]) -> str:
    """Rows as the text of a golden."""
    return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in found)


def write(folder: Path, found: list[dict[str, Any]]) -> None:
    """Writes the golden of a folder."""
    (folder / GOLDEN).write_text(text(found), encoding="utf-8")
