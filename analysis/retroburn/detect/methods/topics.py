"""Questions about something that was not asked about before: told by the words that came up with them.

Words that hardly anybody used before, and several people now, are gathered into topics by the questions they stand in.
A topic is asked about in words that were always used; where hardly any of them is known, it is another language, or
data, and a drift of what comes in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from retroburn import door
from retroburn.detect import cases, where
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate
from retroburn.detect.tell import amount, minute, place_words
from retroburn.findings import Measure
from retroburn.stats import topics
from retroburn.stats.intervals import wilson

MOST = 3
"""Topics told of one log."""
SLOTS = 16
"""Parts of the time in which words are counted."""
BURST = 6
"""Slots up to which a topic may have come and gone: what is asked about for longer has a beginning in the log's end."""
SAMPLE = 300_000
"""Questions from which on a sample is looked at for words; cases are counted on all."""
KNOWN = 1 / 3
"""The other words of a topic's questions must be known by this part of what those of other questions are. Beside the
words that name it a topic has verbs and things of its own, each too rare to be told as new; where a few people ask in
few wordings these are more than half. Of another language next to none is known."""
NAMED = 5
"""Words that name a topic."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """The topics that came up, the largest first."""
    frame = run.frame
    past = frame.how == "source" or frame.start > frame.first
    if not past:
        run.unsure.append(
            (detector.kind, "no baseline was named: questions are compared with the log's own past alone")
        )
        run.lacking.setdefault(detector.kind, []).append("baseline")
    _read(run)
    words, people, n = _counts(run)
    fresh = topics.new_words(words, people, n, _spans(past))[:200]
    came = {word.word: word for word in fresh}
    uses = _uses(run, list(came))
    out: list[Candidate] = []
    while len(out) < MOST and (sure := {word: found for word, found in uses.items() if came[word].sure}):
        topic = topics.gathered(sure)
        first = came[topic[0]]
        if not past:
            # what came up at one time, in a log that is its own past, is one event in several words
            topic += [word for word in uses if word not in topic and came[word].meets(first)]
        span = min(came[word].split for word in topic) - 1, max(came[word].end for word in topic) - 1
        candidate = _candidate(run, detector, params, topic, (list(came), span), first.g)
        if candidate is not None:
            out.append(candidate)
        taken = set().union(*(uses[word] for word in topic))
        uses = {w: rest for w, found in uses.items() if w not in topic and len(rest := found - taken) >= 8}
    return out


def _spans(past: bool) -> list[tuple[int, int]]:
    """The columns of words in which a topic may lie: to the end of the log, or for a while with some past before it."""
    first = [1] if past else range(1 + round(0.4 * SLOTS), SLOTS + 1)
    begins = range(1 if past else 1 + round(0.125 * SLOTS), SLOTS + 1)
    bursts = [(at, at + length) for at in begins for length in range(1, BURST + 1) if at + length <= SLOTS]
    return [*((at, SLOTS + 1) for at in first), *bursts]


def _read(run: Run) -> None:
    """Makes the table `asked`."""
    frame, engine = run.frame, run.engine
    every = max(1, int(engine.one("select count(*) from request_facts")) // SAMPLE)
    parts = []
    for schema in ["main", "baseline"] if frame.how == "source" else ["main"]:
        with engine.within(schema):
            engine.run(
                f"create or replace temp table asked_{schema} as {cases.cube('asked').sql}",
                {"is_baseline": schema == "baseline", "start": frame.start, "slots": SLOTS, "every": every,
                 "end": frame.end if schema == "main" else frame.end + timedelta(days=36500)},
            )  # fmt: skip
        parts.append(f"select * from asked_{schema}")
    engine.run(f"create or replace temp table asked as {' union all '.join(parts)}")


def _counts(run: Run) -> tuple[list[str], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Words, and people by word and slot; slot 0 is what is only compared with."""
    n, each = _people(run)
    rows = run.engine.rows(cases.cube("words").sql, {"each": each})
    words = list(dict.fromkeys(str(row["word"]) for row in rows))
    place = {word: i for i, word in enumerate(words)}
    people = np.zeros((len(words), SLOTS + 1))
    for row in rows:
        people[place[str(row["word"])], row["slot"] + 1] = row["people"]
    return words, people, n


def _people(run: Run) -> tuple[np.ndarray[Any, Any], float | None]:
    """People by slot; and the questions that one has, where the few of a demo count by what they asked."""
    people, questions = np.zeros(SLOTS + 1), np.zeros(SLOTS + 1)
    for row in run.engine.rows(
        "select slot, count(distinct actor) as people, count(distinct hash(actor, question_key)) as questions "
        "from asked group by slot"
    ):
        people[row["slot"] + 1], questions[row["slot"] + 1] = row["people"], row["questions"]
    each = max(float(questions[1:].sum()) / max(float(people[1:].sum()), 1.0), 1.0)
    if questions[0] / each <= people[0]:
        return people, None
    people[0] = questions[0] / each
    return people, each


def _uses(run: Run, words: list[str]) -> dict[str, set[int]]:
    """The questions in which each word stands."""
    out: dict[str, set[int]] = defaultdict(set)
    rows = run.engine.rows(
        "select word, id from (select hash(trace_id, id) as id, unnest(words) as word from asked where slot >= 0) "
        "where list_contains($words, word)",
        {"words": words},
    )
    for row in rows:
        out[str(row["word"])].add(int(row["id"]))
    return dict(out)


def _candidate(
    run: Run,
    detector: Detector,
    params: Mapping[str, Any],
    topic: list[str],
    came_up: tuple[list[str], tuple[int, int]],
    g: float,
) -> Candidate | None:
    fresh, (split, last) = came_up
    given = {"split": split, "last": last, "topic": topic, "fresh": fresh}
    known = run.engine.rows(cases.cube("known_words"), given)[0]
    if known["n"] < float(params["fewest"]) or known["n"] < float(params["min_share"]) * known["everyone"]:
        return None
    if min(known["people"], known["questions"]) < float(params["people"]):
        return None
    if (known["part"] or 0.0) < KNOWN * (known["usual"] or 0.0):
        return None
    frame = run.frame
    start, end = (frame.start + (frame.end - frame.start) * max(slot, 0) / SLOTS for slot in (split, last))
    run.engine.run(
        "update cases set bad = q.has from (select r.id, r.trace_id, regexp_matches(t.question_head, $pattern) as has "
        "from request_facts as r inner join texts as t on r.trace_id = t.trace_id and r.question_id = t.id) as q "
        "where cases.id = q.id and cases.trace_id = q.trace_id and cases.era = 1",
        {"pattern": _pattern(topic)},
    )
    place = where.smallest(run, start, end).where
    span = rate.exact(run, place, start, end, 1e-4, reach=(frame.end - frame.start) / SLOTS)
    if span is None:
        return None
    counts = cases.totals(run, place, span.start, span.end)
    candidate = rate.candidate_of(run, detector, place, span, counts, 0.0, g)
    low, high = wilson(counts.bad, counts.n)
    named = ", ".join(door.show(word) for word in topic[:NAMED])
    words = place_words(place)
    candidate.measure = Measure(
        name="share of questions about it",
        unit="share",
        baseline=0.0,
        observed=counts.bad / counts.n,
        low=low,
        high=high,
    )
    # who asks in the evening asks in other words, and of one day nobody knows that it does so every day
    candidate.cap = "low" if frame.no_other_day else None
    candidate.title = f"Questions about something new{f' in {words}' if words else ''}: {named}"
    candidate.summary = (
        f"{int(counts.bad):,} of {int(counts.n):,} questions ({amount(counts.bad / counts.n, 'share')}) use words that "
        f"nobody used before: {named}. They come from {known['people']:,} people in {known['questions']:,} wordings, "
        f"since {minute(span.start)} {'and it goes on' if span.open_end else f'until {minute(span.end)}'}."
    )
    return candidate


def _pattern(topic: list[str]) -> str:
    """One expression for the words of a topic; Latin ones must stand alone."""
    latin = [re.escape(word) for word in topic if word.isascii()]
    others = [re.escape(word) for word in topic if not word.isascii()]
    return "|".join([*([rf"\b(?:{'|'.join(latin)})\b"] if latin else []), *others])
