"""Where the records are when a file wraps them: a page of an API, a batch, a log shipper's line; one in another too."""

from __future__ import annotations

from typing import NamedTuple

WITHIN = " > "
"""What stands between the names of envelopes, the outermost first."""
DEEPEST = 3


class Envelope(NamedTuple):
    """Which documents it is, and what is inside them: an SQL condition on `body`, and a list of JSON."""

    opens: str
    inside: str
    innermost: bool = False
    """Whether nothing else is looked for inside."""
    key: str | None = None
    """The key of a document under which a list of records stands."""


def _page(key: str) -> Envelope:
    return Envelope(f"json_type(body, '$.{key}') = 'ARRAY'", f"json_extract(body, '$.{key}[*]')", key=key)


def _text(key: str) -> Envelope:
    text = f"body ->> '$.\"{key}\"'"
    return Envelope(f"json_type(body, '$.\"{key}\"') = 'VARCHAR'", f"[{_object(text)}]")


def _object(text: str) -> str:
    """The object that a text is; a text that is none stays one, and is told."""
    return f"case when json_type(try_cast({text} as json)) = 'OBJECT' then ({text})::json else to_json({text}) end"


def _line(key: str) -> Envelope:
    """A logger's line that keeps the time to itself: what stands beside the text (or object) belongs to the record."""
    text = f"try_cast(body ->> '$.\"{key}\"' as json)"
    beside = f"json_merge_patch(body, '{{\"{key}\": null}}')"
    merged = f"[json_merge_patch({beside}, {text})]"
    return Envelope(f"json_type({text}) = 'OBJECT'", merged, innermost=True)


_PAGES = (
    "data", "runs", "spans", "traces", "records", "result", "results", "items", "logs", "rows", "events", "logEvents"
)  # fmt: skip
# CloudWatch, Docker and others carry the record as text
_TEXTS = ("message", "@message", "log")
# An entry of Google Cloud has the time that the record was written with. One that tells its own time is the record, and
# keeps what the entry says beside it: labels, a trace, a severity.
_CLOUD = ("jsonPayload", "textPayload")


def _entry(key: str) -> Envelope:
    payload = f"try_cast(body ->> '$.\"{key}\"' as json)"
    beside = 'json_merge_patch(body, \'{"jsonPayload": null, "textPayload": null, "timestamp": null}\')'
    kept = f"json_merge_patch(json_object('log_entry', {beside}), {payload})"
    inside = f"case when json_type({payload}) = 'OBJECT' then {kept} else to_json(body ->> '$.\"{key}\"') end"
    return Envelope(f"json_type(body, '$.\"{key}\"') in ('OBJECT', 'VARCHAR')", f"[{inside}]")


_CELLS = "list_filter(json_extract(body, '$.results[*][*]'), lambda c: (c ->> 'field') = '@message')"
_CELL, _ELEMENT = _object("c ->> 'value'"), _object("body ->> '$'")
ENVELOPES: dict[str, Envelope] = {
    **{key: _page(key) for key in _PAGES},
    **{key: _text(key) for key in _TEXTS},
    **{key: _entry(key) for key in _CLOUD},
    # CloudWatch's rows of a query: pairs of field and value
    "results.@message": Envelope(f"len({_CELLS}) > 0", f"list_transform({_CELLS}, lambda c: {_CELL})", key="results"),
    # elements of a list that are texts
    "text": Envelope("json_type(body) = 'VARCHAR'", f"[{_ELEMENT}]"),
    # spans by the name of their trace
    "*": Envelope("len(json_extract(body, '$.*[*]')) > 0", "json_extract(body, '$.*[*]')", innermost=True),
    **{f"{key}, with the line": _line(key) for key in ("message", "msg", "log", *_CLOUD)},
}


def steps(name: str) -> list[Envelope]:
    """The envelopes that a name tells, the outermost first."""
    return [ENVELOPES[step] for step in name.split(WITHIN)]


def within(outer: str | None) -> list[str]:
    """Names of all envelopes that may stand inside of one (None: that documents may be)."""
    if outer is None:
        return list(ENVELOPES)
    found = outer.split(WITHIN)
    return [] if len(found) >= DEEPEST or ENVELOPES[found[-1]].innermost else [outer + WITHIN + n for n in ENVELOPES]


def unwrapped(documents: str, name: str | None) -> str:
    """A query of what is inside documents (`body`, `ord` and other columns). What is no such envelope stays as is."""
    query = documents
    for step in steps(name) if name else []:
        inside = f"case when {step.opens} then {step.inside} else [body] end"
        query = (
            f"select * exclude (body, ord), unnest({inside}) as body, "
            f"ord * 1048576 + generate_subscripts({inside}, 1) as ord from ({query})"
        )
    return query
