"""`logs.why`: from a condition over requests to the slices that tell what is different about the ones it picks.

A round finds the clearest slice, counts it on all rows, and takes its rows out; the next looks at what is left. So two
causes are two slices, and one cause is one, whatever its rows are also called.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retroburn.ask.rows import Asked
from retroburn.detect.frame import FIELDS, Run
from retroburn.errors import UsageError, did_you_mean
from retroburn.stats import contrast
from retroburn.stats.contrast import Term

CIRCUMSTANCES = (
    *FIELDS, "user", "cache_status", "fallback", "output_format", "temperature", "retrieval_hits",
    "retrieval_top_score", "input_tokens", "hour",
)  # fmt: skip
"""Fields looked at unless others are named: what a request came with and met. What it ended in (`error_type`,
`output_tokens`, `duration_ms`) follows from the same cause as the condition, and would hide it."""

CLOSED = {
    "id", "trace_id", "start", "end", "answer_id", "question_id", "root_id", "citations",
}  # fmt: skip
"""Nothing to cut by: names, times, lists."""
MOST = 10
"""Slices told: after ten causes an eleventh is a footnote."""


@dataclass(frozen=True)
class Slice:
    """One slice: where it is, how many of its rows fit the condition, and how many usually would."""

    where: dict[str, str]
    n: int
    bad: int
    rate: float
    usual: float | None
    q: float
    terms: tuple[Term, ...] = ()
    aliases: list[dict[str, str]] = field(default_factory=list)

    @property
    def lift(self) -> float | None:
        """How many times the usual rate: infinite where it never happens usually, None where that is not known."""
        if self.usual is None:
            return None
        return self.rate / self.usual if self.usual else math.inf

    @property
    def excess(self) -> float | None:
        """Rows that fit the condition beyond the usual."""
        return None if self.usual is None else self.bad - self.n * self.usual


def find(run: Run, condition: str, by: Sequence[str] | None, params: Mapping[str, Any], used: set[str]) -> list[Slice]:
    """The slices in which the condition holds more often, the clearest first; none where there is only noise.

    `used` are the columns that the condition reads: what it asks for does not explain it.
    """
    fields = _fields(run, by, used)
    asked = Asked(run, condition, bool(used & {"input", "output"}), fields, params)
    columns = asked.columns(fields)
    return _told(asked, columns) if columns else []


def _fields(run: Run, by: Sequence[str] | None, used: set[str]) -> list[str]:
    known = [name for name in run.engine.columns("request_facts") if name not in CLOSED] + ["hour"]
    if by is None:
        read = used | ({"hour"} if used & {"start", "start_time"} else set())
        # tokens are summed over attempts: there are more of them because it was tried again
        read |= {"input_tokens"} if used & {"attempts", "retries"} else set()
        return [name for name in CIRCUMSTANCES if name in known and name not in read]
    for name in by:
        if name not in known:
            raise UsageError(f"by {name}: requests have no such field to be cut by. {did_you_mean(name, known)}")
    return list(dict.fromkeys(by))


@dataclass(frozen=True)
class _Taken:
    """A slice that stands, with its other names."""

    terms: tuple[Term, ...]
    q: float
    others: list[tuple[Term, ...]]


def _told(asked: Asked, columns: list[contrast.Column]) -> list[Slice]:
    table = asked.table(columns)
    tried, compared = contrast.lattice(columns), table.compared
    taken: list[_Taken] = []
    while len(taken) < MOST and (terms := contrast.best(table)):
        seen, total = asked.counts([terms], [one.terms for one in taken])
        q = contrast.chance(float(contrast.gain(seen, total, compared)), len(terms), tried)
        if q > contrast.CHANCE:
            break
        names = sorted([terms, *contrast.aliases(table, terms)], key=_age)
        taken.append(_Taken(names[0], q, names[1:]))
        table = table.without(terms)
    return [_slice(asked, one, taken, compared) for one in taken]


def _age(terms: tuple[Term, ...]) -> list[int]:
    """Of names for the same rows the one that says most to a reader comes first."""
    return sorted(CIRCUMSTANCES.index(t.field) if t.field in CIRCUMSTANCES else len(CIRCUMSTANCES) for t in terms)


def _slice(asked: Asked, one: _Taken, every: Sequence[_Taken], compared: bool) -> Slice:
    """The numbers of a slice on all rows; the other rows are those in none of the slices."""
    own, total = asked.counts([one.terms])
    if compared:
        usual = own.bad0 / own.n0 if own.n0 >= contrast.FEWEST else total.bad0 / total.n0
    else:
        named, _ = asked.counts([other.terms for other in every])
        usual = (total.bad - named.bad) / (total.n - named.n) if total.n > named.n else None
    return Slice(
        where=_place(one.terms),
        n=int(own.n),
        bad=int(own.bad),
        rate=float(own.bad / own.n),
        usual=None if usual is None else float(usual),
        q=one.q,
        terms=one.terms,
        aliases=[_place(other) for other in one.others],
    )


def _place(terms: Sequence[Term]) -> dict[str, str]:
    """A slice as findings write it; of a number, the edge with its sign."""
    return {t.field: str(t.content) if t.is_ == "=" else f"{t.is_} {t.content:g}" for t in terms}
