"""`retroburn explore`: the notebook that is placed, and what is never written into it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from retroburn.cli.app import app, main
from retroburn.explore import desk


def given(path: Path) -> str:
    cells = json.loads(path.read_text())["cells"]
    found = [cell for cell in cells if "injected-parameters" in cell["metadata"].get("tags", [])]
    assert len(found) == 1
    return "".join(found[0]["source"])


def test_a_notebook_names_the_logs_as_seen_from_its_own_folder(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exports").mkdir()
    shutil.copy(log, tmp_path / "exports")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["explore", str(tmp_path / "exports"), "--no-lab", "--out", "desk/look.ipynb"])
    assert result.stdout.strip() == "desk/look.ipynb"
    assert "source = '../exports'" in given(tmp_path / "desk" / "look.ipynb")
    assert str(tmp_path) not in (tmp_path / "desk" / "look.ipynb").read_text()


def test_a_notebook_that_is_there_keeps_what_people_wrote_and_takes_the_new_logs(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "look.ipynb"
    desk.place(out, [str(log)], {})
    written = json.loads(out.read_text())
    written["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "what I saw"})
    out.write_text(json.dumps(written))
    other = tmp_path / "other.jsonl"
    shutil.copy(log, other)
    desk.place(out, [str(other)], {"tz": "Asia/Seoul"})
    assert "what I saw" in out.read_text()
    assert "other.jsonl" in given(out)
    assert "Asia/Seoul" in given(out)
    desk.place(out, [], {})
    assert "other.jsonl" in given(out)


def test_without_a_source_it_opens_on_the_sample(tmp_path: Path) -> None:
    desk.place(tmp_path / "look.ipynb", [], {})
    assert "sample_logs" in given(tmp_path / "look.ipynb")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such-file"], "no-such-file"),
        (["-"], "standard input"),
        (["LOG", "--out", "taken.ipynb"], "no notebook"),
        (["LOG", "--out", "log.jsonl/x.ipynb"], "cannot be written"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_before_a_browser_opens(
    log: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    shutil.copy(log, tmp_path)
    (tmp_path / "taken.ipynb").write_text("mine, and no JSON")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["explore", *[str(log) if word == "LOG" else word for word in arguments]])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert says in said
    assert len(said.strip().splitlines()) == 1
    assert (tmp_path / "taken.ipynb").read_text() == "mine, and no JSON"
