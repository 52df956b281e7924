"""Which column of a home-grown log is which field: by name, by your aliases, and by what its values look like."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from retroburn.config import Config
from retroburn.engine import Engine
from retroburn.errors import ConfigError, did_you_mean
from retroburn.intake import formats

Path = tuple[str, ...]
# An identifier is one only if nearly every record has its own: otherwise it names a conversation or a user.
_UNIQUE = 0.9
# A median under this, with fractions, is a duration in seconds: no fleet of model calls has a median of 60 ms or less.
_SECONDS = 60
_COUNTS_RETRIES = re.compile(r"retr(y|ies)|재시도")
_UNITS = {
    **dict.fromkeys(("ms", "millis", "milliseconds", "밀리초"), 1.0),
    **dict.fromkeys(("s", "sec", "seconds", "초"), 1000.0),
    **{"us": 1e-3, "ns": 1e-6},
}
MACROS = {"event_turn"}
"""The macros that the plan itself uses."""
_DEPTH, _LOOK = 3, 1000
# A unit or a currency in brackets behind a name: Latency (s), 응답시간(ms), Cost ($)
_BRACKET = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")
_DOLLARS = {"", "usd", "us$", "$", "달러", "dollars"}
# Objects that hold what a call was asked and what came of it, and words that mean the same in any of them. Words such
# as `id`, `name` or `status` do not: whose they are depends on the object.
_HOLDERS = re.compile(
    "ai|call|context|ctx|data|feedback|fields|genai|labels|llm|meta|metadata|metrics|payload|rag|req|request|response|"
    "retrieval|tags"
)
_CLEAR = re.compile(
    "answer|chunks|citations|completion|docs|documents|feature|latency|locale|model|prompt|provider|question|rating|"
    "region|reply|response|route|seed|temperature|tenant|thumbs|vendor"
)
# Words that are clear in some of them only: what was said, in an object that stands for the call; who asked, in one
# that stands for the circumstances.
_NARROW = (
    (re.compile("ai|call|data|genai|llm|payload"), re.compile("input|messages|output")),
    (
        re.compile("context|ctx|labels|meta|metadata|tags"),
        re.compile("channel|client|customer|org|organization|platform|session|user"),
    ),
)
# what may be an object as it stands; any other field is looked for inside it
_WHOLE = frozenset(
    ("input", "output", "error_message", "retrieval_documents", "citations", "output_format", "fallback")
)
# A log tells a request in several lines when nearly all lines have an id and say which turn they are, and a fifth of
# the ids or more come again; a column that merely is called `event` says something else.
_TURNS, _AGAIN = 0.9, 1.2
_EVENTS = (
    "event",
    "event_type",
    "event_name",
    "type",
    "phase",
    "stage",
    "action",
    "kind",
    "message",
    "msg",
    "name",
)


@dataclass
class Plan:
    """Paths into a record for every canonical field, the likeliest first, and how to read what is there."""

    fields: dict[str, list[Path]]
    duration_unit: float = 1.0
    attempt_from_zero: bool = False
    score_name: str = "feedback"
    folds_events: bool = False

    def announce(self, eng: Engine) -> None:
        """Hands the plan to the importer as variables of the connection."""
        paths = list(dict.fromkeys(path for found in self.fields.values() for path in found))
        place = {path: number for number, path in enumerate(paths, 1)}
        plan = {field: [place[path] for path in found] for field, found in self.fields.items() if found}
        _set(eng, "paths", [_pointer(path) for path in paths])
        eng.con.execute(
            "set variable plan = (select map_from_entries(list_zip(f, p)) from (select $fields::varchar[] as f, "
            "$places::integer[][] as p))",
            {"fields": list(plan), "places": list(plan.values())},
        )
        # what a field is taken from first leaves the attributes; a second choice, or an object looked into, stays there
        whole = sorted({found[0][0] for found in self.fields.values() if found and len(found[0]) == 1})
        _set(eng, "mapped_keys", _nulls(whole))
        _set(eng, "duration_unit", self.duration_unit)
        _set(eng, "attempt_from_zero", self.attempt_from_zero)
        _set(eng, "score_name", self.score_name)
        _set(eng, "folds_events", self.folds_events)


def make(eng: Engine, records: str, config: Config) -> Plan:
    """The plan for the records that a query gives (columns file, line, body)."""
    keys, objects = _paths(eng, records)
    names = formats.importers()["generic"].head["synonyms"]
    for field in config.aliases:
        if field not in names:
            raise ConfigError(f"--config: [aliases] {field}: no such field. {did_you_mean(field, names)}")
    flat = [path for path in keys if path not in objects]
    chosen = {
        field: _aliased(config, field) or _matching(synonyms, keys if field in _WHOLE else flat, field == "cost_usd")
        for field, synonyms in names.items()
    }
    for field in ("id", "trace_id"):
        if field not in config.aliases:
            chosen[field] = _identifying(eng, records, chosen[field], unique=field == "id")
    plan = Plan(chosen)
    if not chosen["id"]:
        plan.fields |= _turns(eng, records, _matching(names["id"], keys), _matching(_EVENTS, keys))
        plan.folds_events = "event" in plan.fields
    units = {path: _unit(eng, records, path) for path in chosen["duration_ms"]}
    plan.duration_unit = next(iter(units.values()), 1.0)
    # what another column says in another unit would be wrong by a thousand
    chosen["duration_ms"] = [path for path, unit in units.items() if unit == plan.duration_unit]
    plan.attempt_from_zero = bool(chosen["attempt"]) and bool(_COUNTS_RETRIES.search(plain(chosen["attempt"][0][-1])))
    if chosen["scores"]:
        plan.score_name = _score_name(chosen["scores"][0][-1])
    return plan


@lru_cache(1 << 16)
def plain(name: str) -> str:
    """A name as names are compared: letters and digits, without case."""
    return re.sub(r"[\W_]", "", name.lower())


def _paths(eng: Engine, records: str) -> tuple[list[Path], set[Path]]:
    """Every key of the records, and the keys of objects inside the first of them; and which of them are objects."""
    top = eng.con.execute(f"select distinct unnest(json_keys(body)) as key from ({records}) order by key").fetchall()
    found: list[Path] = [(key,) for (key,) in top]
    level = found
    objects = set()
    for _ in range(_DEPTH - 1):
        level = [(*path, key) for path in level for key in _inside(eng, records, path)]
        objects |= {path[:-1] for path in level}
        found = found + level
    return found, objects


def _inside(eng: Engine, records: str, path: Path) -> list[str]:
    """The keys of the objects at a path, in the first records of each file."""
    rows = eng.con.execute(
        f"select distinct unnest(json_keys(body, $pointer)) as key from ({records}) where line <= {_LOOK} "
        "and json_type(body, $pointer) = 'OBJECT' order by key",
        {"pointer": _pointer(path)},
    ).fetchall()
    return [key for (key,) in rows]


def _aliased(config: Config, field: str) -> list[Path]:
    given = config.aliases.get(field, [])
    return [tuple(path.split(".")) for path in ([given] if isinstance(given, str) else given)]


def _matching(synonyms: Sequence[str], keys: Sequence[Path], money: bool = False) -> list[Path]:
    """Paths that go by one of the names, in the order of the names; a path of fewer steps first."""
    found = []
    for rank, synonym in enumerate(synonyms):
        for path in keys:
            whole = plain(".".join(path)) == plain(synonym) or _bracketed(path, synonym, money)
            if whole or _inner(path, synonym):
                found.append((not whole, rank, len(path), path))
    return [path for *_, path in sorted(found)]


def _bracketed(path: Path, synonym: str, money: bool) -> bool:
    """Whether a name with its unit in brackets is meant; money in another currency than dollars is not."""
    unit = _BRACKET.search(path[-1])
    if unit is None or (money and unit[1].strip().lower() not in _DOLLARS):
        return False
    return plain(".".join((*path[:-1], path[-1][: unit.start()]))) == plain(synonym)


def _inner(path: Path, synonym: str) -> bool:
    """Whether the end of a longer path is the name: of two words or more, or one that is clear where it stands."""
    if len(path) == 1:
        return False
    steps = synonym.count(".") + 1
    if steps > 1:
        return len(path) > steps and plain(".".join(path[-steps:])) == plain(synonym)
    if plain(path[-1]) != plain(synonym):
        return False
    holder = plain(path[-2])
    return (
        "_" in synonym
        or bool(_CLEAR.fullmatch(synonym) and _HOLDERS.fullmatch(holder))
        or any(holders.fullmatch(holder) and words.fullmatch(synonym) for holders, words in _NARROW)
    )


def _identifying(eng: Engine, records: str, paths: Sequence[Path], unique: bool) -> list[Path]:
    """Of columns that may identify, the first that does: nearly one value a record for an id."""
    for path in paths:
        [(total, values)] = eng.con.execute(
            "select count(v), count(distinct v) from "
            f"(select json_extract_string(body, $pointer) as v from ({records}))",
            {"pointer": _pointer(path)},
        ).fetchall()
        if total and (not unique or values >= _UNIQUE * total):
            return [path]
    return []


def _turns(eng: Engine, records: str, ids: Sequence[Path], events: Sequence[Path]) -> dict[str, list[Path]]:
    """The column of ids and that of events, of a log that tells each request in several lines; else nothing."""
    for one, event in product(ids, events):
        [(lines, told, asked, ended, distinct)] = eng.con.execute(
            "select count(*), count(turn) filter (where id is not null), count_if(turn = 'request'), "
            "count_if(turn in ('result', 'failure')), count(distinct id) from ("
            f"select body ->> $id as id, event_turn(body ->> $event) as turn from ({records}))",
            {"id": _pointer(one), "event": _pointer(event)},
        ).fetchall()
        if asked and ended and told >= _TURNS * lines and lines >= _AGAIN * distinct:
            return {"event_id": [one], "event": [event]}
    return {}


def _unit(eng: Engine, records: str, path: Path) -> float:
    """Milliseconds in one unit of a column of durations: by its name, else by the size of its values."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path[-1]))
    last = words[-1].lower() if words else ""
    if last in _UNITS:
        return _UNITS[last]
    [(median, fractions)] = eng.con.execute(
        "select median(v), coalesce(avg((v % 1 <> 0)::integer), 0) from "
        f"(select try_cast(json_extract_string(body, $pointer) as double) as v from ({records}))",
        {"pointer": _pointer(path)},
    ).fetchall()
    return 1e3 if median is not None and median < _SECONDS and fractions > 0.5 else 1.0


def _score_name(key: str) -> str:
    name = plain(key)
    return "user_feedback" if name.startswith("thumb") or name == "feedback" else key


def _set(eng: Engine, name: str, value: object) -> None:
    eng.con.execute(f"set variable {name} = (select $value)", {"value": value})


def _pointer(path: Path) -> str:
    """A JSON pointer (RFC 6901): any key can stand in it."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def _nulls(keys: Sequence[str]) -> str:
    return json.dumps(dict.fromkeys(keys))
