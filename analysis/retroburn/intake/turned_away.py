"""Records that no span came of: what the ledger is told of them, and those that another importer knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from retroburn.engine import Engine
from retroburn.intake import identify
from retroburn.intake.mapping import REFUSED
from retroburn.intake.stage import HUGE, KINDS, READ, Stage

_KEYS = "hash(try(json_keys(output)))"


def listed(eng: Engine, stage: Stage) -> list[tuple[str, int, str, str, str | None]]:
    """Source file, number, reason and text of every record that was refused, and the format that knows it."""
    if not (parts := stage.parts()):
        return []
    found = eng.con.execute(
        f"select source_file, source_line, error_message, coalesce(left(output, 2000), ''), {_KEYS} from {READ} "
        f"where format = '{REFUSED}' and error_message is not null "
        "order by source_file, source_line, error_message",
        {"parts": parts},
    ).fetchall()
    known = _known(eng, parts) if found else {}
    return [(*row, known.get(keys)) for *row, keys in found]


def take_strangers(eng: Engine, stage: Stage, own: Mapping[str, Sequence[str]]) -> list[tuple[str, str, int, str]]:
    """Takes out the refused records that a format knows which is none of those that their file is read by.

    Gives that format, the source file, number and text of each.
    """
    parts = stage.parts()
    known = _known(eng, parts) if parts else {}
    if not known:
        return []
    query = f"select distinct source_file, {_KEYS} from {READ} where format = '{REFUSED}'"
    met = eng.con.execute(query, {"parts": parts}).fetchall()
    told = [(path, keys) for path, keys in met if keys in known and known[keys] not in own.get(path, known.values())]
    chosen = {"chosen": [f"{keys} {path}" for path, keys in told]}
    which = f"format = '{REFUSED}' and {_KEYS} || ' ' || source_file in (select unnest($chosen))"
    query = f"select {_KEYS}, source_file, source_line, output, filename from {READ} where {which}"
    found = eng.con.execute(query, {"parts": parts, **chosen}).fetchall() if told else []
    for part in {row[-1] for row in found}:
        stage.replace(Path(part), f"({which}) is not true", chosen)
    return [(known[keys], path, line, text) for keys, path, line, text, _ in found]


def _known(eng: Engine, parts: Sequence[str]) -> dict[int, str]:
    """The formats that know refused records, by the hash of their keys, as far as these are few."""
    found = eng.con.execute(
        f"select {_KEYS} as keys, any_value(output) from {READ} where format = '{REFUSED}' "
        f"and error_message is not null and length(output) < {HUGE} and keys is not null "
        f"group by all order by keys limit {KINDS}",
        {"parts": list(parts)},
    ).fetchall()
    fits = identify.fitting(eng, [text for _, text in found])
    return {found[place][0]: name for place, name in fits.items()}
