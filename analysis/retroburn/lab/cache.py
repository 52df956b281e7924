"""The answer cache of the help centre, in front of search and model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from retroburn.lab import world
from retroburn.lab.trace import Trace


@dataclass
class Entry:
    """An answer as stored."""

    t: int
    answer: str
    citations: list[str] | None
    uid: int
    tenant: str
    question: int
    versions: tuple[str, str]


@dataclass
class Cache:
    """Answers by key, as time goes by. `served` holds the entry that each hit was given, by uid."""

    entries: dict[str, Entry] = field(default_factory=dict)
    served: dict[int, Entry] = field(default_factory=dict)

    def ask(self, trace: Trace) -> Entry | None:
        """Looks a request up and writes the step into its trace."""
        row = trace.row
        if not row.cache:
            trace.step("cache", "answer_cache", 0.3, cache={"status": "bypass"})
            return None
        key = make_key(trace)
        entry = self.entries.get(key)
        age = (row.t - entry.t) / 1e6 if entry else 0.0
        fresh = entry is not None and (age <= row.ttl * 3600 or not row.strict)
        found: dict[str, Any] = {"status": "hit" if fresh else "miss", "key": key, "ttl_s": round(row.ttl * 3600)}
        if entry is None or not fresh:
            trace.step("cache", "answer_cache", trace.rng.uniform(1, 6), cache=found)
            return None
        found["age_s"] = round(age, 1)
        trace.step("cache", "answer_cache", trace.rng.uniform(2, 25), cache=found)
        self.served[row.uid] = entry
        return entry

    def store(self, trace: Trace) -> None:
        """Keeps the answer of a request that missed, if it is one to keep."""
        row, answer = trace.row, trace.root.get("output")
        if (
            row.cache
            and trace.keep
            and not row.scope.startswith("as:")
            and row.uid not in self.served
            and isinstance(answer, str)
            and answer
        ):
            self.entries[make_key(trace)] = Entry(
                row.t,
                answer,
                trace.root.get("citations"),
                row.uid,
                row.tenant,
                row.question,
                (row.prompt_version, row.index_version),
            )


def make_key(trace: Trace) -> str:
    """The key of a request. With scope `full` it holds all that the answer depends on."""
    row = trace.row
    question = str(trace.root["input"])
    parts = {
        "tenant": row.tenant,
        "locale": row.locale,
        "model": row.model,
        "prompt": row.prompt_version,
        "index": row.index_version,
        "question": question.casefold().strip(),
    }
    if row.scope == "no_tenant":
        del parts["tenant"]
        del parts["model"]
    elif row.scope.startswith("as:"):
        parts["tenant"] = row.scope[3:]
        parts["model"] = world.dealt(row.app, row.scope[3:])
    elif row.scope == "no_version":
        del parts["prompt"]
        del parts["index"]
    elif row.scope == "never":
        parts["question"] = trace.id
    elif row.scope == "head":
        parts["question"] = parts["question"][:3]
    elif row.scope == "topic":
        parts["question"] = f"topic-{row.question % 4}"
    return hashlib.sha1("\x1f".join(parts.values()).encode(), usedforsecurity=False).hexdigest()[:20]
