"""A trace as a waterfall, each step beneath its parent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from retroburn import charts, door
from retroburn.door import display
from retroburn.errors import UsageError
from retroburn.explore import steps
from retroburn.report import figures
from retroburn.report.clean import readable

if TYPE_CHECKING:
    import altair as alt

    from retroburn.logs import Logs

MOST = 60
"""Steps drawn: a run-away loop has thousands that look alike."""
_TEXT = 700


class Trace:
    """The steps of a trace with how deep each lies. `spans` are its rows as logged."""

    def __init__(self, logs: Logs, name: str) -> None:
        """`name` is the id of the trace, or of a request or span in it; raises UsageError where there is none."""
        found = steps.of(logs, name)
        if not found:
            raise UsageError(f"No span, request or trace has the id {door.show(name, 80)}.")
        of_one = [span for span in found if span["trace_id"] == found[0]["trace_id"]]
        self.depths = list(steps.nested(of_one))
        self.spans = [span for _, span in self.depths]

    def chart(self) -> alt.LayerChart:
        """Each step from when to when, the failed ones marked."""
        shown = self.depths[:MOST]
        first = min((span["start"] for span in self.spans if span["start"]), default=None)
        return charts.waterfall([self._bar(i, depth, span, first) for i, (depth, span) in enumerate(shown, 1)])

    def _bar(
        self, number: int, depth: int, span: dict[str, Any], first: datetime | None
    ) -> tuple[str, float, float, bool]:
        a = (span["start"] - first) / timedelta(milliseconds=1) if span["start"] and first else 0.0
        label = f"{number} {'· ' * min(depth, 8)}{door.show(span['name'] or span['kind'], 40)}"
        return label, a, a + (span["duration_ms"] or 0.0), span["status"] in {"error", "timeout", "cancelled"}

    def _repr_html_(self) -> str:
        drawn = figures.inline(figures.svg(self.chart()), "waterfall")
        rest = len(self.spans) - MOST
        return display.panel(
            display.tag(
                "p",
                display.tag("b", f"trace {door.show(self.spans[0]['trace_id'], 80)}"),
                f" · {len(self.spans)} steps",
            ),
            Markup(drawn),  # noqa: S704 - rebuilt from known shapes, its texts escaped
            display.tag("p", f"{rest} more steps are not drawn.", kind="soft") if rest > 0 else "",
            display.table(_HEAD, [_row(i, span) for i, span in enumerate(self.spans[:MOST], 1)], _NUMBERS),
            *(_said(i, span) for i, span in enumerate(self.spans[:MOST], 1) if _texts(span)),
        )


_HEAD = ("", "kind", "name", "status", "ms", "model", "tokens", "cost", "seen in it")
_NUMBERS = ("ms", "tokens", "cost")


def _row(number: int, span: dict[str, Any]) -> list[object]:
    tokens = [span[name] for name in ("input_tokens", "output_tokens") if span[name] is not None]
    state = " ".join(str(part) for part in (span["status"], span["error_type"]) if part)
    return [
        number, span["kind"], span["name"], state,
        None if span["duration_ms"] is None else f"{span['duration_ms']:,.0f}",
        span["model"], " + ".join(f"{n:,}" for n in tokens),
        None if span["cost_usd"] is None else f"${span['cost_usd']:.4f}", "; ".join(span["signals"]),
    ]  # fmt: skip


def _texts(span: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, span[name]) for name in ("input", "output", "error_message") if span[name] is not None]


def _said(number: int, span: dict[str, Any]) -> Markup:
    texts = [
        display.tag("div", f"{name}: ", door.show(readable(text), _TEXT), kind="side") for name, text in _texts(span)
    ]
    return display.tag(
        "details", display.tag("summary", f"{number} {door.show(span['name'] or span['kind'], 60)}"), *texts
    )
