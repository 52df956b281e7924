"""The schedules to copy: they parse, and every retroburn command in them is one that there is."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
import typer.main
import yaml

from retroburn import cli

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schedules"
CRON = re.compile(r"^([\d*,/-]+ ){4}[\d*,/-]+ \S")
END = {"|", "||", ">", "2>", ";", "&&", "#"}


def commands(text: str) -> Iterator[list[str]]:
    """The words of every retroburn command in a text, up to a pipe or a redirection."""
    for line in text.splitlines():
        for found in re.finditer(r"(?<![\w/-])retroburn (?=check|report|import)", line):
            words = shlex.split(line[found.end() :].replace("$(date +\\%F)", "today"), comments=True)
            end = next((place for place, word in enumerate(words) if word in END), len(words))
            yield words[:end]


def texts() -> dict[str, str]:
    """Each schedule; of the DAG the commands as Airflow would have them."""
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    return {**found, "airflow_dag.py": "\n".join(one.given["bash_command"] for one in dag() if one.name == "bash")}


class Operator:
    """Stands in for one of Airflow's operators and remembers what it was given."""

    made: ClassVar[list[Operator]] = []
    name = ""

    def __init__(self, **given: Any) -> None:
        self.given = given
        self.after: list[Operator] = []
        Operator.made.append(self)

    def __rshift__(self, other: Operator) -> Operator:
        other.after.append(self)
        return other


def dag() -> list[Operator]:
    """The operators that the DAG makes, by stubs in the shape of Airflow 3 and its two providers."""
    bash, papermill = (type(name, (Operator,), {"name": name}) for name in ("bash", "papermill"))
    stubs: dict[str, dict[str, Any]] = {
        "airflow.sdk": {"DAG": lambda **_: nullcontext()},
        "airflow.providers.papermill.operators.papermill": {"PapermillOperator": papermill},
        "airflow.providers.standard.operators.bash": {"BashOperator": bash},
    }
    Operator.made = []
    with pytest.MonkeyPatch.context() as patch:
        for path, names in stubs.items():
            module = ModuleType(path)
            vars(module).update(names)
            patch.setitem(sys.modules, path, module)
        runpy.run_path(str(FOLDER / "airflow_dag.py"))
    return Operator.made


def lines() -> dict[str, str]:
    """What a shell is given by each schedule that calls retroburn, by where it stands."""
    text = texts()
    crontab = [line for line in text["crontab"].splitlines() if CRON.match(line)]
    steps = yaml.safe_load(text["github-actions.yml"])["jobs"]["check"]["steps"]
    found = {
        "crontab": [line.split(" ", 5)[5].replace("\\%", "%") for line in crontab],
        "github": [step["run"] for step in steps if "retroburn " in step.get("run", "") and "pip" not in step["run"]],
        "airflow": [line.replace("{{ ds }}", "2026-10-26") for line in text["airflow_dag.py"].splitlines()],
        "readme": re.findall(r"```bash\n(.*?)```", text["README.md"], re.DOTALL),
    }
    return {f"{where}-{n}": line for where, some in found.items() for n, line in enumerate(some)}


@pytest.mark.parametrize("name", sorted(lines()))
def test_every_line_runs_as_its_shell_would_run_it(name: str, tmp_path: Path):
    exports, logs = tmp_path / "exports", FOLDER.parents[1] / "sample_logs" / "logs"
    exports.mkdir()
    for day in sorted(logs.iterdir())[-3:]:
        shutil.copy(day, exports)
    (tmp_path / "reports").mkdir()
    command = tmp_path / "retroburn"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m retroburn "$@"\n')
    command.chmod(0o755)
    there = {"EXPORTS": str(exports), "REPORTS": str(tmp_path / "reports"), "GITHUB_STEP_SUMMARY": "summary.md"}
    environment = {**os.environ, **there, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    line = lines()[name].replace("/srv/ai-logs", str(tmp_path))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    pages = [path.name for path in tmp_path.rglob("*.html")]
    assert pages == (["weekly.html"] if "report" in line else [])


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_every_retroburn_command_in_a_schedule_parses(name: str):
    found = list(commands(texts()[name]))
    assert found
    for words in found:
        group = typer.main.get_command(cli.app)
        assert isinstance(group, typer.core.TyperGroup)
        group.commands[words[0]].make_context(words[0], [w.replace("{{ ds }}", "today") for w in words[1:]])


def test_the_lines_of_the_crontab_have_five_fields_and_escape_their_per_cents():
    lines = [line for line in texts()["crontab"].splitlines() if line and not line.startswith("#")]
    jobs = [line for line in lines if not re.match(r"^[A-Z]+=", line)]
    assert len(jobs) == 2
    assert all(CRON.match(job) for job in jobs)
    assert not re.search(r"(?<!\\)%", "\n".join(jobs))


def test_the_workflow_is_one_with_the_rights_to_read_only():
    workflow = yaml.safe_load(texts()["github-actions.yml"])
    assert workflow["permissions"] == {"contents": "read"}
    times = [one["cron"] for one in workflow[True]["schedule"]]  # YAML reads the key `on` as true
    assert all(CRON.match(time + " x") for time in times)
    steps = workflow["jobs"]["check"]["steps"]
    named = re.findall(r"github\.event\.schedule != '([^']*)'", " ".join(step.get("if", "") for step in steps))
    assert set(named) == set(times)  # each of the two runs leaves out what the other is for
    assert all(("uses" in step) != ("run" in step) for step in steps)


def test_the_dag_gives_the_notebook_parameters_that_it_has():
    [record] = [one for one in dag() if one.name == "papermill"]
    assert [one.given["task_id"] for one in dag() if one.after] == ["page"]
    names, source = set(record.given["parameters"]), Path(record.given["input_nb"]).name
    assert source == "weekly.ipynb"
    notebook = json.loads((FOLDER.parents[1] / "notebooks" / "weekly.ipynb").read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", []))
    assert names <= {line.split(":")[0] for line in cell["source"]}
