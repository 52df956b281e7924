"""`--importers DIR`: a user's importer works as one of ours does, and a wrong one is told before anything is read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import retroburn
from retroburn import intake
from retroburn.errors import UsageError
from retroburn.intake import formats

HEAD = """/*
title: our gateway
summary: what our gateway writes
fills: id start end duration_ms status model input output attributes
detect: has_all(body, ['rid', 'began'])
*/
"""
BODY = """
with read as (
    select *, from_json(body, '{"rid": "json", "began": "json", "took": "json", "llm": "json", "q": "varchar"}') as r
    from records
)
select
    file, line, ord, body,
    r.rid as id,
    r.began as start,
    r.took as duration_ms,
    r.llm as model,
    r.q as input,
    json_rest(body, '{"rid": null, "began": null, "took": null, "llm": null, "q": null}') as attributes
from read
"""


def own(folder: Path, text: str = HEAD + BODY, name: str = "ours.sql") -> str:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return str(folder)


def log(folder: Path, n: int = 3) -> Path:
    path = folder / "gateway.log"
    rows = [{"rid": f"r{i}", "began": 1791158400 + i, "took": 20, "llm": "m", "q": "hi", "zone": "a"} for i in range(n)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"rid": "late"}\nbroken\n')
    return path


def test_an_importer_of_the_users_own_is_recognised_and_mapped(read, tmp_path: Path) -> None:
    found = read(log(tmp_path), options=intake.Options(importers=own(tmp_path / "own")))
    assert [entry.format for entry in found.result.inputs] == ["ours"]
    assert found.counts == [(5, 3, 0, 2)]
    first = found.spans[0]
    assert (first["id"], first["model"], first["input"], first["duration_ms"]) == ("r0", "m", "hi", 20)
    assert json.loads(first["attributes"]) == {"zone": "a"}
    assert "ours" not in formats.importers()


def test_it_is_listed_with_what_it_can_fill(tmp_path: Path) -> None:
    listed = {item["name"]: item for item in intake.formats_listed(own(tmp_path / "own"))}
    assert listed["ours"]["columns"][:2] == ["id", "start"]
    assert listed["native"]


def test_the_notebook_api_and_a_baseline_take_it_too(tmp_path: Path) -> None:
    folder = own(tmp_path / "own")
    with retroburn.open(log(tmp_path), baseline=log(tmp_path), importers=folder) as logs:
        assert logs.query("select count(*) from spans").fetchone() == (3,)
        assert logs.query("select count(*) from baseline.spans").fetchone() == (3,)


WRONG = {
    "no head": (BODY, "the head of ours.sql lacks summary, detect, fills"),
    "a head that is no YAML": ("/*\n: [\n*/" + BODY, "ours.sql cannot be read"),
    "a condition that is no SQL": (HEAD.replace("has_all(", "hasnt("), "hasnt"),
    "a column there is none of": (
        HEAD + BODY.replace("as model", "as modle"),
        "modle is no column. Did you mean model",
    ),
    "no id": (HEAD + BODY.replace("r.rid as id,", ""), "does not give id"),
    "a leaf that is no JSON": (HEAD + BODY.replace("r.took as", "20 as"), "duration_ms is INTEGER"),
    "a table that is not there": (HEAD + BODY.replace("from records", "from recodrs"), "recodrs"),
    "two statements": (HEAD + "select 1; drop table leaf_shape", "ours.sql"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_one_is_told(read, tmp_path: Path, case: str) -> None:
    text, message = WRONG[case]
    with pytest.raises(UsageError, match="--importers") as told:
        read(log(tmp_path), options=intake.Options(importers=own(tmp_path / "own", text)))
    assert message in str(told.value)
    assert "\n" not in str(told.value)


def test_a_folder_that_is_none_and_a_name_that_is_taken_are_told(read, tmp_path: Path) -> None:
    for folder, message in (
        (str(tmp_path / "nowhere"), "there is no such folder"),
        (str(tmp_path), "there is no .sql file"),
        (own(tmp_path / "own", name="native.sql"), "the name of a built-in format"),
    ):
        with pytest.raises(UsageError, match=message):
            read(log(tmp_path), options=intake.Options(importers=folder))


def test_the_command_line_takes_the_flag_and_ends_with_2_on_a_wrong_file(tmp_path: Path) -> None:
    def run(folder: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "retroburn.cli", "sql", "select id from spans order by id", str(path)]
        return subprocess.run([*command, "--csv", "--importers", folder], capture_output=True, text=True, check=False)

    path = log(tmp_path)
    assert run(own(tmp_path / "own")).stdout == "id\nr0\nr1\nr2\n"
    wrong = run(own(tmp_path / "wrong", "select 1"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.count("\n") == 1


def test_every_notebook_takes_every_flag_of_open(root: Path) -> None:
    for path in (root / "notebooks").glob("*.ipynb"):
        assert "importers=importers" in path.read_text(), path.name
