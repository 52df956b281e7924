"""Open action items come out of the page where people keep them, each with what its query says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from retroburn.errors import UsageError
from retroburn.report import actions
from retroburn.report.bundle import Change
from retroburn.report.postmortem import proof
from tests.report.world import World

HEAD = "| Action | For | Owner | Proven when |\n| --- | --- | --- | --- |\n"


def _row(text: str, sql: str, owner: str = "") -> str:
    return f'| {text} | finding 1 | {owner} | no row on later logs from `retroburn sql "{sql}" SOURCE` |\n'


def _folder(tmp_path: Path, *rows: str) -> list[str]:
    (tmp_path / "incident.md").write_text("# Incident\n\n" + HEAD + "".join(rows), encoding="utf-8")
    return [str(tmp_path)]


def test_an_item_holds_when_its_query_gives_no_row_and_is_open_when_it_gives_some(tmp_path: Path):
    folder = _folder(
        tmp_path, _row("Limit retries", proof("retry_storm"), "platform lead"), _row("Refuse less", proof("refusal"))
    )
    held, still = actions.open_items(folder, World(), [])
    assert (held.state, held.owner, held.text) == ("holds", "platform lead", "Limit retries")
    assert (still.state, still.owner) == ("open", "")
    assert len(still.rows) == 1
    assert "acme.com" not in still.rows[0]


def test_a_kind_that_could_not_be_told_proves_nothing(tmp_path: Path):
    folder = _folder(tmp_path, _row("Limit retries", proof("retry_storm")))
    assert actions.open_items(folder, World(), ["retry_storm"])[0].state == "unknown"


def test_no_row_proves_nothing_where_the_trouble_has_become_usual(tmp_path: Path):
    there = Change(key="k", state="better", kind="retry_storm", title="Retries")
    folder = _folder(tmp_path, _row("Limit retries", proof("retry_storm")), _row("Cut less", proof("truncated_answer")))
    still, held = actions.open_items(folder, World(), [], [there])
    assert (still.state, still.rows, still.still) == ("open", [], ["k"])
    assert held.state == "holds"


def test_a_row_that_is_struck_through_or_has_no_query_is_no_item(tmp_path: Path):
    rows = [_row("~~Done~~", proof("refusal")), "| Talk to the vendor | finding 1 | lead | they answered |\n"]
    assert actions.open_items(_folder(tmp_path, *rows), World(), []) == []


def test_a_query_of_their_own_is_asked_and_one_that_cannot_run_says_why(tmp_path: Path):
    own = "| Watch it | | lead | `select title from findings where kind = 'traffic_drop'` |\n"
    bad = "| Read a file | | lead | `select * from read_csv('/etc/passwd')` |\n"
    first, second = actions.open_items(_folder(tmp_path, own, bad), World(), [])
    assert first.state == "holds"
    assert second.state == "unknown"
    assert second.rows


def test_what_people_wrote_is_read_and_not_the_draft_that_a_rerun_put_beside_it(tmp_path: Path):
    folder = _folder(tmp_path, _row("Theirs", proof("refusal")))
    (tmp_path / "incident.new.md").write_text(HEAD + _row("Ours", proof("refusal")), encoding="utf-8")
    assert [item.text for item in actions.open_items(folder, World(), [])] == ["Theirs"]


def test_a_folder_without_a_page_is_bad_usage(tmp_path: Path):
    with pytest.raises(UsageError, match="holds no Markdown"):
        actions.open_items([str(tmp_path)], World(), [])
