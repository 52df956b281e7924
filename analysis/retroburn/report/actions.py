"""Open action items of earlier incidents, and whether the query that proves each now holds.

They are read where people keep them: in the Markdown of the incident's report. A row of a table that has a query as
code is an item; it is open until its row is deleted or struck through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from retroburn import door
from retroburn.errors import QueryError, UsageError
from retroburn.report.bundle import ActionItem, Change
from retroburn.report.source import Logs

MOST = 40
"""Items of all incidents; more is a backlog, which has a better place."""
SHOWN = 3
_CELL = re.compile(r"(?<!\\)\|")
_QUERY = re.compile(r"`(?:retroburn sql \")?(?P<sql>select\s[^`]*?)(?:\"\s*SOURCE\s*)?`", re.IGNORECASE)
_KIND = re.compile(r"kind = '(\w+)'")


def open_items(
    folders: Sequence[str], logs: Logs, not_assessed: Sequence[str], still: Sequence[Change] = ()
) -> list[ActionItem]:
    """Every open item of the incidents in `folders`, with what its query says of these logs.

    No row of a kind proves nothing where that could not be told this time, which `not_assessed` says, or where a
    trouble of it is found no more for having become usual: these are in `still`.
    """
    found = [item for folder in folders for item in _of_folder(Path(folder))]
    return [_judged(item, logs, not_assessed, still) for item in found[:MOST]]


def _of_folder(folder: Path) -> Iterator[ActionItem]:
    """The items of one incident: of the file that people wrote into, which is never a later run's."""
    paths = [folder] if folder.is_file() else sorted(folder.glob("*.md"), key=lambda path: len(path.name))
    if not paths:
        raise UsageError(f"-p incidents: {folder.name} holds no Markdown. Name the folder of an incident's report.")
    try:
        text = paths[0].read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"-p incidents: {paths[0].name} cannot be read ({error.strerror}).") from None
    for line in text.splitlines():
        cells = [cell.strip() for cell in _CELL.split(line.strip())[1:-1]]
        asked = _QUERY.search(line.replace("\\|", "|")) if len(cells) >= 2 else None
        if asked and not cells[0].startswith("~~"):
            owner = cells[2] if len(cells) > 3 else ""
            yield ActionItem(
                incident=door.show(folder.name, 80),
                text=_plain(cells[0], 300),
                owner=_plain(owner, 60),
                query=asked["sql"].strip(),
            )


def _plain(cell: str, most: int) -> str:
    """A cell as its reader saw it, masked."""
    return door.show(re.sub(r"\\([^\w\s])", r"\1", cell), most)


def _judged(item: ActionItem, logs: Logs, not_assessed: Sequence[str], still: Sequence[Change]) -> ActionItem:
    """The item with its state: `holds` where its query gives no row, `open` where it gives some, else `unknown`."""
    try:
        rows = logs.query(item.query).fetchmany(SHOWN + 1)
    except (QueryError, duckdb.Error) as error:
        return item.model_copy(update={"state": "unknown", "rows": [door.show(str(error), 200)]})
    if rows:
        told = [door.show(row[0], 120) for row in rows[:SHOWN]] + (["…"] if len(rows) > SHOWN else [])
        return item.model_copy(update={"state": "open", "rows": told})
    asked = _KIND.findall(item.query)
    if there := [change.key for change in still if change.kind in asked]:
        return item.model_copy(update={"state": "open", "still": there})
    lacking = [kind for kind in asked if kind in not_assessed]
    return item.model_copy(update={"state": "unknown" if lacking else "holds"})
