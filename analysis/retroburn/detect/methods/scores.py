"""Scores that fall, each name of score by itself: thumbs and judges have other usual shares, and come and go apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retroburn import door
from retroburn.detect import series, tell
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import Detector
from retroburn.detect.frame import Run
from retroburn.detect.methods import rate

FEWEST = 30
"""Scores of a name below which a fall is an anecdote."""


def find(run: Run, detector: Detector, params: Mapping[str, Any]) -> list[Candidate]:
    """Every interval of every slice in which a score is bad more often, the strongest first."""
    engine = run.engine
    engine.run("create or replace temp table every_score as select * from cases")
    found: list[Candidate] = []
    for name, key in _names(run):
        engine.run("create or replace temp table cases as select * from every_score where value = $key", {"key": key})
        for candidate in rate.find(run, detector, params):
            place = tell.place_words(candidate.where)
            candidate.title = f"{door.show(name, 60)} scores fell{f' in {place}' if place else ''}"
            engine.run("delete from cases")
            engine.run("insert into cases select * from every_score where value = $key", {"key": key})
            candidate.series = series.points(run, candidate)
            found.append(candidate)
    engine.run("create or replace temp table cases as select * from every_score")
    return found


def _names(run: Run) -> list[tuple[str, float]]:
    """Names of scores that are often enough to be judged, with the number that stands for them in the cases."""
    rows = run.engine.rows(
        "with named as (select distinct lower(s.score.name) as name from "
        "(select unnest(scores) as score from main.spans where scores is not null) as s "
        "where s.score.name is not null) "
        "select n.name, (hash(n.name) % 1000003)::double as key from named as n "
        "inner join every_score as e on e.value = (hash(n.name) % 1000003)::double where e.era = 1 "
        "group by all having count(*) >= $fewest and count(*) filter (where e.bad) > 0 order by n.name",
        {"fewest": FEWEST},
    )
    return [(str(row["name"]), float(row["key"])) for row in rows]
