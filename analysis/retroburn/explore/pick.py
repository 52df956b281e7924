"""A chart on which a time is picked, and the answer beneath it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from retroburn import charts
from retroburn.ask import over_time, times
from retroburn.detect import prepare
from retroburn.detect.frame import Run
from retroburn.door import display
from retroburn.engine import check_condition
from retroburn.errors import UsageError
from retroburn.found import Slices
from retroburn.report.numbers import Speech

if TYPE_CHECKING:
    from retroburn.logs import Logs

_WAIT_MS = 250
"""A box is asked about once it has stood still for so long: each answer is a search over all requests in it."""


class Picked:
    """What is different about the requests in a time that fit a condition. `slices` are those of `why`."""

    def __init__(
        self,
        logs: Logs,
        condition: str,
        start: str | datetime | None,
        end: str | datetime | None,
        by: str | Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Asks at once; raises UsageError for a time that the log does not know, QueryError for no condition."""
        by = [by] if isinstance(by, str) else by
        self.condition = condition
        whole = logs.between(None, None)
        inside = logs.between(start, end)
        self.start, self.end = inside.window
        box = {"start": start and self.start, "end": end and self.end}
        self.asked = {"condition": condition, "by": by, "params": dict(params or {}), **box}
        self.slices: Slices = inside.why(condition, by=by, params=params)
        _, columns = check_condition(logs.engine.con, condition, "requests", logs.tables)
        text = bool(columns & {"input", "output"})
        run = Run(logs.engine, whole.frame, logs.config, logs.tz)
        self.numbers = over_time.counts(run, condition, text, (self.start, self.end), params or {})

    def __repr__(self) -> str:
        return f"{self.title()}\n{self.slices!r}"

    def title(self) -> str:
        """The box in one sentence, with its numbers."""
        n = self.numbers
        return (
            f"{self.start:%Y-%m-%d %H:%M} – {self.end:%Y-%m-%d %H:%M} UTC: {n['bad']:,} of {n['n']:,} requests "
            f"({_share(n['bad'], n['n'])}), outside it {n['bad_others']:,} of {n['others']:,} "
            f"({_share(n['bad_others'], n['others'])})"
        )

    def html(self) -> Markup:
        """The box in words, and the slices."""
        if not len(self.slices):
            told = (
                "In the box nothing tells them from the others: it hit all of its requests alike, or it is noise."
                if self.numbers["bad"]
                else "Nothing to tell apart: pick a time in which there are some."
            )
            return display.tag("div", display.tag("p", self.title()), display.tag("p", told, kind="soft"))
        return display.tag("div", display.tag("p", self.title()), self.slices.table())

    def _repr_html_(self) -> str:
        return display.panel(self.html())


class Picker:
    """The chart. `picked` is the answer about the last box; `box()` asks without a mouse."""

    def __init__(self, logs: Logs, bad: str, by: str | Sequence[str] | None) -> None:
        """Counts the condition over time; raises QueryError where it is none."""
        self._logs, self._by = logs, by
        self.condition = _condition(bad)
        used, columns = check_condition(logs.engine.con, self.condition, "requests", logs.tables)
        logs.build("requests", *used)
        self._text = bool(columns & {"input", "output"})
        self.points = over_time.points(self._run, self.condition, self._text)
        self.picked: Picked | None = None
        self._speech = Speech(zone=logs.tz)
        self._drawn: list[float] = []

    @property
    def _run(self) -> Run:
        return Run(self._logs.engine, self._logs.frame, self._logs.config, self._logs.tz)

    @property
    def _shift(self) -> timedelta:
        return self._speech.shift(self._logs.window[0])

    def box(self, start: str | datetime, end: str | datetime) -> Picked:
        """Asks about a box of time: any times that `--from` takes; naive ones are in `--tz`."""
        newest = self._logs.window[1]
        first, last = (
            times.parse(str(at), name, newest, self._logs.tz) for at, name in ((start, "start"), (end, "end"))
        )
        return self._ask(first, last)

    def _ask(self, first: datetime, last: datetime) -> Picked:
        frame = self._logs.frame
        first, last = max(first, frame.start), min(last, frame.end)
        if first >= last:
            raise UsageError("There is no time between start and end that the log knows.")
        self.picked = Picked(self._logs, self.condition, first, last, self._by)
        return self.picked

    def chart(self) -> Any:
        """The chart alone: what a page shows of it."""
        return charts.share(self.points, self._logs.window, self._shift)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        import altair as alt
        import ipywidgets

        alt.JupyterChart.enable_offline()  # its script comes with vl-convert, not from the network
        drawn = alt.JupyterChart(self.chart(), debounce_wait=_WAIT_MS, max_wait=False, embed_options={"actions": False})
        told = ipywidgets.HTML(display.panel(display.tag("p", _HINT, kind="soft")))
        drawn.selections.observe(lambda change: self._answer(told, change["new"].value), "box")
        view = ipywidgets.VBox([drawn, told])
        made = view._repr_mimebundle_(**options)
        data = made[0] if isinstance(made, tuple) else made
        data["text/plain"] = f"{self.condition} over time"  # what stays in a saved notebook
        return made

    def _answer(self, told: Any, value: dict[str, Any]) -> None:
        """Puts the answer about a box beneath the chart; an empty box is none."""
        bounds = next(iter(value.values()), None)
        if not bounds or bounds[0] == bounds[1] or sorted(bounds) == self._drawn:
            return
        self._drawn = sorted(bounds)
        told.value = display.panel(display.tag("p", "asking …", kind="soft"))
        first, last = (
            datetime.fromtimestamp(at / 1000, UTC).replace(tzinfo=None) - self._shift for at in sorted(bounds)
        )
        try:
            told.value = display.panel(self._ask(first, last).html())
        except UsageError as error:
            told.value = display.panel(display.tag("p", str(error), kind="soft"))


_HINT = "Drag over the chart to pick a time: what is different about the bad requests in it is said here."


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "of none"


def _condition(bad: str) -> str:
    """A kind of signal as a condition over `requests`; any other text as it is."""
    if bad in {query.name for query in prepare.signals()}:
        return f"trace_id in (select trace_id from signals where kind = '{bad}' and confidence >= 0.5)"  # noqa: S608
    return bad
