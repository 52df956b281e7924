"""A draft that people wrote into is theirs: a later run puts its own beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from retroburn import report
from tests.report.conftest import Make


@pytest.fixture
def folder(make: Make, tmp_path: Path) -> Path:
    return Path(shutil.copytree(make("incident").folder, tmp_path / "incident"))


def test_a_rerun_leaves_what_people_wrote_and_puts_the_new_draft_beside_it(folder: Path, make: Make):
    draft = folder / "incident.md"
    theirs = draft.read_text(encoding="utf-8").replace("TO ASK: What went well?", "The on-call role saw it first.")
    draft.write_text(theirs, encoding="utf-8")
    result = make("incident", out=folder)
    assert draft.read_text(encoding="utf-8") == theirs
    assert result.kept == ["incident.md"]
    assert "TO ASK" in (folder / "incident.new.md").read_text(encoding="utf-8")
    assert report.verify(folder).differences == []


def test_a_draft_that_nobody_touched_is_replaced(folder: Path, make: Make):
    result = make("incident", out=folder)
    assert result.kept == []
    assert sorted(path.name for path in folder.glob("*.md")) == ["incident.md"]


def test_what_is_written_into_the_new_draft_stays_as_well(folder: Path, make: Make):
    for _ in range(2):
        newest = max(folder.glob("*.md"), key=lambda path: path.stat().st_mtime_ns)
        newest.write_text(newest.read_text(encoding="utf-8") + "\nwritten by hand\n", encoding="utf-8")
        make("incident", out=folder)
    names = {path.name: "by hand" in path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert names == {"incident.md": True, "incident.new.md": True, "incident.new-2.md": False}


def test_a_draft_of_which_nothing_is_known_is_taken_for_theirs(folder: Path, make: Make):
    (folder / "run.json").unlink()
    assert make("incident", out=folder).kept == ["incident.md"]
    assert "incident.new.md" in json.loads((folder / "run.json").read_text())["files"]
