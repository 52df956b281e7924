"""`verify` finds the number that someone changed, wherever it stands."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from retroburn import report
from retroburn.errors import UsageError
from retroburn.report import publish
from retroburn.report.numbers import Speech
from retroburn.report.page import Status
from retroburn.report.record import bundle
from tests.report.conftest import Make


@pytest.fixture
def copy(make: Make, tmp_path: Path) -> Path:
    return Path(shutil.copytree(make("weekly").folder, tmp_path / "copy"))


def _edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(("name", "lang"), [("weekly", "en"), ("weekly", "ko"), ("incident", "en")])
def test_a_report_nobody_touched_is_the_same(make: Make, name: str, lang: str):
    result = report.verify(make(name, lang=lang).folder)
    assert result.differences == []
    assert len(result.checks) > 40
    assert (result.exit_code, result.against) == (0, "itself")


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("weekly.html", ">22.0 %<", ">12.0 %<", "F003 measure.observed"),
        ("weekly.html", 'value="1834.27"', 'value="183.42"', "F002 impact.cost_usd"),
        ("weekly.html", ">Sat 17 Oct, 09:00<", ">Sat 17 Oct, 19:00<", "F001 from"),
        ("weekly.html", ">Slower at night<", ">Faster at night<", "F004 title"),
        ("weekly.md", "| Seen | 22.0 % |", "| Seen | 2.2 % |", "F003 Seen"),
        ("weekly.md", "### 3. Empty", "### 3. Full", "F003"),
        ("findings.json", '"observed": 0.22', '"observed": 0.12', "F003 measure.observed"),
        ("weekly.html", "44.0", "45.0", "weekly.html"),
    ],
)  # fmt: skip
def test_a_changed_number_is_found(copy: Path, file: str, old: str, new: str, names: str):
    if old == "44.0":
        old, new = "41,310", "41,311"
    _edit(copy / file, old, new)
    result = report.verify(copy)
    assert result.exit_code == 1
    assert any(names in check.place for check in result.differences), result.differences


def test_a_missing_number_and_a_missing_file_are_found(copy: Path):
    page = copy / "weekly.html"
    content = page.read_text(encoding="utf-8")
    start = content.index('<article class="finding" id="f-8"')
    page.write_text(content[:start] + content[content.index("</article>", start) :], encoding="utf-8")
    (copy / "evidence" / "F001.csv").unlink()
    missing = {check.place for check in report.verify(copy).checks if check.state == "missing"}
    assert "evidence/F001.csv" in missing
    assert "weekly.html: F008 measure.observed" in missing


@pytest.mark.usefixtures("hand_made")
def test_against_the_same_source_everything_is_the_same(make: Make):
    result = report.verify(make("weekly").folder, ["rich"])
    assert result.differences == []
    assert result.against == "source"


@pytest.mark.usefixtures("hand_made")
def test_against_the_source_a_changed_number_and_a_vanished_finding_are_found(copy: Path):
    path = copy / "findings.json"
    content = json.loads(path.read_text())
    content["findings"][2]["measure"]["observed"] = 0.5
    content["findings"][3] |= {"id": "F999", "key": "gone"}
    path.write_text(json.dumps(content))
    found = {(check.place, check.state) for check in report.verify(copy, ["rich"]).differences}
    assert ("F003 measure.observed", "changed") in found
    assert ("F999", "missing") in found


@pytest.mark.usefixtures("hand_made")
def test_a_finding_that_has_another_id_since_the_log_changed_is_told_once(copy: Path):
    path = copy / "findings.json"
    content = json.loads(path.read_text())
    drifted = next(one for one in content["findings"] if one["id"] in content["spreads"])
    content["spreads"] = {"F888": content["spreads"][drifted["id"]]}
    drifted["id"], drifted["impact"]["requests"] = "F888", 1
    path.write_text(json.dumps(content))
    found = report.verify(copy, ["rich"]).differences
    assert {(check.place, check.state) for check in found} == {
        ("F888 id", "changed"),
        ("F888 impact.requests", "changed"),
    }


def test_a_folder_without_a_report_is_a_usage_error(tmp_path: Path):
    with pytest.raises(UsageError, match="no report"):
        report.verify(tmp_path)


CLASSES = {
    "the week in numbers": ("weekly.html", "2,710<", "2,711<"),
    "a comparison on the page": ("weekly.html", ">13.7 %<", ">13.8 %<"),
    "a comparison in the Markdown": ("weekly.md", "13.7 % over this week", "13.8 % over this week"),
    "a comparison in findings.json": ("findings.json", '"state": "worse"', '"state": "better"'),
    "how often a state is": ("weekly.html", "</span> 5</td>", "</span> 7</td>"),
    "what was read": ("weekly.html", "41,310", "41,311"),
    "the form of a chart": ("weekly.html", "<path", '<path opacity="0"'),
    "a driver's share": ("weekly.html", "<dd>71.0 %</dd>", "<dd>17.0 %</dd>"),
    "the length of a finding": ("weekly.html", "(3 h", "(9 h"),
    "a parameter of a query": ("weekly.html", "$least = 5", "$least = 6"),
    "a bucket of a series": ("evidence/F002.csv", "41.", "42."),
    "whether an action item holds": ("weekly.md", "**holds**", "**not yet**"),
}


@pytest.fixture
def with_actions(make: Make, tmp_path: Path) -> Path:
    incident = tmp_path / "inc-7"
    incident.mkdir()
    row = "| Cap attempts | finding 1 | | `select title from findings where kind = 'nothing'` |"
    (incident / "incident.md").write_text(row + "\n", encoding="utf-8")
    folder = make("weekly", params={"incidents": str(incident)}, out=tmp_path / "copy").folder
    assert report.verify(folder).differences == []
    return folder


def _sign(folder: Path, *names: str) -> None:
    """Mends the hashes, as someone would who knows of them."""
    about = json.loads((folder / "run.json").read_text())
    about["files"] |= {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "run.json").write_text(json.dumps(about))


def test_no_class_of_number_is_left_out_even_where_the_hash_was_mended(with_actions: Path, tmp_path: Path):
    for what, (name, old, new) in CLASSES.items():
        folder = Path(shutil.copytree(with_actions, tmp_path / what))
        _edit(folder / name, old, new)
        _sign(folder, name)
        result = report.verify(folder)
        assert [check.state for check in result.differences] == ["changed"] * len(result.differences), what
        assert any(name in check.place for check in result.differences), what
        assert result.exit_code == 1, what


@pytest.mark.usefixtures("hand_made")
def test_what_was_changed_in_every_file_alike_is_found_against_the_source(with_actions: Path, tmp_path: Path):
    changed = {'"holds"': '"open"', '"worse"': '"better"', "2710": "2711", "p-13 to all": "p-14 to all"}
    for name in ("weekly.ipynb", "findings.json"):
        text = (with_actions / name).read_text(encoding="utf-8")
        for old, new in changed.items():
            text = text.replace(old, new)
        (with_actions / name).write_text(text, encoding="utf-8")
    record = bundle(with_actions / "weekly.ipynb", "weekly")
    assert record
    about = json.loads((with_actions / "run.json").read_text())
    status = Status(about["status"], [], datetime.fromisoformat(about["started"]), about["tool"]["version"])
    for name, text in publish.written(record, Speech("en", record.zone), status, "weekly.md").items():
        (with_actions / name).write_text(text, encoding="utf-8")
    _sign(with_actions, *about["files"])
    assert report.verify(with_actions).differences == []
    told = report.verify(with_actions, ["rich"], params={"incidents": str(tmp_path / "inc-7")}).differences
    places = " ".join(check.place for check in told)
    assert {check.state for check in told} == {"changed"}
    for part in (
        "actions[0].state",
        "comparison.changes.",
        "tables.week_numbers.",
        "events[0]",
        "weekly.ipynb: tables",
    ):
        assert part in places


@pytest.mark.usefixtures("hand_made")
def test_what_the_report_was_made_with_is_asked_for_again(with_actions: Path, tmp_path: Path):
    assert "give that again" in report.verify(with_actions, ["rich"]).summary
    again = report.verify(with_actions, ["rich"], params={"incidents": str(tmp_path / "inc-7")})
    assert again.differences == []


def test_what_people_write_into_a_draft_is_theirs_and_a_number_that_they_change_is_told(make: Make, tmp_path: Path):
    folder = Path(shutil.copytree(make("incident").folder, tmp_path / "copy"))
    draft = folder / "incident.md"
    text = draft.read_text(encoding="utf-8").replace("TO ASK: What went well?", "The 2nd on-call role saw it first.")
    rows = [line for line in text.splitlines() if "retroburn sql" in line]
    assert len(rows) > 1
    draft.write_text(text.replace(rows[0] + "\n", "").replace(rows[1], "~~done~~ " + rows[1]), encoding="utf-8")
    assert report.verify(folder).differences == []
    _edit(draft, "22.0 %", "2.0 %")
    assert {check.place.split(":")[0] for check in report.verify(folder).differences} == {"incident.md"}


def test_a_report_without_its_notebook_says_so(copy: Path):
    (copy / "weekly.ipynb").unlink()
    missing = [check.place for check in report.verify(copy).differences]
    assert set(missing) == {"weekly.ipynb"}
