"""One function a chart: points of a finding in, an Altair chart out.

Charts carry no words but axis numbers and kinds, so one drawing serves every language; captions and text alternatives
are the page's. A colour stands for a role (what was seen, what is usual, what is marked): pages replace it by the
reader's theme. Times are drawn shifted to the reader's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from retroburn.findings import Driver, Finding, Point

if TYPE_CHECKING:
    import altair as alt

SEEN, USUAL, MARK, SHADE, GRID, TEXT = "#1f2328", "#8b8f98", "#c2410c", "#fdebe0", "#e4e5e9", "#5b616b"
SEVERITY_COLOUR = {"critical": "#b42318", "high": "#c2620c", "medium": "#8a6d00", "low": "#4a6fa5", "info": "#6b7280"}
MOST_POINTS = 200
"""More points than pixels help nobody, and cost the page its size."""


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
    frame = pd.DataFrame(rows, columns=["at", "seen", "usual"])
    times = [at for at, _, _ in rows] or [finding.start + shift, (finding.end or finding.start) + shift]
    end = min(finding.end + shift, times[-1]) if finding.end else times[-1]
    box = pd.DataFrame([{"a": max(finding.start + shift, times[0]), "b": max(end, times[0])}])
    x = _time_axis(times[0], times[-1])
    y = alt.Y("seen:Q", title=None, axis=alt.Axis(format=_format(finding.measure.unit), tickCount=4))
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
    y = alt.Y("row:N", sort=names, title=None, axis=alt.Axis(domain=False, ticks=False, grid=False, labelLimit=220))
    colour = alt.Color(
        "severity:N",
        scale=alt.Scale(domain=list(SEVERITY_COLOUR), range=list(SEVERITY_COLOUR.values())),
        legend=None,
    )
    frame = pd.DataFrame(bars, columns=["row", "a", "b", "severity"])
    marks = pd.DataFrame([{"a": _utc(at) + shift} for at in events], columns=["a"])
    layers = [
        alt.Chart(frame).mark_bar(height=9, cornerRadius=2).encode(x=alt.X("a:T", **x), x2="b:T", y=y, color=colour),
        # a finding of minutes in a window of weeks would be no pixel wide: its onset is a mark of its own
        alt.Chart(frame).mark_point(filled=True, size=55, opacity=1).encode(x=alt.X("a:T", **x), y=y, color=colour),
    ]
    if events:
        layers.insert(0, alt.Chart(marks).mark_rule(color=USUAL, strokeDash=[2, 3]).encode(x=alt.X("a:T", **x)))
    return _styled(alt.layer(*layers), width=300 if narrow else 780, height=max(26 * len(bars), 26))


def drivers(shares: Sequence[Driver]) -> alt.LayerChart:
    """How much each factor had in a change of cost, the largest first; what it saved points left."""
    import altair as alt
    import pandas as pd

    rows = sorted(((d.factor, d.share) for d in shares), key=lambda row: -abs(row[1]))
    frame = pd.DataFrame(rows, columns=["factor", "share"])
    y = alt.Y("factor:N", sort=[factor for factor, _ in rows], title=None, axis=alt.Axis(domain=False, ticks=False))
    x = alt.X("share:Q", title=None, axis=alt.Axis(format=".0%", tickCount=5))
    bars = alt.Chart(frame).mark_bar(color=SEEN, height=12).encode(x=x, y=y)
    zero = alt.Chart(pd.DataFrame([{"zero": 0}])).mark_rule(color=USUAL).encode(x=alt.X("zero:Q"))
    return _styled(alt.layer(bars, zero), width=380, height=26 * max(len(rows), 1))


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


def _format(unit: str) -> str:
    """The number format of an axis."""
    return {"share": "~%", "usd": "$~s", "USD": "$~s"}.get(unit, "~s")


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
