"""`verify` finds the number that someone changed, wherever it stands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from retroburn import report
from retroburn.errors import UsageError
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
