"""The lab's logs: the same seed the same bytes, a clean log that keeps the contract, natural rates of everything."""

import gzip
import hashlib
import json
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

import retroburn
from retroburn import lab
from retroburn.errors import UsageError
from retroburn.lab import text, world, write
from retroburn.lab.scenarios import find

SAMPLE = Path(__file__).parents[2] / "sample_logs"


def digest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        lab.make(tmp_path / name, "refusal.korean+cost_spike.retries", seed=5, days=4, requests_per_day=150)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_a_request_done_again_after_midnight_costs_its_day_nothing(tmp_path):
    night = 20_000 * write.DAY - 600_000_000
    spans = [
        {"id": name, "trace_id": name, "kind": "request", "name": "r", "start": night + minutes * 60_000_000}
        for name, minutes in (("a", -30), ("b", 1), ("b-again", 20), ("c", 2), ("d", 15))
    ]
    assert write.write_days(spans, tmp_path) == 5
    read = [gzip.decompress(path.read_bytes()).splitlines() for path in sorted(tmp_path.iterdir())]
    assert [[json.loads(line)["id"] for line in lines] for lines in read] == [["a", "b", "c"], ["b-again", "d"]]


def test_another_seed_gives_another_log(tmp_path):
    for seed in (1, 2):
        lab.make(tmp_path / str(seed), "clean", seed=seed, days=2, requests_per_day=50)
    assert digest(tmp_path / "1" / "logs") != digest(tmp_path / "2" / "logs")


def test_the_sample_is_what_its_command_makes(tmp_path):
    made = lab.make(tmp_path, "sample", seed=9, truth=tmp_path / "elsewhere.json")
    assert digest(made.logs) == digest(SAMPLE / "logs")
    assert made.context.read_bytes() == (SAMPLE / "context.csv").read_bytes()
    assert json.loads(made.truth.read_text()) == json.loads((Path(__file__).parent / "sample_truth.json").read_text())


def test_the_sample_is_small_and_does_not_hold_the_truth():
    files = [path for path in SAMPLE.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert not [path for path in files if "truth" in path.name]


def test_the_truth_lies_beside_the_log_and_never_in_it(clean):
    assert clean.made.truth.parent == clean.made.logs.parent
    assert {path.suffix for path in clean.made.logs.iterdir()} == {".gz"}


def test_ids_are_unique_and_every_step_belongs_to_a_request(clean):
    assert len({span["id"] for span in clean.spans}) == len(clean.spans)
    assert {span["parent_id"] for span in clean.spans if "parent_id" in span} <= set(clean.roots)
    assert clean.made.spans == len(clean.spans)
    assert clean.made.requests == len(clean.roots)


def test_steps_lie_inside_their_request_one_after_the_other(clean):
    for root, steps in clean.steps.items():
        starts = [datetime.fromisoformat(span["start"]).timestamp() for span in [clean.roots[root], *steps]]
        assert starts == sorted(starts)
        ends = [start + span["duration_ms"] / 1000 for start, span in zip(starts[1:], steps, strict=True)]
        assert max(ends) <= starts[0] + clean.roots[root]["duration_ms"] / 1000 + 0.002
        assert all(end <= start + 0.002 for end, (_, start) in zip(ends, pairwise(starts[1:]), strict=False))


def test_input_tokens_include_the_cached_ones_and_costs_follow_from_tokens(clean):
    calls = [span for span in clean.spans if span["kind"] == "llm" and span["status"] == "ok"]
    for span in calls:
        cached = span.get("cache_read_tokens", 0)
        assert span["input_tokens"] >= cached
        cost = world.MODELS[span["model"]].cost(span["input_tokens"], cached, span["output_tokens"])
        assert span["cost_usd"] == pytest.approx(cost, abs=1e-9)
    assert any(span.get("cache_read_tokens") for span in calls)


def test_the_root_of_an_agent_wraps_the_usage_of_its_calls(clean):
    agents = [root for root in clean.roots.values() if root["route"] == "/v1/agent/run" and root["status"] == "ok"]
    for root in agents:
        calls = [span for span in clean.of(root["id"], "llm") if "cost_usd" in span]
        assert root["cost_usd"] == pytest.approx(sum(span["cost_usd"] for span in calls), abs=1e-8)
    assert agents


def test_a_hit_is_served_within_its_time_to_the_tenant_that_stored_it(clean):
    owner: dict[str, tuple] = {}
    hits = 0
    for root in clean.roots.values():
        for span in clean.of(root["id"], "cache"):
            cache = span["cache"]
            if cache["status"] == "hit":
                hits += 1
                assert cache["age_s"] <= cache["ttl_s"]
                assert owner[cache["key"]] == (root["tenant"], root["input"], root["prompt_version"])
            elif cache["status"] == "miss":
                owner[cache["key"]] = (root["tenant"], root["input"], root["prompt_version"])
    assert hits > 50


def test_bad_things_happen_at_low_rates_in_a_clean_log(clean):
    roots = list(clean.roots.values())
    share = Counter(root["status"] for root in roots)
    assert 0.002 < 1 - share["ok"] / len(roots) < 0.01
    ok = [root for root in roots if root["status"] == "ok"]
    assert 0 < sum(not root.get("output") for root in ok) / len(ok) < 0.005
    calls = [span for span in clean.spans if span["kind"] == "llm"]
    assert 0 < sum(span.get("finish_reason") == "length" for span in calls) / len(calls) < 0.005
    assert 0.004 < sum(span.get("attempt", 1) > 1 for span in calls) / len(calls) < 0.03
    searches = [span for span in clean.spans if span["kind"] == "retrieval"]
    assert 0.005 < sum(span["retrieval"]["hits"] == 0 for span in searches) / len(searches) < 0.04
    assert max(root["duration_ms"] for root in roots) < 30_000


def test_weekends_are_quieter_and_tenants_and_questions_are_uneven(clean):
    days = Counter(datetime.fromisoformat(root["start"]).date() for root in clean.roots.values())
    weekday = {day: count for day, count in days.items() if day.weekday() < 5}
    weekend = {day: count for day, count in days.items() if day.weekday() >= 5}
    assert max(weekend.values()) < min(weekday.values())
    tenants = Counter(root["tenant"] for root in clean.roots.values())
    assert tenants.most_common(1)[0][1] > 5 * sorted(tenants.values())[len(tenants) // 2]


def test_answers_vary_like_real_ones(clean):
    answers = [root["output"] for root in clean.roots.values() if root.get("output")]
    assert len(set(answers)) > 2500
    assert Counter(root["locale"] for root in clean.roots.values()).keys() == {place.locale for place in world.PLACES}


def test_the_facts_of_a_tenant_stay_the_same_from_answer_to_answer(clean):
    for root in clean.roots.values():
        cited = root.get("citations")
        if root["route"] != "/v1/support/ask" or not cited or root["status"] != "ok" or root["locale"] != "en-US":
            continue
        question = [entry[0] for entry in text.questions("en", "support")].index(root["input"])
        topic, product = text.support_topic("en", question)
        if any(span["finish_reason"] == "length" for span in clean.of(root["id"], "llm") if "finish_reason" in span):
            continue
        said = root.get("output") or ""
        if product in said and any(character.isdigit() for character in said):
            assert str(text.fact("en", topic, product, root["tenant"])) in said


@pytest.mark.parametrize("lang", ["en", "ko", "ja", "es"])
def test_every_language_has_all_an_app_needs(lang):
    pack = text.load(lang)
    assert pack.abstain
    assert pack.decline
    assert len(text.questions(lang, "support")) == sum(len(t.questions) for t in pack.topics) * len(pack.products)
    for at in range(len(text.questions(lang, "support"))):
        topic, product = text.support_topic(lang, at)
        low, high, _ = topic.range
        assert low <= text.fact(lang, topic, product, "hanbit-mart") <= high


def test_korean_particles_follow_the_last_syllable():
    asked = " ".join(entry[0] for entry in text.questions("ko", "support"))
    assert "플릿은 분당" in asked
    assert "스튜디오는 분당" in asked


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("refusall", "Did you mean refusal?"),
        ("refusal.koreann", "Did you mean korean?"),
        ("clear", "Did you mean clean?"),
    ],
)
def test_a_misspelt_scenario_is_told_with_the_nearest_name(tmp_path, name, hint):
    with pytest.raises(UsageError, match=hint.replace("?", r"\?")):
        lab.make(tmp_path, name)


def test_messy_files_hold_every_span_of_the_log_and_what_is_broken_comes_on_top(tmp_path):
    made = lab.make(tmp_path / "messy", "messy", seed=6, days=6, requests_per_day=120)
    with retroburn.open(made.logs) as logs:
        assert logs.query("select count(*) from spans").fetchall() == [(made.spans,)]
        assert logs.query("select count(distinct start::date) from requests").fetchall() in ([(6,)], [(7,)])
        rejected, repeated = (sum(getattr(item, name) for item in logs.inputs) for name in ("rejected", "duplicates"))
    assert rejected > 0
    assert repeated > 0
    assert {path.suffix for path in made.logs.iterdir()} == {".jsonl", ".zst", ".gz"}


def test_a_launch_has_a_quiet_demo_before_it_and_beside_the_logs(tmp_path):
    made = lab.make(tmp_path / "launch", "refusal.korean+launch", seed=6, days=4, requests_per_day=80)
    with retroburn.open(made.logs, baseline=made.logs.parent / "demo") as logs:
        count, last = logs.query("select count(*), max(start) from baseline.requests").fetchone() or (0, None)
        assert count > 300
        assert logs.span
        assert last < logs.span[0]


def test_a_scenario_puts_faults_beside_surprises_and_messy_files():
    found = find("refusal.korean.weak+campaign+messy")
    assert ([fault.kind for fault in found.faults], found.messy, found.demo) == (["refusal"], True, False)
    assert "campaign" in found.surprises
