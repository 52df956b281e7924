"""One function a chart: points of a finding in, an Altair chart out.

Charts carry no words but axis numbers and kinds, so one drawing serves every language; captions and text alternatives
are the page's. A colour stands for a role (what was seen, what is usual, what is marked): pages replace it by the
reader's theme. Times are drawn shifted to the reader's zone.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from retroburn import imports
from retroburn.findings import Driver, Finding, Point, Share

if TYPE_CHECKING:
    import altair as alt

SEEN, USUAL, MARK, SHADE, GRID, TEXT = "#1f2328", "#8b8f98", "#c2410c", "#fdebe0", "#e4e5e9", "#5b616b"
SEVERITY_COLOUR = {"critical": "#b42318", "high": "#c2620c", "medium": "#8a6d00", "low": "#4a6fa5", "info": "#6b7280"}
MOST_POINTS = 200
"""More points than pixels help nobody, and cost the page its size."""
NOTEBOOK_WIDTH = 580
"""With the names beside it as wide as an output of JupyterLab beside its file browser on a laptop."""
SHORTEST_BAR = 0.005
"""The share of a change whose bar is a pixel or two."""


@cache
def load_ahead() -> None:
    """Begins to load what draws in a thread of its own: they take a second, which the queries before it can hide."""
    threading.Thread(target=_load, name="charts", daemon=True).start()


def _load() -> None:
    """Loads what makes charts, and lets what draws them draw once: its first drawing takes ten times as long."""
    imports.load("altair")
    import vl_convert

    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"})


def thin(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most `most` points: neighbours are put together, counts added, values averaged by the rows they stand for."""
    step = -(-len(points) // most) if points else 1
    return list(points) if step == 1 else [_joined(points[i : i + step]) for i in range(0, len(points), step)]


def _joined(group: Sequence[Point]) -> Point:
    counts = [p.n for p in group if p.n is not None]
    bads = [p.bad for p in group if p.bad is not None]
    return Point(
        at=group[0].at,
        n=sum(counts) if counts else None,
        bad=sum(bads) if bads else None,
        value=_mean([(p.value, p.n) for p in group]),
        usual=_mean([(p.usual, p.n) for p in group]),
    )


def _mean(pairs: Sequence[tuple[float | None, int | None]]) -> float | None:
    """The mean of what is known, weighted by rows where rows are counted."""
    known = [(value, 1 if rows is None else rows) for value, rows in pairs if value is not None]
    weight = sum(rows for _, rows in known)
    if not known:
        return None
    return sum(v * rows for v, rows in known) / weight if weight else sum(v for v, _ in known) / len(known)


def around(finding: Finding) -> list[Point]:
    """The points worth drawing: the finding with three times its length before and after it, at least a day."""
    if not finding.series:
        return []
    end = finding.end or finding.series[-1].at
    lead = min(max(3 * (end - finding.start), timedelta(days=1)), timedelta(days=14))
    return thin([point for point in finding.series if finding.start - lead <= point.at <= end + lead])


def finding_chart(finding: Finding, shift: timedelta = timedelta(0)) -> alt.LayerChart:
    """What was seen against what is usual, the interval shaded, the onset marked.

    `shift` is the offset of the reader's zone.
    """
    import altair as alt
    import pandas as pd

    finding = _naive(finding)
    points = around(finding)
    rows = [(p.at + shift, p.value, p.usual) for p in points]
    frame = _clock(pd.DataFrame(rows, columns=["at", "seen", "usual"]))
    times = [at for at, _, _ in rows] or [finding.start + shift, (finding.end or finding.start) + shift]
    end = min(finding.end + shift, times[-1]) if finding.end else times[-1]
    box = _clock(pd.DataFrame([{"a": max(finding.start + shift, times[0]), "b": max(end, times[0])}]))
    x = _time_axis(times[0], times[-1])
    most = max((abs(v) for _, *values in rows for v in values if v is not None), default=0.0)
    y = alt.Y("seen:Q", title=None, axis=alt.Axis(format=_format(finding.measure.unit, most), tickCount=4))
    return _styled(
        alt.layer(
            alt.Chart(box).mark_rect(color=SHADE).encode(x=alt.X("a:T", **x), x2="b:T"),
            alt.Chart(frame)
            .mark_line(color=USUAL, strokeWidth=1.5, strokeDash=[4, 3])
            .encode(x=alt.X("at:T", **x), y="usual:Q"),
            alt.Chart(frame).mark_line(color=SEEN, strokeWidth=1.8).encode(x=alt.X("at:T", **x), y=y),
            alt.Chart(box).mark_rule(color=MARK, strokeWidth=1.5).encode(x=alt.X("a:T", **x)),
        ),
        width=470,
        height=190,
    )


def timeline(
    findings: Sequence[Finding],
    events: Sequence[datetime],
    window: tuple[datetime, datetime],
    shift: timedelta = timedelta(0),
    *,
    narrow: bool = False,
) -> alt.LayerChart:
    """Every finding as a bar over the window, in the order of the page; what people did as ticks above them."""
    import altair as alt
    import pandas as pd

    findings = [_naive(finding) for finding in findings]
    first, last = (_utc(at) + shift for at in window)
    names = [str(i) if narrow else f"{i}  {f.kind}" for i, f in enumerate(findings, 1)]
    bars = [
        {
            "row": name,
            "a": max(f.start + shift, first),
            "b": min(f.end + shift, last) if f.end else last,
            "severity": f.severity,
        }
        for name, f in zip(names, findings, strict=True)
    ]
    x = _time_axis(first, last)
    # left, with room for the words of any language: the page puts them in place of the kinds
    wide: dict[str, Any] = {} if narrow else {"labelAlign": "left", "labelPadding": 210}
    axis = alt.Axis(domain=False, ticks=False, grid=False, labelLimit=220, **wide)
    y = alt.Y("row:N", sort=names, title=None, axis=axis)
    colour = alt.Color(
        "severity:N",
        scale=alt.Scale(domain=list(SEVERITY_COLOUR), range=list(SEVERITY_COLOUR.values())),
        legend=None,
    )
    frame = _clock(pd.DataFrame(bars, columns=["row", "a", "b", "severity"]))
    marks = _clock(pd.DataFrame([{"a": _utc(at) + shift} for at in events], columns=["a"]))
    layers = [
        alt.Chart(frame).mark_bar(height=9, cornerRadius=2).encode(x=alt.X("a:T", **x), x2="b:T", y=y, color=colour),
        # a finding of minutes in a window of weeks would be no pixel wide: its onset is a mark of its own
        alt.Chart(frame).mark_point(filled=True, size=55, opacity=1).encode(x=alt.X("a:T", **x), y=y, color=colour),
    ]
    if events:
        layers.insert(0, alt.Chart(marks).mark_rule(color=USUAL, strokeDash=[2, 3]).encode(x=alt.X("a:T", **x)))
    return _styled(alt.layer(*layers), width=300 if narrow else 780, height=max(26 * len(bars), 26))


SPARK = (120, 22)


def spark(finding: Finding) -> str:
    """What was seen around a finding as a line for a table's cell, its time shaded. No words, no axes."""
    finding = _naive(finding)
    points = [point for point in thin(around(finding), SPARK[0] // 2) if point.value is not None]
    values = [point.value or 0.0 for point in points]
    low, high = min(values, default=0.0), max(values, default=0.0)
    (width, height), first = SPARK, points[0].at if points else finding.start
    seconds = (points[-1].at - first).total_seconds() if len(points) > 1 else 1.0

    def x(at: datetime) -> float:
        return round(min(max((at - first).total_seconds() / seconds, 0.0), 1.0) * width, 1)

    line = " ".join(
        f"{x(p.at)},{round(height - 1 - (v - low) / ((high - low) or 1) * (height - 2), 1)}"
        for p, v in zip(points, values, strict=True)
    )
    a, b = x(finding.start), x(finding.end) if finding.end else width
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f'<rect class="f-shade" x="{a}" width="{max(b - a, 1.0):.1f}" height="{height}"/>'
        f'<polyline class="s-seen" points="{line}"/></svg>'
    )


def bars(counts: Sequence[int]) -> str:
    """A spread as small bars for a table's cell, on a root scale: the rare is seen beside the frequent."""
    width, height = SPARK
    most, step = max(counts, default=0) or 1, width / max(len(counts), 1)
    shapes = [
        f'<rect class="f-usual" x="{i * step:.1f}" y="{height - tall:.1f}" width="{step - 1:.1f}" height="{tall:.1f}"/>'
        for i, count in enumerate(counts)
        if count and (tall := max((count / most) ** 0.5 * height, 1.0))
    ]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} aria-hidden="true">{"".join(shapes)}</svg>'


def share(
    points: Sequence[Point], window: tuple[datetime, datetime], shift: timedelta = timedelta(0)
) -> alt.LayerChart:
    """How often something holds over time, and below it how many requests that is a share of.

    Its time axis takes a selection `box`: where the chart is live, a reader picks a time with it.
    """
    import altair as alt
    import pandas as pd

    frame = _clock(pd.DataFrame([(p.at + shift, p.value, p.n) for p in thin(points)], columns=["at", "seen", "n"]))
    x = _time_axis(window[0] + shift, window[1] + shift)
    most = frame["n"].max() if len(frame) and frame["n"].any() else 1  # of what is drawn: thin() sums neighbours
    # who scrolls the page over a box does not mean to change it
    brush = alt.BrushConfig(fill=MARK, fillOpacity=0.15)
    box = alt.selection_interval(name="box", encodings=["x"], mark=brush, zoom=False)
    line = alt.Chart(frame).mark_line(color=SEEN, strokeWidth=1.8)
    # the bars take the lowest fifth: they say where there was little traffic, not how much there was
    bars = alt.Chart(frame).mark_bar(color=GRID, width=2)
    return _styled(
        alt.layer(
            bars.encode(
                x=alt.X("at:T", **x),
                y=alt.Y("n:Q", axis=None, scale=alt.Scale(domain=[0, 5 * most])),
            ),
            line.encode(
                x=alt.X("at:T", **x),
                y=alt.Y("seen:Q", title=None, axis=alt.Axis(format="~%", tickCount=4)),
            ).add_params(box),
        ).resolve_scale(y="independent"),
        width=780,
        height=190,
    )


_LONG_MS = 10_000
"""From here a trace is told in seconds."""
_STEPS = "format(datum.value, ',.6~f') + ' ms'"
_LONG_STEPS = "format(datum.value / 1000, ',.6~f') + ' s'"


def waterfall(steps: Sequence[tuple[str, float, float, bool]]) -> alt.LayerChart:
    """The steps of a trace in their order, each from when to when (ms since its beginning), and whether it failed."""
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(steps, columns=["row", "a", "b", "bad"])
    # labels are indented by their depth, and a browser shows runs of blanks as one
    axis = alt.Axis(domain=False, ticks=False, grid=False, labelLimit=260, labelAlign="left", labelPadding=230)
    y = alt.Y("row:N", sort=list(frame["row"]), title=None, axis=axis)
    colour = alt.Color("bad:N", scale=alt.Scale(domain=[False, True], range=[USUAL, MARK]), legend=None)
    end = max([b for _, _, b, _ in steps], default=1.0) or 1.0
    x: dict[str, Any] = {
        "title": None,
        "scale": alt.Scale(domain=[0, end], nice=False),
        "axis": alt.Axis(tickCount=6, labelExpr=_LONG_STEPS if end >= _LONG_MS else _STEPS),
    }
    bars = alt.Chart(frame).mark_bar(height=10, cornerRadius=1).encode(x=alt.X("a:Q", **x), x2="b:Q", y=y, color=colour)
    # a step of no length, or of a thousandth of the whole, is a mark of its own
    marks = alt.Chart(frame).mark_point(filled=True, shape="stroke", angle=90, size=90, opacity=1).encode(
        x=alt.X("a:Q", **x), y=y, color=colour
    )  # fmt: skip
    return _styled(alt.layer(bars, marks), width=560, height=max(22 * len(frame), 22))


def drivers(shares: Sequence[Driver]) -> alt.LayerChart:
    """How much each factor had in a change of cost, the largest first; what it saved points left.

    A bar too short to be seen has no place here: the table beside the chart has them all.
    """
    import altair as alt
    import pandas as pd

    seen = [(d.factor, d.share) for d in shares if abs(d.share) >= SHORTEST_BAR] or [
        (d.factor, d.share) for d in shares
    ]
    rows = sorted(seen, key=lambda row: -abs(row[1]))
    frame = pd.DataFrame(rows, columns=["factor", "share"])
    y = alt.Y("factor:N", sort=[factor for factor, _ in rows], title=None, axis=alt.Axis(domain=False, ticks=False))
    x = alt.X("share:Q", title=None, axis=alt.Axis(format=".0%", tickCount=5))
    bars = alt.Chart(frame).mark_bar(color=SEEN, height=12).encode(x=x, y=y)
    zero = alt.Chart(pd.DataFrame([{"zero": 0}])).mark_rule(color=USUAL).encode(x=alt.X("zero:Q"))
    return _styled(alt.layer(bars, zero), width=380, height=26 * max(len(rows), 1))


def spread(shares: Sequence[Share]) -> alt.LayerChart:
    """What came in, value by value: its usual share above, and under it the one that was seen."""
    import altair as alt
    import pandas as pd

    rows = [(s.value, side, part) for s in shares for side, part in (("usual", s.usual), ("now", s.now))]
    frame = pd.DataFrame(rows, columns=["value", "side", "share"])
    axis = alt.Axis(domain=False, ticks=False, grid=False, labelLimit=200)
    y = alt.Y("value:N", sort=[s.value for s in shares], title=None, axis=axis, scale=alt.Scale(paddingInner=0.35))
    side = alt.YOffset("side:N", sort=["usual", "now"])
    colour = alt.Color("side:N", scale=alt.Scale(domain=["usual", "now"], range=[USUAL, SEEN]), legend=None)
    x = alt.X("share:Q", title=None, axis=alt.Axis(format="~%", tickCount=4))
    bars = alt.Chart(frame).mark_bar().encode(x=x, y=y, yOffset=side, color=colour)
    return _styled(alt.layer(bars), width=380, height=30 * max(len(shares), 1))


def live(finding: Finding, shift: timedelta, words: tuple[str, str, str]) -> alt.LayerChart:
    """The chart of a finding, to be hovered and zoomed: `words` name the time, what was seen and what is usual."""
    import altair as alt
    import pandas as pd

    drawn, points = finding_chart(finding, shift), around(_naive(finding))
    frame = _clock(pd.DataFrame([(p.at + shift, p.value, p.usual) for p in points], columns=["at", "seen", "usual"]))
    form = _format(finding.measure.unit).replace("~s", ",.3~f").replace("~%", ".2~%")
    told = [
        alt.Tooltip("at:T", title=words[0], timeUnit="utcyearmonthdatehoursminutes", format="%Y-%m-%d %H:%M"),
        alt.Tooltip("seen:Q", title=words[1], format=form),
        alt.Tooltip("usual:Q", title=words[2], format=form),
    ]
    x = drawn.layer[2].encoding.x
    near = alt.selection_point(
        name="near", on="pointerover", clear="pointerout", nearest=True, encodings=["x"], empty=False
    )
    seen = alt.condition(near, alt.value(0.35), alt.value(0))
    marks = alt.Chart(frame).mark_point(size=260, filled=True, color=SEEN)
    marks = marks.encode(x=x, y="seen:Q", tooltip=told, opacity=seen)
    zoom = alt.selection_interval(name="zoom", bind="scales", encodings=["x"])
    drawn.layer.append(marks.add_params(near, zoom))
    made: alt.LayerChart = drawn
    return made


def _clock(frame: Any) -> Any:
    """A frame whose times say that they are UTC: a browser takes a bare time for one of its own zone."""
    import pandas as pd

    for name in frame.columns.intersection(["at", "a", "b"]):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def _utc(at: datetime) -> datetime:
    """A time as naive UTC."""
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _naive(finding: Finding) -> Finding:
    """A copy whose times, aware in a document and naive in its series, are all naive UTC."""
    series = [point.model_copy(update={"at": _utc(point.at)}) for point in finding.series]
    end = _utc(finding.end) if finding.end else None
    return finding.model_copy(update={"start": _utc(finding.start), "end": end, "series": series})


def _time_axis(first: datetime, last: datetime) -> dict[str, Any]:
    """The encoding of a time axis: UTC scales, which the machine's own zone cannot move; numbers, no words."""
    import altair as alt

    days = (last - first).total_seconds() / 86400
    form = "%H:%M" if days <= 1.5 else "%m-%d %Hh" if days <= 4 else "%m-%d"
    domain = [alt.DateTime(**_parts(at)) for at in (first, last)]
    return {
        "title": None,
        "scale": alt.Scale(type="utc", domain=domain),
        "axis": alt.Axis(format=form, tickCount=6, grid=False, labelOverlap=True),
    }


def _parts(at: datetime) -> dict[str, Any]:
    """A time in the parts that Vega-Lite takes it in."""
    names = {"year": at.year, "month": at.month, "date": at.day, "hours": at.hour, "minutes": at.minute}
    return {**names, "seconds": at.second, "utc": True}


def _format(unit: str, most: float = 1000.0) -> str:
    """The number format of an axis that goes up to `most`.

    Thousands and millions have letters; under a thousand they would say `m` for thousandths, which reads as millions.
    """
    if unit == "share":
        return "~%"
    plain = "~s" if most >= 1000 else ",.6~f"
    return f"${plain}" if unit.lower() == "usd" else plain


def _styled(chart: Any, width: int, height: int) -> alt.LayerChart:
    """The one look of all charts."""
    styled: alt.LayerChart = (
        chart.properties(
            width=width,
            height=height,
            background="transparent",
            padding={"left": 14, "right": 14, "top": 6, "bottom": 4},
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=13,
            labelColor=TEXT,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFont="sans-serif",
            labelPadding=6,
        )
    )
    return styled
