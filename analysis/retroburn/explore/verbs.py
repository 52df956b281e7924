"""The verbs of the notebook that `Logs` has beside those of the contract: each shows something, and hands it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from retroburn import door
from retroburn.door import display

FOLDER = "retroburn-incident"

if TYPE_CHECKING:
    from retroburn.explore.answers import Answers
    from retroburn.explore.keep import Keeping
    from retroburn.explore.pick import Picked, Picker
    from retroburn.explore.profile import Profile
    from retroburn.explore.trace import Trace
    from retroburn.found import Found, Slices
    from retroburn.logs import Logs


class Verbs:
    """What opened logs can show in a notebook. Text of the log is masked in all of it."""

    def pick(self, bad: str = "status <> 'ok'", by: str | Sequence[str] | None = None) -> Picker:
        """A chart on which a box of time is picked, and `why()` answers what is different about the bad ones in it.

        `bad` is an SQL condition over `requests`, or a kind of signal such as `empty_answer`; `by` are the fields to
        cut by. Without a widget: `picker.box("2026-10-05 08:00", "2026-10-05 12:00")`.
        """
        from retroburn.explore.pick import Picker

        return Picker(_logs(self), bad, by)

    def picked(
        self,
        condition: str,
        start: str | datetime | None,
        end: str | datetime | None,
        *,
        by: str | Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Picked:
        """What a box of time answers without the chart: the requests in it that fit a condition, and `why()`."""
        from retroburn.explore.pick import Picked

        return Picked(_logs(self), condition, start, end, by, params)

    def keep(self, what: Found | Picked | Picker | Slices, note: str = "", folder: str = FOLDER) -> Keeping:
        """Keeps a finding, a picked time or an answer of `why()` with a note: `retroburn report incident` shows it.

        Kept again, the note is replaced; `logs.kept(folder).drop(0)` takes one out.
        """
        from retroburn.explore.keep import Keeping, line

        return Keeping(folder).put(line(_logs(self), what, note))

    def kept(self, folder: str = FOLDER) -> Keeping:
        """What was kept so far."""
        from retroburn.explore.keep import Keeping

        return Keeping(folder)

    def profile(self, table: str = "requests") -> Profile:
        """Each column of a table: how full it is, how many values, the frequent ones or how they are spread."""
        from retroburn.explore.profile import Profile

        return Profile(_logs(self), table)

    def trace(self, id: str) -> Trace:  # noqa: A002 - as the column is called
        """A trace as a waterfall, by the id of it, of a request or of a span in it."""
        from retroburn.explore.trace import Trace

        return Trace(_logs(self), id)

    def answers(self, id: str | None = None) -> Answers:  # noqa: A002 - as the column is called
        """The different answers to one question, side by side: of a request by its id, else those that differ most."""
        from retroburn.explore.answers import Answers

        return Answers(_logs(self), id)

    def _repr_html_(self) -> str:
        logs = _logs(self)
        spans = logs.engine.one("select count(*) from spans")
        head = ["file", "format", "records", "accepted", "duplicates", "rejected"]
        rows = [
            [f"{one.path}{'' if one.role == 'source' else f' ({one.role})'}", one.format or one.note or "no log",
             *(f"{n:,}" for n in (one.records, one.accepted, one.duplicates, one.rejected))]
            for one in logs.inputs[:_FILES]
        ]  # fmt: skip
        more = f" {len(logs.inputs) - _FILES} more files." if len(logs.inputs) > _FILES else ""
        when = "" if logs.span is None else f" from {logs.span[0]:%Y-%m-%d %H:%M} to {logs.span[1]:%Y-%m-%d %H:%M} UTC"
        from retroburn import intake

        said = [intake.sentence(one.fact, one.values, "en") for one in logs.health][:_SAID]
        return display.panel(
            display.tag("p", display.tag("b", f"{spans:,} spans"), f"{when}.{more}"),
            display.table(head, rows, head[2:]),
            *(display.tag("p", one, kind="soft") for one in said),
        )

    def __repr__(self) -> str:
        logs = _logs(self)
        spans = logs.engine.one("select count(*) from spans")
        names = [door.show(one.path, 80) for one in logs.inputs if one.format and one.role == "source"]
        more = f" and {len(names) - 3} more files" if len(names) > 3 else ""
        return f"Logs: {spans:,} spans of {', '.join(names[:3])}{more}"


_FILES, _SAID = 20, 4


def _logs(verbs: Verbs) -> Logs:
    return cast("Logs", verbs)
