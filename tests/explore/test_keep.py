"""What an analyst keeps in the notebook stands on the incident page, with the note, masked, and asked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import retroburn
from retroburn import assets, report
from retroburn.errors import UsageError
from retroburn.logs import Logs
from tests.explore.conftest import SECRET

NOTE = f"acme saw it first <script>alert(1)</script> ask {SECRET}"


@pytest.fixture(autouse=True)
def real_notebooks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebooks of the checkout, whatever another module's session has put in their place."""
    monkeypatch.setattr(assets, "folder", lambda name: root / name)


def test_what_is_kept_stands_on_the_incident_page_and_is_verified(log: Path, tmp_path: Path) -> None:
    with retroburn.open(log) as logs:
        found = logs.check()
        logs.keep(found[0], NOTE, folder=str(tmp_path / "kept"))
        picked = logs.pick().box("2026-03-06 00:00", "2026-03-06 08:00")
        logs.keep(picked, "only one tenant", folder=str(tmp_path / "kept"))
        logs.keep(logs.why("status = $s", params={"s": "error"}), "of all time", folder=str(tmp_path / "kept"))
    made = report.run("incident", [str(log)], out=tmp_path / "out", params={"kept": str(tmp_path / "kept")})
    page, text = made.page.read_text(), (tmp_path / "out" / "incident.md").read_text()
    kept = json.loads((tmp_path / "out" / "findings.json").read_text())["kept"]
    assert made.status == "complete"
    assert [one["finding"] for one in kept] == [found[0].id, None, None]
    assert kept[1]["slices"][0]["where"] == {"tenant": "acme"}
    assert kept[1]["bad"] == kept[2]["bad"] == picked.numbers["bad"]
    for shown in (page, text, json.dumps(kept), (tmp_path / "out" / "incident.ipynb").read_text()):
        assert "acme saw it first" in shown
        assert SECRET not in shown
        assert "<script" not in shown or shown.lstrip()[:1] in "{["
    assert "only one tenant" in page
    assert "only one tenant" in text
    assert report.verify(tmp_path / "out").differences == []
    assert report.verify(tmp_path / "out", [str(log)]).differences == []
    mark = 'data-at="kept[1].bad" value='
    altered = page.replace(f'{mark}"{kept[1]["bad"]}"', f'{mark}"1"')
    made.page.write_text(altered)
    assert any("kept[1].bad" in check.place for check in report.verify(tmp_path / "out").differences)


def test_what_was_seen_in_other_logs_is_left_out(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join(log.read_text().splitlines()[:-5]))
    with retroburn.open(other) as logs:
        logs.keep(logs.check()[0], "not this one", folder=str(tmp_path / "kept"))
    with retroburn.open(log) as logs:
        shown = report.incident(logs).kept(str(tmp_path / "kept"))
    assert (shown.ones, shown.left_out) == ([], 1)


def test_keeping_once_more_replaces_the_note_and_dropping_takes_it_out(logs: Logs, tmp_path: Path) -> None:
    folder = str(tmp_path / "kept")
    logs.keep(logs.check()[0], "first", folder=folder)
    kept = logs.keep(logs.check()[0], "second", folder=folder)
    assert [one.note for one in kept.lines] == ["second"]
    assert "second" in kept._repr_html_()
    assert len(logs.kept(folder).drop(0)) == len(logs.kept(folder)) == 0
    with pytest.raises(UsageError, match="0 are kept"):
        logs.kept(folder).drop(0)


def test_what_cannot_be_kept_is_said_in_one_line(logs: Logs, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is picked"):
        logs.keep(logs.pick(), folder=str(tmp_path))
    with pytest.raises(UsageError, match="takes a finding"):
        logs.keep("this", folder=str(tmp_path))  # type: ignore[arg-type]
    (tmp_path / "kept.jsonl").write_text("mine\n")
    with pytest.raises(UsageError, match="no list of what was kept"):
        logs.kept(str(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        logs.keep(logs.check()[0], folder=str(tmp_path / "file"))
