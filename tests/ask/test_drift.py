"""How far what comes in lies from before: which features moved, by which value, and from how much to how much."""

import json
from pathlib import Path

import pytest

import retroburn
from tests import caselog


def _log(folder: Path, changes) -> Path:
    rows = caselog.changed(list(caselog.records(days=10, per_day=200)), changes, 1)
    path = folder / "log.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_feature_names_the_value_whose_share_changed_most_and_a_length_its_characters(tmp_path):
    asked = "Where " + "and when " * 80 + "{id}?"
    late = [{"from": "d7", "part": 0.4, "set": {"region": "ap", "input": asked}}]
    with retroburn.open(str(_log(tmp_path, late)), start="2026-03-09") as logs:
        found = logs.drift().set_index("feature")
        share = logs.sql("select avg((region = 'ap')::int) from requests where start >= '2026-03-09'").iloc[0, 0]
    assert list(found.columns) == ["effect", "low", "high", "noise_floor", "changed", "before", "now"]
    region, length = found.loc["region"], found.loc["chars"]
    assert (region.changed, region.before) == ("ap", 0.0)
    assert region.now == pytest.approx(share)
    assert region.effect > 10 * region.noise_floor
    assert length.changed.startswith("> ")
    assert int(str(length.changed)[2:]) < len(asked)
    assert length.before <= 0.1 < 0.35 < length.now
    # what stayed as it was lies within its noise
    assert found.loc["locale"].effect < 0.1


def test_the_distances_do_not_depend_on_the_order_of_the_lines(tmp_path):
    path = _log(tmp_path, [{"from": "d7", "part": 0.3, "set": {"input": {"any": ["Why?", "Where is it?", "What"]}}}])
    turned = tmp_path / "turned.jsonl"
    turned.write_text("\n".join(reversed(path.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    frames = []
    for one in (path, turned):
        with retroburn.open(str(one)) as logs:
            frames.append(logs.drift())
    assert frames[0].equals(frames[1])
