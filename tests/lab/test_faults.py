"""Planted faults: the truth says what the log holds, and no more."""

import json
from collections import Counter, defaultdict
from datetime import datetime
from statistics import fmean

import numpy as np
import pytest

from retroburn import lab
from retroburn.detect.catalogue import detectors
from retroburn.lab import world
from retroburn.lab.faults import kinds, prepare
from retroburn.lab.faults.base import FEWEST, LONGEST
from retroburn.lab.model import HOUR, Fault, micros
from retroburn.lab.scenarios import CLEAN, DRESSED, MIXED, find, suite
from retroburn.lab.traffic import draw

EVERY = [(kind, variant) for kind, planter in kinds().items() for variant in planter.variants]


def test_every_kind_that_can_be_planted_is_looked_for_and_has_more_ways_than_one():
    assert set(kinds()) <= {detector.kind for detector in detectors()}
    assert all(len(planter.variants) >= 2 for planter in kinds().values())


@pytest.mark.parametrize(("kind", "variant"), EVERY)
def test_a_fault_hits_requests_of_its_time_and_slice_alone(planted, kind, variant):
    log = planted(f"{kind}.{variant}.strong", days=4, requests_per_day=200)
    fault = log.fault
    start = datetime.fromisoformat(fault["from"])
    assert (fault["kind"], fault["variant"]) == (kind, variant)
    assert fault["affected"] == len(fault["ids"]) == len(set(fault["ids"]))
    for request in fault["ids"]:
        root = log.roots[request]
        assert datetime.fromisoformat(root["start"]) >= start
        for key, value in (*fault["where"].items(), *fault["eligible"].items()):
            assert root.get(key, value) in value
    leaves_no_request = kind == "traffic_drop" or variant == "hole"
    assert bool(fault["ids"]) != leaves_no_request


@pytest.mark.parametrize(("kind", "variant"), [one for one in EVERY if one[0] not in ("cost_mismatch", "cost_spike")])
def test_what_a_call_cost_follows_from_its_tokens_whatever_went_wrong(planted, kind, variant):
    log = planted(f"{kind}.{variant}.strong", days=4, requests_per_day=200)
    for span in log.spans:
        if span["kind"] == "llm" and "cost_usd" in span and "input_tokens" in span and "output_tokens" in span:
            model = world.MODELS[span["model"]]
            cost = model.cost(span["input_tokens"], span.get("cache_read_tokens", 0), span["output_tokens"])
            assert span["cost_usd"] == pytest.approx(cost, abs=1e-9)


def test_a_burst_ends(planted):
    log = planted("error_burst.http_500.strong.burst")
    assert log.fault["to"] is not None
    assert max(log.roots[request]["start"] for request in log.fault["ids"]) < log.fault["to"]


def test_a_ramp_grows(planted):
    log = planted("error_burst.http_500.strong.ramp", days=8)
    start = datetime.fromisoformat(log.fault["from"])
    hours = [
        (datetime.fromisoformat(log.roots[each]["start"]) - start).total_seconds() / 3600 for each in log.fault["ids"]
    ]
    assert sum(hour < 12 for hour in hours) < sum(24 <= hour < 36 for hour in hours)


def test_answers_without_evidence_have_no_hits_and_are_answered(planted):
    log = planted("no_evidence_answer.zero_hits.strong")
    for request in log.fault["ids"]:
        assert [span["retrieval"]["hits"] for span in log.of(request, "retrieval")] in ([0], [])
        assert log.roots[request]["status"] == "ok"
        assert len(log.roots[request]["output"]) > 20


def test_an_answer_that_nothing_tells_to_be_wrong_is_cached_and_hits_whoever_asks_again(planted):
    log = planted("no_evidence_answer.zero_hits.strong")
    again = [each for each in log.fault["ids"] if not log.of(each, "retrieval")]
    assert again
    told = {log.roots[each]["output"] for each in log.fault["ids"] if each not in again}
    for request in again:
        assert log.of(request, "cache")[0]["cache"]["status"] == "hit"
        assert log.roots[request]["output"] in told


def test_an_empty_answer_has_no_tokens_that_got_lost(planted):
    log = planted("empty_answer.null.strong")
    for request in log.fault["ids"]:
        assert log.roots[request].get("output") is None
        assert log.of(request, "llm")[-1]["output_tokens"] == 0


def test_a_lost_output_leaves_its_tokens(planted):
    log = planted("logging_gap.lost_output.strong")
    for request in log.fault["ids"]:
        assert "output" not in log.roots[request]
        assert any(span.get("output_tokens", 0) > 1 for span in log.of(request, "llm"))


def test_a_hole_has_no_record_of_any_kind(planted):
    log = planted("logging_gap.hole.strong")
    assert not [root for root in log.roots.values() if log.fault["from"] <= root["start"] < log.fault["to"]]


def test_a_silent_cut_has_no_finish_reason_and_no_full_stop(planted):
    log = planted("truncated_answer.silent.strong")
    for request in log.fault["ids"]:
        assert "finish_reason" not in log.of(request, "llm")[-1]
        assert log.roots[request]["output"][-1] not in ".。!?"


def test_a_storm_has_failed_attempts_before_the_answer(planted):
    log = planted("retry_storm.numbered.strong")
    for request in log.fault["ids"]:
        last = log.of(request, "llm")[-1]
        assert last["attempt"] >= 3
        assert last["status"] == log.roots[request]["status"] == "ok"


def test_billed_attempts_cost_money(planted):
    log = planted("retry_storm.billed.strong")
    for request in log.fault["ids"]:
        failed = [span for span in log.of(request, "llm") if span["status"] == "error"]
        assert failed
        assert all(span["cost_usd"] > 0 for span in failed)


def test_entries_of_other_tenants_are_served_under_one_key(planted):
    log = planted("cross_tenant_cache.key.strong", requests_per_day=800)
    owner, found = {}, set()
    for request, root in log.roots.items():
        for span in log.of(request, "cache"):
            key = span["cache"].get("key")
            if span["cache"]["status"] == "miss":
                owner[key] = root["tenant"]
            elif span["cache"]["status"] == "hit" and owner[key] != root["tenant"]:
                found.add(request)
    assert found == set(log.fault["ids"])


def test_stale_entries_are_older_than_they_may_be(planted):
    log = planted("stale_cache.ttl.strong", requests_per_day=800)
    old = {
        request
        for request in log.roots
        for span in log.of(request, "cache")
        if span["cache"].get("age_s", 0) > span["cache"].get("ttl_s", 0)
    }
    assert old == set(log.fault["ids"])


def bill(log):
    """Cost of each request, over its model calls."""
    return {request: sum(span.get("cost_usd", 0) for span in log.of(request, "llm")) for request in log.roots}


@pytest.mark.parametrize("driver", [driver for driver in kinds()["cost_spike"].variants if driver != "traffic"])
def test_a_cost_fault_names_its_driver_and_makes_requests_dearer_than_their_route_was(planted, driver):
    log = planted(f"cost_spike.{driver}.strong", days=4, requests_per_day=200)
    costs, before = bill(log), defaultdict(list)
    for request, root in log.roots.items():
        if root["start"] < log.fault["from"]:
            before[root["route"]].append(costs[request])
    usual = sum(fmean(before[log.roots[request]["route"]]) for request in log.fault["ids"])
    assert log.fault["driver"] == driver
    assert sum(costs[request] for request in log.fault["ids"]) > 1.2 * usual


def test_a_rise_of_traffic_is_a_rise_of_requests_alone(planted):
    log = planted("cost_spike.traffic.strong", days=4, requests_per_day=200)
    days = Counter(root["start"][:10] for root in log.roots.values())
    assert log.fault["driver"] == "traffic"
    assert max(days.values()) > 2.5 * days[log.truth["from"][:10]]


def test_a_surprise_leaves_no_fault_in_the_truth(tmp_path):
    for name in CLEAN:
        made = lab.make(tmp_path / name, name, seed=4, days=5, requests_per_day=120)
        assert json.loads(made.truth.read_text())["faults"] == made.faults == []


def test_names_of_scenarios_may_come_in_any_order():
    fault = find("refusal.weak.ramp.korean.two").faults[0]
    assert (fault.variant, fault.strength, fault.where, fault.shape) == ("korean", "weak", "two", "ramp")


def test_suites_hold_every_kind_and_the_clean_logs():
    assert {name.split(".")[0] for name in suite("small")} == {*kinds(), *CLEAN}
    assert len(suite("quick")) == len(CLEAN) + len(EVERY)
    assert len(suite("all")) == len(CLEAN) + 3 * len(EVERY) + len(MIXED) + len(DRESSED)


def test_a_request_that_one_fault_made_fail_is_not_spoilt_by_another(planted):
    log = planted(
        "error_burst.http_500.strong.whole.step+refusal.english.strong.whole.step", days=4, requests_per_day=300
    )
    errors, refusals = ({*fault["ids"]} for fault in log.truth["faults"])
    assert errors
    assert refusals
    assert not errors & refusals
    assert all(log.roots[request]["status"] == "error" for request in errors)


def test_who_was_rated_by_worse_humour_is_not_asked_again_by_the_usual_one(planted):
    log = planted("feedback_drop.users.strong", days=4, requests_per_day=200)
    fault = log.fault
    later = [root for root in log.roots.values() if root["start"] >= fault["from"]]
    thumbs = {
        root["id"]
        for root in later
        if root["route"] in fault["eligible"]["route"]
        and any(score["source"] == "user" for score in root.get("scores", ()))
    }
    assert thumbs == {*fault["ids"]}


@pytest.mark.parametrize(
    ("name", "moves"),
    [
        ("guardrail_gap.unscored.medium.one.burst", True),
        ("malformed_answer.prose.medium.two.step", True),
        ("runaway_loop.same_call.strong.two.ramp", True),
        ("refusal.korean.strong.whole.step", False),
    ],
)
def test_a_fault_of_a_strength_hits_enough_to_be_told_from_chance(name, moves):
    begin, hours = micros(world.START), 14 * 24
    rng = np.random.default_rng(6)
    plan = draw(rng, begin, hours, 1000)
    [planter] = prepare(find(name).faults, rng, begin, hours)
    drawn = planter.expected(plan)
    planter.settle(plan, begin, hours)
    assert planter.expected(plan) >= 0.6 * FEWEST[planter.fault.strength]
    assert (planter.expected(plan) > drawn) is moves
    assert begin + hours * HOUR - planter.truth.start <= hours * HOUR * LONGEST + 24 * HOUR


def test_a_fault_whose_time_was_asked_for_stays_there():
    begin, hours = micros(world.START), 14 * 24
    rng = np.random.default_rng(6)
    plan = draw(rng, begin, hours, 1000)
    asked = Fault("guardrail_gap", "unscored", "medium", "two", onset=0.8, hours=5.0)
    [planter] = prepare([asked], rng, begin, hours)
    before = (planter.truth.start, planter.truth.end, dict(planter.truth.where))
    planter.settle(plan, begin, hours)
    assert (planter.truth.start, planter.truth.end, planter.truth.where) == before
