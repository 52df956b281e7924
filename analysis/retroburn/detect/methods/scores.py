"""Scores that fall, each name of score by itself: thumbs and judges have other usual shares, and come and go apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retroburn import door
from retroburn.detect import cases, judge, series, tell
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate

FEWEST = 30
"""Scores of a name below which a fall is an anecdote."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every interval of every slice in which a score is bad more often, the strongest first."""
    run.engine.run("create or replace temp table every_score as select * from cases")
    found: list[Candidate] = []
    for name, key in _names(run):
        for candidate in _fallen(run, detector, params, key, _LOW) or _fallen(run, detector, params, key, _FAR):
            place = tell.place_words(candidate.where)
            candidate.title = f"{door.show(name, 60)} scores fell{f' in {place}' if place else ''}"
            found.append(candidate)
    run.engine.run("create or replace temp table cases as select * from every_score")
    return found


_LOW, _FAR = "bad", "bad and value > floor(value)"
"""Which scores of a name are bad: the low ones (a fifth); or those far under what is usual, which need be few."""


def _fallen(run: Run, detector: Detector, params: Mapping[str, Any], key: float, bad: str) -> list[Candidate]:
    """Intervals in which a name's scores are bad more often; a second look takes the evidence of twice the looks."""
    only = f"select * replace ({bad} as bad) from every_score where floor(value) = $key"
    run.engine.run(f"create or replace temp table cases as {only}", {"key": key})
    looks = (1 if bad == _LOW else 2) * len(cases.grid(run).n)
    needed = judge.evidence_needed(run.config.gate, looks, run.frame.buckets)
    found = [candidate for candidate in rate.find(run, detector, params) if candidate.g >= needed]
    run.engine.run(f"create or replace temp table cases as {only}", {"key": key})
    for candidate in found:
        candidate.series = series.points(run, candidate)
    return found


def _names(run: Run) -> list[tuple[str, float]]:
    """Names of scores that are often enough to be judged, with the number that stands for them in the cases."""
    rows = run.engine.rows(
        "with named as (select distinct lower(s.score.name) as name from "
        "(select unnest(scores) as score from main.spans where scores is not null) as s "
        "where s.score.name is not null) "
        "select n.name, (hash(n.name) % 1000003)::double as key from named as n "
        "inner join every_score as e on floor(e.value) = (hash(n.name) % 1000003)::double where e.era = 1 "
        "group by all having count(*) >= $fewest and count(*) filter (where e.bad) > 0 order by n.name",
        {"fewest": FEWEST},
    )
    return [(str(row["name"]), float(row["key"])) for row in rows]
