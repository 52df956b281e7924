"""The runner: strict before it starts, honest about how it went, the same bytes every time."""

from __future__ import annotations

import csv
import errno
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec

from retroburn import report
from retroburn.cli.app import main
from retroburn.errors import SourceError, UsageError, WriteError
from retroburn.report import kernel, runner, scrub
from retroburn.report.bundle import read
from retroburn.report.notebook import parameters
from retroburn.report.runner import parts
from tests.report.conftest import Make


@pytest.mark.usefixtures("hand_made")
@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("weakly", {}, "Did you mean weekly?"),
        ("weekly", {"wek": "2026-W41"}, "Did you mean week?"),
        ("weekly", {"baseline": 3}, "should be a list"),
        ("weekly", {"week": 41}, "should be a text"),
        ("weekly", {"source": "x"}, "SOURCE"),
        ("explore", {}, "retroburn explore"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(tmp_path: Path, name: str, params: dict[str, object], says: str):
    with pytest.raises(UsageError, match=re.escape(says)):
        report.run(name, ["rich"], out=tmp_path / "out", params=params)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("hand_made")
def test_a_wrong_language_zone_or_severity_is_a_usage_error(tmp_path: Path):
    for options in ({"lang": "kr"}, {"flags": {"tz": "Asia/Soul"}}, {"fail_on": "hihg"}):
        with pytest.raises(UsageError):
            report.run("weekly", ["rich"], out=tmp_path / "out", **options)


@pytest.mark.usefixtures("hand_made")
def test_an_output_folder_that_cannot_be_written_is_a_usage_error(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UsageError, match="taken"):
        report.run("weekly", ["rich"], out=tmp_path / "taken")


@pytest.mark.usefixtures("hand_made")
def test_logs_that_are_none_raise_what_the_logs_raised_and_write_nothing(tmp_path: Path):
    with pytest.raises(SourceError, match="no known format"):
        report.run("weekly", ["broken"], out=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("hand_made")
def test_a_week_the_log_does_not_hold_is_a_usage_error(tmp_path: Path):
    with pytest.raises(UsageError, match="2025-W02"):
        report.run("weekly", ["rich"], out=tmp_path, params={"week": "2025-W02"})


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("killed", "“What broke” failed: the notebook&#x27;s process was killed"),
        ("failing", "ValueError: boom"),
        ("full", "“What broke” failed: no space is left on the disk"),
        ("starved", "“What broke” failed: out of memory; give it more with --memory"),
    ],
)
def test_a_run_that_stopped_early_says_so_everywhere_and_keeps_what_it_had(make: Make, name: str, says: str):
    result = make(name)
    page = result.page.read_text(encoding="utf-8")
    run = json.loads((result.folder / "run.json").read_text())
    record = json.loads((result.folder / f"{name}.ipynb").read_text())
    assert (result.status, result.exit_code) == ("partial", 3)
    assert 'class="banner"' in page
    assert says in page
    assert run["status"] == record["metadata"]["retroburn"]["status"] == "partial"
    assert json.loads((result.folder / "findings.json").read_text())["status"] == "partial"
    assert "partial" in "".join(record["cells"][0]["source"])
    assert page.count("<article") == 8
    assert str(Path.cwd()) not in page + json.dumps(record)


@pytest.mark.usefixtures("hand_made")
def test_the_command_takes_a_time_out_and_exits_with_3_when_a_part_takes_longer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        main(["report", "slow", "rich", "--timeout", "5", "--out", str(tmp_path)])
    said = "“What broke” failed: it took longer than 5 s"
    page, run = tmp_path / "slow.html", json.loads((tmp_path / "run.json").read_text())
    assert (ended.value.code, run["status"]) == (3, "partial")
    assert said in capsys.readouterr().err
    assert said in page.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8").count("<article") == 8


def test_a_section_that_fails_leaves_the_others_standing(make: Make):
    result = make("section")
    page = result.page.read_text(encoding="utf-8")
    assert (result.status, result.exit_code) == ("partial", 3)
    assert "“Against the week before” failed: ZeroDivisionError" in page
    assert page.count("<svg") == 8 + 1 + 1 + 2


@pytest.mark.usefixtures("hand_made")
def test_a_kernel_that_does_not_come_up_is_a_failed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    silent = KernelSpec(argv=[sys.executable, "-c", "import time; time.sleep(60)"], language="python")
    monkeypatch.setattr(kernel.HereKernelManager, "kernel_spec", silent)
    monkeypatch.setattr(runner, "START_TIMEOUT", 1)
    result = report.run("weekly", ["quiet"], out=tmp_path)
    assert (result.status, result.exit_code) == ("failed", 3)
    assert "it took longer than" in result.reasons[0]


@pytest.mark.usefixtures("hand_made")
def test_a_kernel_killed_before_the_first_finding_is_a_failed_run(tmp_path: Path):
    result = report.run("weekly", ["killed"], out=tmp_path)
    assert (result.status, result.exit_code) == ("failed", 3)
    assert "did not run to its end" in result.page.read_text(encoding="utf-8")


def test_two_runs_give_the_same_bytes_apart_from_time_stamps(make: Make, tmp_path: Path):
    first, second = make("weekly"), make("weekly", out=tmp_path, anew=True)
    for name, path in first.files.items():
        one, other = (
            re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\dZ", b"", file.read_bytes()) for file in (path, second.files[name])
        )
        if name != "run.json":  # it holds the time and the hashes of files with a time
            assert one == other, name


@pytest.mark.usefixtures("hand_made")
@pytest.mark.parametrize("place", ["weekly.md", "ran-weekly.ipynb"])
def test_a_full_disk_is_said_and_the_earlier_report_stands_whole(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
):
    out = Path(shutil.copytree(make("weekly").folder, tmp_path / "out"))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def full(path: Path, *content: object, **options: object) -> int:
        if path.name == place:
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(real[type(content[0])](path, *content, **options))

    real: dict[type, Callable[..., int]] = {bytes: Path.write_bytes, str: Path.write_text}
    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WriteError, match="No space left on device") as stopped:
        report.run("weekly", ["quiet"], out=out)
    assert stopped.value.exit_code == 3
    assert str(tmp_path) not in str(stopped.value)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_fail_on_gives_one_when_a_finding_is_as_grave(make: Make, tmp_path: Path):
    assert make("weekly", fail_on="critical", out=tmp_path).exit_code == 1
    assert make("weekly", "quiet", fail_on="info").exit_code == 0


def test_evidence_holds_the_series_of_each_finding(make: Make):
    with (make("weekly").folder / "evidence" / "F003.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 100
    assert rows[0].keys() == {"at", "n", "bad", "value", "usual"}
    assert any(float(row["value"]) > 0.2 for row in rows)


def test_the_notebook_is_the_record_of_the_same_findings(make: Make):
    import nbformat

    result = make("weekly")
    bundle = read("weekly", parts(nbformat.read(result.folder / "weekly.ipynb", as_version=4)))
    assert bundle.document is not None
    assert result.document is not None
    assert bundle.document.to_json() == result.document.to_json()


def test_papermill_alone_gives_the_same_findings(make: Make, hand_made: Path, tmp_path: Path):
    import nbformat

    target = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(hand_made / "weekly.ipynb"), str(target), "-p", "source", "rich"]
    subprocess.run([*command, "-k", "python3"], check=True, capture_output=True)
    plain = read("weekly", parts(nbformat.read(target, as_version=4)))
    assert plain.document is not None
    expected = make("weekly").document
    assert expected is not None
    assert plain.document.to_json() == expected.to_json()


@pytest.mark.usefixtures("hand_made")
def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path: Path):
    script = "import sys; from retroburn import assets, report; from pathlib import Path; real = assets.folder;"
    script += "assets.folder = lambda n: Path(sys.argv[2]) if n == 'notebooks' else real(n);"
    script += "print(report.run('weekly', ['quiet'], out=sys.argv[1]).status)"
    home = str(report.find("weekly").path.parent)

    def run(number: int) -> str:
        command = [sys.executable, "-c", script, str(tmp_path / str(number)), home]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == ["complete"] * 2


def test_parameters_are_typed_and_documented(root: Path):
    for path in (root / "notebooks").glob("*.ipynb"):
        found = report.notebook.load(path)
        assert found.parameters
        assert all(parameter.help for parameter in found.parameters), path.name
        assert not any(cell.get("outputs") for cell in json.loads(path.read_text())["cells"])


def test_a_parameter_without_a_type_of_ours_is_refused():
    with pytest.raises(ValueError, match="name: type"):
        parameters("week = 3")
    with pytest.raises(ValueError, match="dict is not one of"):
        parameters("week: dict = {}")


def test_cells_call_retroburn_only(root: Path):
    for path in (root / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            code = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
            imports = re.findall(r"^\s*(?:import\s+(\w+)|from\s+(\w+)[\w.]*\s+import)", code, re.MULTILINE)
            assert {one or other for one, other in imports} <= {"retroburn"}
            assert len(code.splitlines()) <= 16


@pytest.mark.parametrize(
    ("raw", "never"),
    [
        ("Traceback: File /home/alice/x/app.py, line 3", "alice"),
        ("password=hunter2", "hunter2"),
        ("see /var/lib/data/logs/a.jsonl", "/var/lib"),
        ("\x1b[31mred\x1b[0m", "\x1b"),
    ],
)
def test_what_a_notebook_printed_is_scrubbed(raw: str, never: str):
    assert never not in scrub.text(raw)


def test_a_ratio_or_an_address_is_no_path():
    assert scrub.text("3/4 of it, and/or more") == "3/4 of it, and/or more"
