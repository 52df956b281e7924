"""What a notebook shows: counts and not rows, the log's text masked and escaped, all of it without a network."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from retroburn.errors import QueryError, UsageError
from retroburn.explore import magic
from retroburn.explore.answers import _marked as marked
from retroburn.explore.answers import _words as words
from retroburn.logs import Logs
from tests.explore.conftest import SECRET


def safe(shown: str) -> str:
    """What is shown, held against what must never be in it."""
    assert SECRET not in shown
    assert "<img" not in shown
    assert "<script" not in shown
    return shown


@pytest.fixture
def shell(logs: Logs) -> Any:
    made = InteractiveShell()
    magic.load(made)
    made.user_ns["logs"] = logs
    yield made
    InteractiveShell.clear_instance()


def test_a_picked_time_answers_what_is_different_about_the_bad_ones_in_it(logs: Logs) -> None:
    picked = logs.pick().box("2026-03-06 00:00", "2026-03-06 08:00")
    assert picked.slices[0].where == {"tenant": "acme"}
    assert picked.numbers["bad"] == logs.sql("select count(*) as n from requests where status = 'error'")["n"][0]
    assert "outside it 0 of" in picked.title()
    assert "tenant" in safe(picked._repr_html_())


def test_a_quiet_time_says_that_there_is_nothing_to_tell_apart(logs: Logs) -> None:
    picked = logs.pick().box("2026-03-03", "2026-03-04")
    assert not len(picked.slices)
    assert "Nothing to tell apart" in picked._repr_html_()


def test_the_chart_holds_counts_that_add_up_and_never_a_row(logs: Logs) -> None:
    picker = logs.pick("status = 'error'")
    assert sum(point.n or 0 for point in picker.points) == logs.engine.one("select count(*) from requests")
    rows = [row for data in picker.chart().to_dict()["datasets"].values() for row in data]
    assert 50 < len(rows) <= 200
    assert set(rows[0]) == {"at", "seen", "n"}


def test_a_kind_of_signal_can_be_picked_by_its_name(logs: Logs) -> None:
    picker = logs.pick("inconsistent_answer")
    assert sum(point.bad or 0 for point in picker.points) >= 1


@pytest.mark.parametrize("bad", ["statuss = 'ok'", "1; drop table spans", "", "status = (select getenv('HOME'))"])
def test_what_is_no_condition_is_refused_as_by_why(logs: Logs, bad: str) -> None:
    with pytest.raises(QueryError):
        logs.pick(bad)


def test_a_box_drawn_in_the_browser_is_answered_beneath_the_chart(logs: Logs) -> None:
    import ipywidgets

    picker, told = logs.pick(), ipywidgets.HTML()
    at = [datetime.fromisoformat(f"2026-03-06T0{h}:00:00+00:00").timestamp() * 1000 for h in (0, 8)]
    picker._answer(told, {"at": at})
    assert picker.picked is not None
    assert picker.picked.slices[0].where == {"tenant": "acme"}
    assert "acme" in safe(told.value)
    kept = told.value
    picker._answer(told, {"at": [at[0], at[0]]})  # the box was cleared
    assert told.value == kept


def test_the_widget_brings_its_script_along(logs: Logs) -> None:
    import altair as alt

    bundle = logs.pick()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == "status <> 'ok' over time"
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "https://esm.sh" not in alt.JupyterChart._esm


def test_a_profile_tells_each_column_from_counts(logs: Logs) -> None:
    columns = {column.name: column for column in logs.profile("requests").columns}
    assert columns["tenant"].distinct == 5
    assert dict(columns["status"].frequent)["error"] > 20
    spans = [column for column in logs.profile("spans").columns if column.bins]
    assert any(column.filled < logs.profile("spans").rows for column in spans)
    assert [column.name for column in spans if sum(column.bins) != column.filled] == []
    assert columns["user"].filled == 0 or columns["user"].distinct > 0
    assert columns["input"].low >= 1
    assert "start_time" not in columns
    safe(logs.profile("requests")._repr_html_())
    for table in sorted(logs.tables):
        safe(logs.profile(table)._repr_html_())
    with pytest.raises(UsageError, match="requests"):
        logs.profile("request")


def test_a_trace_is_drawn_with_each_step_beneath_its_parent(logs: Logs) -> None:
    trace = logs.trace("t-3")
    assert [(depth, span["id"]) for depth, span in trace.depths] == [(0, "t-1"), (1, "t-2"), (2, "t-3")]
    shown = safe(trace._repr_html_())
    assert shown.count("f-mark") >= 1
    with pytest.raises(UsageError, match="no-such"):
        logs.trace("no-such")


def test_answers_to_one_question_stand_side_by_side_with_what_differs_marked(logs: Logs) -> None:
    answers = logs.answers("q-1")
    assert answers.to_frame()["given"].tolist() == [2, 1]
    shown = safe(answers._repr_html_())
    assert "<mark>12</mark>" in shown
    assert "<mark>24</mark>" in shown
    assert len(logs.answers()) == 2
    with pytest.raises(UsageError, match="not answered twice"):
        logs.answers("t-1")


def test_what_differs_is_marked_letter_by_letter_where_a_script_writes_no_blanks() -> None:
    one, other = (words("返品は23日以内です。"), words("返品は34日以内です。"))
    assert "".join(str(part) for part in marked(one, other)) == "返品は<mark>23</mark>日以内です。"
    assert words("12 days, 네 12일") == ["12", " ", "days,", " ", "네", " ", "12일"]


def test_findings_and_logs_show_themselves_as_tables(logs: Logs) -> None:
    found = logs.check()
    shown = safe(found._repr_html_())
    assert [shown.count(f"[{i}] ") for i in range(len(found))] == [1] * len(found)
    assert shown.count("<svg") >= 1
    assert "<svg" in found[0]._repr_html_()
    assert "log.jsonl" in safe(logs._repr_html_())


def test_a_sql_cell_shows_few_rows_masked_and_keeps_all_of_them_as_they_are(shell: Any) -> None:
    shell.run_cell("%%sql every\nselect id, input from requests order by id desc")
    frame = shell.user_ns["every"]
    assert len(frame) > 2000
    assert frame["input"].str.contains(SECRET, regex=False).any()
    answer = magic.Answer(frame)
    assert safe(answer._repr_html_()).count("<tr>") == magic.SHOWN + 1
    assert "the first 50 of" in answer._repr_html_()


@pytest.mark.parametrize(
    "cell", ["%%sql\nselect * from read_csv('/etc/passwd')", "%%sql\ncopy spans to 'x'", "%%sql a b\nselect 1"]
)
def test_a_sql_cell_is_guarded_and_fails_in_one_line(shell: Any, capsys: pytest.CaptureFixture[str], cell: str) -> None:
    assert not shell.run_cell(cell).success
    said = capsys.readouterr()
    text = (said.out + said.err).strip()
    assert len(text.splitlines()) == 1
    assert "Traceback" not in text


def test_charts_of_a_notebook_are_drawn_without_a_network(shell: Any, logs: Logs) -> None:
    data = logs.timeline()._repr_mimebundle_()
    assert "image/svg+xml" in str(data)
    assert "cdn" not in str(data)
