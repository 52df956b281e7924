"""The measure itself: what it says must follow from what ran. No test here looks at the clock."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.harness import Comparison, Contender, Run, measure, python, table, verdict


def test_each_contender_runs_twice_and_its_output_goes_to_the_log(tmp_path: Path) -> None:
    once = Contender("once", python("print('ran')"))
    runs = measure(Comparison("a job", [once]), tmp_path / "log")
    assert runs["once"].code == 0
    assert runs["once"].peak > 1_000_000
    assert (tmp_path / "log").read_text().count("ran") == 2


def test_an_aim_is_held_against_the_other_contender() -> None:
    ours = Contender("ours", [], "peer", 1.5)
    peer = {"peer": Run(2.0, 0, 0)}
    assert verdict(ours, peer | {"ours": Run(4.0, 0, 0)}) == ("2.00 × peer", "at most 1.5 ×: **missed**")
    assert verdict(ours, peer | {"ours": Run(3.0, 0, 0)}) == ("1.50 × peer", "at most 1.5 ×: met")


def test_a_failed_run_is_never_called_fast(tmp_path: Path) -> None:
    job = Comparison("a job", [Contender("peer", python("")), Contender("ours", python("exit(3)"), "peer", 1.0)])
    text = table(job, measure(job, tmp_path / "log"))
    assert "failed with 3" in text
    assert "met" not in text
