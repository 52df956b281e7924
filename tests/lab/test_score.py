"""The score itself: `check` on small logs of the lab, run for real."""

import json
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from retroburn.lab import make, plain, score
from retroburn.lab.cli import app

RUN = CliRunner()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Three made logs: a quiet one, and two with a strong fault each."""
    made = {}
    for name in ("clean", "error_burst.http_500.strong.whole.step", "no_evidence_answer.zero_hits.strong.whole.step"):
        made[name] = tmp_path_factory.mktemp("score")
        make(made[name], name, seed=12, days=9, requests_per_day=600)
    return made


@pytest.fixture(scope="module")
def board(folders):
    return score(folders.values())


def test_strong_faults_are_found_under_their_own_kind_with_onset_and_examples(board):
    assert [(each.kind, each.found, each.strict, each.loud) for each in board.judged] == [
        ("error_burst", True, True, True),
        ("no_evidence_answer", True, True, True),
    ]
    for judged in board.judged:
        assert judged.onset_minutes is not None
        assert judged.onset_minutes < 120
        assert judged.examples is not None
        assert judged.examples >= 0.9


def test_a_quiet_log_raises_no_alarm(board):
    assert board.clean_weeks == pytest.approx(9 / 7)
    assert board.alarms_per_clean_week == 0


def test_what_is_loud_and_plain_to_see_the_hourly_z_score_finds_too(board):
    assert [each.plain for each in board.judged] == [True, True]


def test_the_hourly_z_score_alarms_after_two_hours_out_of_line_and_never_without_a_past():
    quiet = [float(hour % 3) for hour in range(100)]
    hours = [datetime(2026, 3, 2) + timedelta(hours=hour) for hour in range(100)]
    for raised, expected in ([40], []), ([40, 41, 42], [hours[40:43]]), ([5, 6, 7], []):
        values = [9.0 if hour in raised else value for hour, value in enumerate(quiet)]
        found = plain.runs(list(zip(hours, values, strict=True)))
        assert [[hour for hour, _ in run] for run in found] == expected


def test_the_command_prints_a_table_and_writes_the_same_numbers_as_json(tmp_path):
    path = tmp_path / "score.json"
    make(tmp_path / "quiet", "clean", seed=12, days=3, requests_per_day=100)
    result = RUN.invoke(app, ["score", str(tmp_path / "quiet"), "--json", str(path)])
    assert result.exit_code == 0
    assert "0 planted faults" in result.output
    told = json.loads(path.read_text())
    assert told["alarms_per_clean_week"] == 0
    assert [line["kind"] for line in told["kinds"]] == ["all"]


def test_make_says_what_it_planted_and_what_to_type_next(tmp_path):
    result = RUN.invoke(
        app, ["make", str(tmp_path), "--scenario", "refusal.korean", "--days", "4", "--requests-per-day", "60"]
    )
    assert result.exit_code == 0
    assert "planted refusal" in result.output
    assert "retroburn check" in result.output


def test_list_names_every_scenario_and_kind():
    rows = json.loads(RUN.invoke(app, ["list", "--json"]).output)
    assert {"clean", "sample", "refusal", "traffic_drop"} <= {row["name"] for row in rows}
    assert all(row["summary"] for row in rows)
