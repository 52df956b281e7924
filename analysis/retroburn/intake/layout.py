"""What the records of a log have in common: the fields they have, and which of these are text throughout."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from retroburn import header

# texts are unescaped while parsing; any other field stays a leaf where nothing is known of it
_TEXTS = {"input", "output"}


@dataclass(frozen=True)
class Layout:
    """The fields of records and their types. By default nothing is known of them."""

    present: Collection[str] | None = None
    """The known fields that they have; None where any field may be there, and also unknown ones."""
    texts: Mapping[str, str | None] = field(default_factory=dict)
    """Fields that are text, each with the macro that finds values for which that is not sure; any other is a leaf."""

    def type_of(self, name: str) -> str:
        """The type that a field is parsed to."""
        return "varchar" if name in _TEXTS or name in self.texts else "json"

    def structure(self, names: Collection[str]) -> str:
        """The structure for `from_json`, as an SQL literal. The names are ours."""
        return f"'{json.dumps({name: self.type_of(name) for name in names})}'"


def fields(query: header.Query) -> Sequence[str]:
    """The fields that an importer's head lists."""
    return str(query.head["fields"]).split()


def fitted(query: header.Query, layout: Layout) -> str:
    """The SQL of an importer whose head lists `fields`, for records of a layout: absent fields are constants."""
    known = fields(query)
    # one at least: a record without any known field is still looked at, and refused
    taken = [name for name in known if layout.present is None or name in layout.present] or list(known[:1])
    absent = [f'null::{layout.type_of(name)} as "{name}"' for name in known if name not in taken]
    doubtful = [f'{macro}("{name}")' for name, macro in layout.texts.items() if macro]
    values = {
        "$layout": layout.structure(taken),
        "$absent": ", ".join(absent) or "null as nothing",
        "$strangers": str(layout.present is None).lower(),
        "$known": " + ".join(f'("{name}" is not null)::integer' for name in taken),
        "$taken": "[" + ", ".join(f"'{name}'" for name in taken) + "]",
        "$doubtful": f"coalesce({' or '.join(doubtful) or 'false'}, false)",
    }
    text = query.sql
    for name, value in values.items():
        text = text.replace(name, value)
    return text
