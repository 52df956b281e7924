"""Faces of one cause are one finding; two causes stay two."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import retroburn
from retroburn.config import Config
from retroburn.detect import fold
from retroburn.detect.candidate import Candidate
from retroburn.detect.catalogue import detectors
from retroburn.detect.frame import Frame, Run
from retroburn.engine import Engine
from retroburn.findings import Document, Measure
from tests import caselog

START = datetime(2026, 3, 9)

RETRIED = {
    "kind": "llm", "name": "answer", "copy": ["trace_id", "parent_id", "tenant", "model", "locale"], "attempt": 2,
    "status": "ok", "after_ms": 2500, "output": "It is under Settings.", "input_tokens": 300, "output_tokens": 60,
    "cost_usd": 0.0022, "input": "same", "provider": "openai", "finish_reason": "stop",
    "duration_ms": 900, "user": "{user}", "prompt_version": "p1", "route": "{route}", "region": "{region}",
}  # fmt: skip


@pytest.mark.parametrize(("own", "elsewhere", "faces"), [(10, 60, True), (30, 60, False), (10, 0, False)])
def test_a_small_slice_that_another_trouble_leaves_too_little_is_its_face(
    own: int, elsewhere: int, faces: bool
) -> None:
    shared = np.arange(12, dtype=np.uint64)
    small = candidate("harmed_slice", np.concatenate([shared, np.arange(100, 100 + own, dtype=np.uint64)]))
    small.least = 20
    wide = candidate("error_burst", np.concatenate([shared, np.arange(200, 200 + elsewhere, dtype=np.uint64)]))
    assert fold._explained(small, [small, wide]) is faces


@pytest.mark.parametrize(("cap", "heads"), [(None, ["cost_spike"]), ("low", ["cost_spike", "new_topic"])])
def test_what_is_asked_during_a_campaign_is_no_face_of_its_bill(cap: Literal["low"] | None, heads: list[str]) -> None:
    bill = candidate("cost_spike", np.arange(100, dtype=np.uint64))
    asked = candidate("new_topic", np.arange(3, dtype=np.uint64))
    bill.cap, asked.start = cap, START + timedelta(days=5)
    with Engine() as engine:
        run = Run(engine, Frame(START, START, START + timedelta(days=9), "history", 100), Config())
        assert [head.detector.kind for head in fold.fold(run, [bill, asked])] == heads


@pytest.mark.parametrize(("lost", "heads"), [(np.arange(200), 2), (np.arange(100), 1), (np.arange(100, 200), 2)])
def test_fields_lost_where_records_come_twice_are_another_hole_unless_the_copies_alone_lack_them(
    lost: np.ndarray[Any, Any], heads: int
) -> None:
    copies = candidate("logging_gap", np.arange(100, dtype=np.uint64))
    fields = candidate("logging_gap", lost.astype(np.uint64))
    copies.facet, fields.facet = "gap_repeated", "gap_lost"
    with Engine() as engine:
        run = Run(engine, Frame(START, START, START + timedelta(days=9), "history", 100), Config())
        assert len(fold.fold(run, [copies, fields])) == heads


@pytest.mark.parametrize(("dear", "faces"), [(0.05, ["cost_spike"]), (0.01, [])])
def test_a_bill_that_long_answers_make_is_their_face_though_it_stands_out_later(dear: float, faces: list[str]) -> None:
    loops = candidate("degenerate_answer", np.arange(20, dtype=np.uint64))
    bill = candidate("cost_spike", np.arange(90, dtype=np.uint64))
    bill.start, bill.cost_usd = START + timedelta(days=2), 1.0
    with Engine() as engine:
        # fifty a day; on the last two days every other answer loops
        engine.run(
            "create table slices as select i::varchar as id, i::varchar as trace_id, false as is_baseline, "
            "$t + to_days(i // 50 - 2) as start, i >= 200 and i % 2 = 0 as loops, "
            "case when loops then $dear else 0.01 end as cost_usd from range(300) as r(i)",
            {"t": START, "dear": dear},
        )
        engine.run("create table hurt as select 1 as candidate, id, trace_id from slices where loops")
        run = Run(engine, Frame(START, START, START + timedelta(days=4), "history", 300), Config())
        heads = fold.fold(run, [loops, bill])
    assert [face.detector.kind for face in heads[0].also] == faces
    assert len(heads) == 2 - len(faces)


@pytest.mark.parametrize(
    ("kinds", "apart_h", "heads"),
    [
        # a failed search is seen in some of what is answered wrong after it
        (("partial_failure", "wrong_language"), 0, ["partial_failure"]),
        (("partial_failure", "wrong_language"), 96, ["partial_failure", "wrong_language"]),
        # a bill names all there was in its time: to lie in it says nothing
        (("partial_failure", "cost_spike"), 0, ["partial_failure", "cost_spike"]),
    ],
)
def test_what_began_with_a_wider_trouble_and_lies_in_it_is_one_with_it(
    kinds: tuple[str, str], apart_h: int, heads: list[str]
) -> None:
    small = candidate(kinds[0], np.arange(20, dtype=np.uint64))
    wide = candidate(kinds[1], np.arange(100, dtype=np.uint64))
    wide.where, wide.start = {"route": "/ask"}, START + timedelta(hours=apart_h)
    with Engine() as engine:
        run = Run(engine, Frame(START, START, START + timedelta(days=9), "history", 100), Config())
        assert [head.detector.kind for head in fold.fold(run, [small, wide])] == heads


def test_refusals_speak_for_the_json_that_they_leave_broken_and_no_wider_sort_for_a_clearer_one() -> None:
    refused, broken = candidate("refusal", np.arange(50)), candidate("malformed_answer", np.arange(20))
    broken.n = 40  # of 100 that were asked, so many for JSON
    later = candidate("refusal", np.arange(50))
    later.start = START + timedelta(days=5)
    # noise that is taken for another language is noise: any answer could be
    loops, foreign = candidate("degenerate_answer", np.arange(20)), candidate("wrong_language", np.arange(50))
    with Engine() as engine:
        run = Run(engine, Frame(START, START, START + timedelta(days=9), "history", 100), Config())
        assert fold._is_smaller(run, broken, [refused, broken])
        assert not fold._is_smaller(run, broken, [later, broken])
        assert not fold._is_smaller(run, refused, [refused, broken])
        assert not fold._is_smaller(run, loops, [foreign, loops])


def candidate(kind: str, keys: np.ndarray[Any, Any]) -> Candidate:
    detector = next(each for each in detectors() if each.kind == kind)
    return Candidate(
        detector, START, None, {}, Measure(name="", unit="share", observed=0.1), 30.0, 100, len(keys), 1, keys=keys
    )


def check(tmp_path: Path, changes: list[dict[str, Any]]) -> Document:
    path = caselog.write(caselog.changed(list(caselog.records(days=10, per_day=500)), changes), tmp_path / "log.jsonl")
    with retroburn.open(path) as logs:
        return logs.check().document


def test_a_retry_storm_that_raises_latency_is_one_finding(tmp_path: Path) -> None:
    storm = {
        "from": "d8", "where": {"model": "m-2"}, "part": 0.6, "times": {"duration_ms": 6},
        "set": {"trace_id": "{id}", "attempt": 1, "status": "error", "output": None, "input": "same"}, "add": [RETRIED],
    }  # fmt: skip
    found = check(tmp_path, [storm]).findings
    assert [f.kind for f in found] == ["retry_storm"]
    assert found[0].where == {"model": "m-2"}


def test_two_troubles_in_two_places_stay_two_findings(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        [
            {
                "from": "d6",
                "to": "d7",
                "where": {"tenant": "acme"},
                "part": 0.5,
                "set": {"status": "error", "output": None},
            },
            {"from": "d8", "where": {"locale": "ko-KR"}, "part": 0.4, "set": {"output": ""}},
        ],
    ).findings
    told = {(f.kind, *f.where.values()) for f in found}
    # a burnt budget stands beside its cause
    assert told == {("error_burst", "acme"), ("slo_burn", "acme"), ("empty_answer", "ko-KR")}


def test_no_kind_is_a_finding_and_a_face_for_the_same_rows(tmp_path: Path) -> None:
    document = check(
        tmp_path, [{"from": "d8", "part": 0.5, "set": {"status": "error", "output": None}, "times": {"duration_ms": 9}}]
    )
    for finding in document.findings:
        assert finding.kind not in {face.kind for face in finding.also}
        assert len(finding.also) <= 5
