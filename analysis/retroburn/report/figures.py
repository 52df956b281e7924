"""Charts as SVG: drawn in the notebook, cleaned for the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from retroburn import charts
from retroburn.findings import Document
from retroburn.report.bundle import MEDIA_TYPE, Bundle, Drawing, Event
from retroburn.report.numbers import Speech

_SVG = "{http://www.w3.org/2000/svg}"
_KEPT = {
    "d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "viewBox", "text-anchor",
    "stroke-dasharray", "stroke-width", "opacity", "fill-opacity", "fill", "stroke",
}  # fmt: skip
_TAGS = {"svg", "g", "path", "line", "rect", "text", "circle"}
_ROLES = {
    charts.SEEN: "seen",
    charts.USUAL: "usual",
    charts.MARK: "mark",
    charts.SHADE: "shade",
    charts.GRID: "grid",
    charts.TEXT: "text",
} | {colour: f"sev-{name}" for name, colour in charts.SEVERITY_COLOUR.items()}


class Figures:
    """Drawings, shown one under the other in a notebook."""

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        """Keeps drawings in their order."""
        self.drawings = list(drawings)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for drawing in self.drawings:
            bundle: dict[str, Any] = {
                MEDIA_TYPE: {"drawings": [drawing.model_dump(mode="json")]},
                "text/plain": f"{drawing.role} {drawing.finding or ''}".strip(),
            }
            if drawing.role != "timeline_narrow":
                bundle["image/svg+xml"] = drawing.svg
            display(bundle, raw=True)  # type: ignore[no-untyped-call]


def of_findings(document: Document, zone: str) -> Figures:
    """One chart a finding that has a series, and one of its drivers or of what came in where it has some."""
    speech, drawings = Speech(zone=zone), []
    for finding in document.findings:
        if finding.series and not finding.about:  # its course is that of what it speaks of
            chart = charts.finding_chart(finding, speech.shift(finding.start))
            drawings.append(Drawing(role="finding", finding=finding.id, svg=svg(chart)))
        if finding.drivers:
            drawings.append(Drawing(role="drivers", finding=finding.id, svg=svg(charts.drivers(finding.drivers))))
        if finding.spread:
            drawings.append(Drawing(role="spread", finding=finding.id, svg=svg(charts.spread(finding.spread))))
    return Figures(drawings)


def timelines(document: Document, events: Iterable[Event], zone: str) -> Figures:
    """The timeline twice: for a wide page and for a phone. None where there is nothing to place."""
    bars = Bundle(report="", document=document).troubles
    if not bars:
        return Figures([])
    first, last = _span(document)
    shift = Speech(zone=zone).shift(first)
    noted = [event.at for event in events if first <= event.at <= last]
    return Figures(
        [
            Drawing(role=role, svg=svg(charts.timeline(bars, noted, (first, last), shift, narrow=narrow)))
            for role, narrow in (("timeline", False), ("timeline_narrow", True))
        ]
    )


def _span(document: Document) -> tuple[datetime, datetime]:
    """The window; where it is not known, what the findings span."""
    first = document.window.start or min(f.start for f in document.findings)
    last = document.window.end or max(f.end or f.start for f in document.findings)
    return first, max(last, first + timedelta(minutes=1))


def svg(chart: Any) -> str:
    """A chart as SVG, drawn without a browser: the same wherever it is drawn.

    Its parts go without texts of their own: they would tell times in the machine's zone. The page gives the whole one.
    """
    import vl_convert

    # the charts are our own, and the tests hold them against the schema: to do so each time takes as long as to draw
    spec = chart.to_dict(validate=False)
    return str(vl_convert.vegalite_to_svg({**spec, "config": {**spec.get("config", {}), "aria": False}}))


def inline(svg: str, title: str, labels: Mapping[str, str] | None = None) -> str:
    """A drawing for the page: only shapes and text, colours as classes that follow the reader's theme.

    `title` is its text alternative, escaped already; `labels` are texts to show in the reader's language instead of
    those drawn. What is no shape of ours (script, style, links) is dropped.
    """
    ElementTree.register_namespace("", _SVG[1:-1])
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn by ourselves, and rebuilt from known elements only
    _strip(root)
    for text in root.iter(f"{_SVG}text"):
        text.text = (labels or {}).get(" ".join((text.text or "").split()), text.text)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    body = re.sub(r' xmlns(:\w+)?="[^"]*"', "", ElementTree.tostring(root, encoding="unicode"))
    return body.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)


def _strip(element: ElementTree.Element) -> None:
    for child in list(element):
        if _useless(child):
            element.remove(child)
        else:
            _strip(child)
    roles = [_class(element, name) for name in ("fill", "stroke")]
    element.attrib = {k: v for k, v in element.attrib.items() if k in _KEPT and not (k == "opacity" and v == "1")}
    if any(roles):
        element.set("class", " ".join(role for role in roles if role))
    _hoist(element)


def _hoist(element: ElementTree.Element) -> None:
    """Groups that say nothing make way for what they hold."""
    for place, child in reversed(list(enumerate(element))):
        if child.tag == f"{_SVG}g" and not child.attrib:
            element[place : place + 1] = list(child)


def _useless(child: ElementTree.Element) -> bool:
    """What a reader cannot see, and what is no shape."""
    tag = child.tag.removeprefix(_SVG)
    hidden = child.get("display") == "none" or child.get("opacity") == "0" or child.get("class") == "background"
    empty = (tag == "path" and not child.get("d")) or (tag == "g" and not len(child))
    return tag not in _TAGS or hidden or empty


def _class(element: ElementTree.Element, name: str) -> str | None:
    """Turns a colour into the class of its role; a colour we do not know becomes the text's."""
    colour = element.get(name)
    if colour in (None, "none", "transparent"):
        return None
    del element.attrib[name]
    return f"{name[0]}-{_ROLES.get(str(colour).lower(), 'text')}"


_WIDE, _HIGH, _EDGE = 88, 20, 3


def sparkline(values: Sequence[float | None], title: str) -> str:
    """A few values as a line for a cell of a table; `title` is its text alternative, escaped already."""
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    step = (_WIDE - 2 * _EDGE) / max(len(values) - 1, 1)
    scale = (_HIGH - 2 * _EDGE) / (high - low or 1.0)
    points = [
        None if value is None else (_EDGE + place * step, _HIGH - _EDGE - (value - low) * scale)
        for place, value in enumerate(values)
    ]
    path = "".join(
        f"{'M' if place == 0 or points[place - 1] is None else 'L'}{point[0]:.1f} {point[1]:.1f}"
        for place, point in enumerate(points)
        if point is not None
    )
    last = len(points) - 1
    dots = [point for place, point in enumerate(points) if point and (place == last or _alone(points, place))]
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" class="f-mark"/>' for x, y in dots)
    return (
        f'<svg role="img" aria-label="{title}" class="spark" viewBox="0 0 {_WIDE} {_HIGH}">'
        f'<path d="{path}" class="s-seen"/>{marks}</svg>'
    )


def _alone(points: Sequence[tuple[float, float] | None], place: int) -> bool:
    """Whether a value has no neighbour that a line could lead to."""
    beside = [points[other] for other in (place - 1, place + 1) if 0 <= other < len(points)]
    return not any(beside)
