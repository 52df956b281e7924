"""The schedules to copy: they parse, and every retroburn command in them is one that there is."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

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
    lines = [_joined(node) for node in ast.walk(ast.parse(found["airflow_dag.py"])) if isinstance(node, ast.JoinedStr)]
    return {**found, "airflow_dag.py": "\n".join(lines)}


def _joined(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "PLACE" for part in node.values)


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
    tree = ast.parse((FOLDER / "airflow_dag.py").read_text(encoding="utf-8"))
    operator = next(
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "PapermillOperator"
    )
    given = next(word.value for word in operator.keywords if word.arg == "parameters")
    assert isinstance(given, ast.Dict)
    names = {key.value for key in given.keys if isinstance(key, ast.Constant)}
    notebook = json.loads((FOLDER.parents[1] / "notebooks" / "weekly.ipynb").read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", []))
    assert names <= {line.split(":")[0] for line in cell["source"]}
