"""How findings are held against the truth."""

from datetime import datetime

import pandas as pd

from retroburn.findings import Also, Driver, Evidence, Finding, Measure
from retroburn.lab.board import Scoreboard
from retroburn.lab.match import judge

MEASURE = Measure(name="share", unit="requests")
REQUESTS = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "start": [datetime(2026, 10, 2, hour) for hour in range(4)],
        "tenant": ["x", "x", "y", "y"],
        "locale": ["ko-KR", "ko-KR", "en-US", "en-US"],
        "route": ["/ask", "/ask", "/ask", "/chat"],
    }
)


def truth(**changes):
    fault = {
        "kind": "refusal", "also": ["fallback_answer"], "variant": "korean", "strength": "strong", "shape": "step",
        "from": "2026-10-02T00:00:00.000Z", "to": None, "where": {"tenant": "x"}, "eligible": {}, "driver": None,
        "ids": ["a", "b"], "traces": ["ta", "tb"],
    }  # fmt: skip
    return {
        "scenario": "s",
        "from": "2026-10-01T00:00:00.000Z",
        "to": "2026-10-15T00:00:00.000Z",
        "faults": [{**fault, **changes}],
    }


def finding(kind="refusal", **changes):
    known = {"id": "1", "key": "k", "kind": kind, "cause": "answers", "severity": "high", "title": "", "summary": ""}
    known |= {"measure": MEASURE, "start": datetime(2026, 10, 2, 0, 30), "where": {"locale": "ko-KR"}}
    known |= {"evidence": Evidence(query="q")}
    return Finding(**{**known, **changes})


def test_a_finding_of_the_kind_and_time_is_a_hit_with_its_distances():
    judged = judge(truth(), [finding(examples=["a", "tb", "b-2", "c"])], REQUESTS).faults[0]
    assert (judged.found, judged.strict, judged.loud, judged.rank) == (True, True, True, 1)
    assert judged.onset_minutes == 30
    assert judged.examples == 0.75


def test_another_name_for_the_same_rows_is_the_same_slice():
    assert judge(truth(), [finding(where={"locale": "ko-KR"})], REQUESTS).faults[0].where is True
    assert judge(truth(), [finding(where={"locale": ["ko-KR", "en-US"]})], REQUESTS).faults[0].where is False
    assert judge(truth(), [finding(where={})], REQUESTS).faults[0].where is False


def test_rows_that_cannot_be_hit_do_not_count_for_the_slice():
    chatless = truth(where={}, eligible={"route": "/ask"})
    assert judge(chatless, [finding(where={"route": "/ask"})], REQUESTS).faults[0].where is True


def test_a_kind_in_also_is_the_very_kind_and_a_kindred_one_is_not():
    also = finding("empty_answer", also=[Also(kind="refusal", measure=MEASURE)])
    assert judge(truth(), [also], REQUESTS).faults[0].strict is True
    judged = judge(truth(), [finding("fallback_answer")], REQUESTS).faults[0]
    assert (judged.found, judged.strict) == (True, False)


def test_a_finding_at_another_time_is_an_alarm_and_finds_nothing():
    early = finding(start=datetime(2026, 10, 1, 2), end=datetime(2026, 10, 1, 5))
    outcome = judge(truth(), [early], REQUESTS)
    assert not outcome.faults[0].found
    assert len(outcome.alarms) == 1


def test_a_side_effect_is_told_apart_from_an_alarm_and_a_low_finding_is_neither():
    outcome = judge(truth(), [finding(), finding("traffic_drop"), finding("stale_cache", severity="low")], REQUESTS)
    assert outcome.alarms == []
    assert len(outcome.extras) == 1


def test_the_first_driver_is_the_one_with_the_largest_share():
    drivers = [Driver(factor="traffic", share=0.2), Driver(factor="price", share=0.8)]
    cost = truth(kind="cost_spike", driver="price")
    assert judge(cost, [finding("cost_spike", drivers=drivers)], REQUESTS).faults[0].driver is True
    assert judge(cost, [finding("cost_spike")], REQUESTS).faults[0].driver is None


def test_the_board_counts_alarms_by_the_clean_week_and_leaves_unknown_shares_empty():
    quiet = judge({**truth(), "faults": []}, [finding()], REQUESTS)
    board = Scoreboard([quiet, judge(truth(), [], REQUESTS)])
    assert board.clean_weeks == 2
    assert board.alarms_per_clean_week == 0.5
    line = board.lines()[0]
    assert (line.recall, line.onset_minutes, line.where, line.examples) == (0.0, None, None, None)
