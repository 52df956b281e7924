"""The command line: exit codes, streams, exact machine forms, and errors that help."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from retroburn.cli import main
from retroburn.cli.check import exit_code
from retroburn.findings import SEVERITIES, Document
from tests import caselog

BAD = [{"from": "d2", "part": 0.4, "set": {"status": "error", "output": None}}]


def process(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "retroburn", *map(str, arguments)],
        capture_output=True, text=True, input=stdin, timeout=240, check=False,
    )  # fmt: skip


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process, which spares a second: what ends in a traceback there is raised here."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    words = [str(each) for each in arguments]
    with redirect_stdout(out), redirect_stderr(err), chdir(cwd or Path.cwd()), pytest.raises(SystemExit) as ended:
        main(words)
    said = (each.buffer.getvalue().decode() for each in (out, err))
    return subprocess.CompletedProcess(words, int(ended.value.code or 0), *said)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = caselog.changed(list(caselog.records(days=3, per_day=300)), BAD)
    return caselog.write(rows, tmp_path_factory.mktemp("cli") / "broken.jsonl")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("few") / "few.jsonl"
    rows: list[dict[str, Any]] = [
        {
            "id": "a",
            "start": "2026-03-02T09:00:00+09:00",
            "status": "ok",
            "input": '=1+1, "q"\nnext',
            "cost_usd": 0.1,
            "attributes": {"x": 1},
        },
        {
            "id": "b",
            "start": 1772409600.5,
            "status": "error",
            "output": "메일 kim@corp.example",
            "cost_usd": 0.2,
            "citations": ["d1", "d2"],
        },
    ]
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def test_check_prints_what_broke_and_what_to_type_next(broken: Path) -> None:
    done = process("check", broken)
    assert done.returncode == 0
    assert "Requests fail" in done.stdout
    assert "retroburn report incident" in done.stderr
    assert "retroburn report" not in done.stdout


def test_check_of_a_log_that_says_too_little_does_not_sound_like_good_news(few: Path) -> None:
    done = run("check", few)
    assert done.returncode == 0
    assert "kinds could not be looked for." in done.stdout
    assert "Nothing out of the usual" not in done.stdout
    # what one field more would tell is one line, whatever it is that lacks
    assert sum("would let" in line for line in done.stderr.splitlines()) == 1
    assert "cache_status (" in done.stderr


@pytest.fixture(scope="module")
def checked(broken: Path) -> subprocess.CompletedProcess[str]:
    return process("check", broken, "--json", "-", "--fail-on", "medium")


def test_check_json_on_standard_output_is_the_document_and_nothing_else(
    broken: Path, checked: subprocess.CompletedProcess[str]
) -> None:
    document = json.loads(checked.stdout)
    assert document["schema"] == "retroburn.findings/1"
    assert document["findings"][0]["kind"] == "error_burst"
    assert document["inputs"][0]["records"] == document["inputs"][0]["accepted"] == 900
    assert str(broken.parent) not in checked.stdout


def test_fail_on_ends_with_one_from_that_severity_on(checked: subprocess.CompletedProcess[str]) -> None:
    assert checked.returncode == 1
    document = Document.model_validate_json(checked.stdout)
    gravest = min(SEVERITIES.index(finding.severity) for finding in document.findings)
    assert [exit_code(document, bar) for bar in SEVERITIES] == [int(gravest <= at) for at in range(len(SEVERITIES))]
    assert exit_code(document, None) == 0


def test_sql_csv_is_exact(few: Path) -> None:
    done = run(
        "sql",
        "select id, start, status = 'ok' as fine, cost_usd, citations, input, output from spans order by id",
        few,
        "--csv",
    )
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["id", "start", "fine", "cost_usd", "citations", "input", "output"]
    assert rows[1] == ["a", "2026-03-02T00:00:00.000000Z", "true", "0.100000000", "", '=1+1, "q"\nnext', ""]
    assert rows[2][1] == "2026-03-02T00:00:00.500000Z"
    assert json.loads(rows[2][4]) == ["d1", "d2"]
    assert rows[2][6] == "메일 kim@corp.example"
    assert "\r" not in done.stdout


def test_sql_json_is_one_array_with_whole_sums(few: Path) -> None:
    done = run(
        "sql", "select count(*) as n, sum(1) as s, sum(cost_usd) as c, null as nothing from spans", few, "--json"
    )
    assert json.loads(done.stdout) == [{"n": 2, "s": 2, "c": 0.3, "nothing": None}]


def test_sql_reads_standard_input(few: Path) -> None:
    done = process("sql", "select count(*) as n from spans", "-", "--csv", stdin=few.read_text(encoding="utf-8"))
    assert done.stdout == "n\n2\n"


@pytest.mark.parametrize(
    "query",
    [
        "select * from '/etc/hostname'",
        "copy spans to 'x'",
        "select getenv('HOME')",
        "select 1; select 2",
        "selec",
        "select nope from spans",
        "select input::int from spans",
    ],
)
def test_sql_runs_one_select_over_the_tables_and_nothing_else(few: Path, query: str) -> None:
    done = run("sql", query, few)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_recognised_file_without_spans_is_told_and_is_no_error(tmp_path: Path) -> None:
    log = tmp_path / "traces.json"
    log.write_text('{"resourceSpans": []}')
    done = run("check", log, "--json", "-")
    document = json.loads(done.stdout)
    assert (done.returncode, document["status"], document["findings"]) == (0, "complete", [])
    assert document["health"] == ["There is no span in these logs."]
    assert len(document["not_assessed"]) > 30
    assert run("check", log, "--format", "native").returncode == 2


def test_from_cuts_the_rows_of_sql(few: Path) -> None:
    done = run("sql", "select count(*) as n from spans", few, "--from", "2026-03-02T00:00:00.2Z", "--csv")
    assert done.stdout == "n\n1\n"


def test_show_prints_a_trace_masked(few: Path) -> None:
    done = run("show", "b", few)
    assert done.returncode == 0
    assert "error" in done.stdout
    assert "kim@corp.example" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "no-such-file.jsonl"), "no-such-file.jsonl"),
        (("check", "FEW", "--from", "2026-03-05", "--to", "2026-03-01"), "--from"),
        (("check", "FEW", "--from", "yesterday"), "--from yesterday"),
        (("check", "FEW", "--fail-on", "hihg"), "Did you mean high"),
        (("check", "FEW", "--tz", "Seoul"), "--tz Seoul"),
        (("check", "FEW", "--memory", "lots"), "--memory lots"),
        (("check", "FEW", "--config", "none.toml"), "none.toml"),
        (("check", "FEW", "--format", "langfus"), "langfuse"),
        (("check", "FEW", "--engine", "spark"), "retroburn[spark]"),
        (("check", "FEW", "--json", "/nowhere/x.json"), "--json /nowhere/x.json"),
        (("show", "zzz", "FEW"), "zzz"),
        (("report", "weakly", "FEW"), "Did you mean weekly"),
        (("report", "weekly", "FEW", "-p", "wek=2026-W10"), "Did you mean week"),
        (("chekc", "FEW"), "chekc"),
    ],
)
def test_a_mistake_is_one_plain_message_and_exit_two(
    few: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*(few if a == "FEW" else a for a in arguments), cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_mistake_ends_a_process_of_its_own_with_two_as_well() -> None:
    done = process("chekc")
    assert (done.returncode, done.stdout) == (2, "")
    assert "chekc" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_plain_message_and_exit_three(few: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "retroburn", "sql", "select id from spans", str(few), "--csv"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=240, check=False)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("retroburn: No space is left on the disk")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["formats", "detectors", "reports", "doctor"])
def test_lists_say_name_and_summary_of_everything(name: str) -> None:
    items = json.loads(run(name, "--json").stdout)
    assert items
    assert all(item["name"] and item["summary"] for item in items)
    assert not [item["name"] for item in items if "\n" in item["summary"]]  # one line each


@pytest.mark.parametrize(
    "name",
    ["check", "report", "import", "show", "sql", "explore", "formats", "detectors", "reports", "doctor", "verify"],
)
def test_every_command_helps_with_an_example(name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0
    assert f"retroburn {name}" in done.stdout


def test_check_loads_no_notebook_and_no_plotting_library(broken: Path) -> None:
    code = (
        "import sys, retroburn\n"
        f"with retroburn.open({str(broken)!r}) as logs:\n    logs.check()\n"
        "import retroburn.cli\n"
        "print([m for m in ('pandas', 'altair', 'papermill', 'nbformat', 'IPython', 'scipy') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_why_names_the_slice_and_is_exact_as_json(broken: Path) -> None:
    done = run("why", "tenant = 'acme'", broken, "--by", "tenant")
    assert "tenant = acme" in done.stdout
    found = json.loads(run("why", "tenant = 'acme'", broken, "--by", "tenant", "--json").stdout)
    assert found[0]["where"] == {"tenant": "acme"}
    assert found[0]["rate"] == 1
    assert found[0]["lift"] is None


def test_why_of_noise_prints_no_slice_and_ends_well(broken: Path) -> None:
    done = run("why", "hash(id) % 7 = 0", broken)
    assert (done.returncode, done.stdout) == (0, "")
    assert "No slice stands out" in done.stderr


def test_why_of_a_misspelt_column_ends_with_two_and_the_nearest(broken: Path) -> None:
    done = run("why", "statu = 'error'", broken)
    assert done.returncode == 2
    assert "Did you mean status?" in done.stderr
