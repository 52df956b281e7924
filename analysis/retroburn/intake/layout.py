"""Which fields a stretch of a log has at all: a column that no record fills costs nothing when that is known."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from retroburn import header
from retroburn.engine import Engine

# texts are unescaped while parsing; any other field stays a leaf until its type is known
_TEXTS = {"input", "output"}
_PLAIN = "try(json_keys(body))"
_GUARDED = "json_keys(case when json_valid(body) then body end)"


def keys(eng: Engine, guarded: bool) -> set[str]:
    """Every key of the records in `stream`; lines that are no objects have none. `guarded`: some lines are no JSON."""
    found = f"select distinct unnest({_GUARDED if guarded else _PLAIN}) as key from stream"
    return {key for (key,) in eng.con.execute(found).fetchall()}


def fitted(query: header.Query, present: Collection[str] | None) -> str:
    """The SQL of an importer whose head lists `fields`, for records of these keys: absent fields are constants.

    Without keys nothing is known about them: any field may be there, and any other.
    """
    fields: Sequence[str] = str(query.head["fields"]).split()
    # one at least: a record without any known field is still looked at, and refused
    taken = [name for name in fields if present is None or name in present] or list(fields[:1])
    layout = json.dumps({name: _type(name) for name in taken})
    absent = [f'null::{_type(name)} as "{name}"' for name in fields if name not in taken]
    values = {
        "$layout": f"'{layout}'",
        "$absent": ", ".join(absent) or "null as nothing",
        "$strangers": str(present is None or not set(present) <= set(fields)).lower(),
    }
    text = query.sql
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _type(name: str) -> str:
    return "varchar" if name in _TEXTS else "json"
