"""`Findings`: what a check found, to be listed, drawn, and asked for the query behind each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from retroburn import assets, door
from retroburn.door import display
from retroburn.findings import Document, Finding

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from retroburn.ask.why import Slice
    from retroburn.logs import Logs


class Found(Finding):
    """A finding that draws itself and hands over its query."""

    @property
    def sql(self) -> str:
        """The query whose cases the finding was made of, its parameters in a comment."""
        params = "\n".join(f"--   {name}: {value}" for name, value in self.evidence.params.items())
        path = assets.folder("queries").parent / self.evidence.query
        return f"-- {self.evidence.query}\n{params}\n{path.read_text(encoding='utf-8')}"

    def chart(self) -> alt.LayerChart:
        """What was seen and what is usual over time, the onset marked."""
        from retroburn import charts

        naive = {"start": self.start.replace(tzinfo=None), "end": self.end and self.end.replace(tzinfo=None)}
        return charts.finding_chart(self.model_copy(update=naive))

    def _repr_html_(self) -> str:
        from retroburn import charts

        head = display.tag("span", self.severity, kind=f"sev sev-{self.severity}")
        spark = Markup(charts.spark(self)) if self.series else ""  # noqa: S704 - numbers only
        return display.panel(
            display.tag("p", head, " ", display.tag("b", self.title)),
            display.tag("p", self.summary), spark, display.tag("p", self.advice, kind="soft"),
        )  # fmt: skip


class Findings(Sequence[Found]):
    """Findings in the order of the contract. `document` is the whole of findings.json."""

    def __init__(self, document: Document, logs: Logs) -> None:
        self.document = document
        self.logs = logs
        self._found = [Found.model_validate({**dict(f), "series": f.series}) for f in document.findings]

    def __getitem__(self, index: Any) -> Any:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Found]:
        return iter(self._found)

    def to_frame(self) -> pd.DataFrame:
        """One finding a row: what a person sorts and filters by."""
        import pandas as pd

        return pd.DataFrame([_row(f) for f in self._found], columns=list(_COLUMNS))

    def __repr__(self) -> str:
        lines = [f"[{i}] {f.severity:8} {f.title}" for i, f in enumerate(self._found[:MOST_SHOWN])]
        return "\n".join(lines) or "Nothing found that is out of the usual."

    def _repr_html_(self) -> str:
        if not self._found:
            return display.panel("Nothing found that is out of the usual.")
        rows = [
            [display.tag("span", f.severity, kind=f"sev sev-{f.severity}"), *_told(i, f)] for i, f in enumerate(self)
        ]
        return display.panel(display.table(_HEAD, rows[:MOST_SHOWN], _HEAD[4:7]), _more(len(rows)))


MOST_SHOWN = 40
_HEAD = ("", "what broke", "since", "until", "requests", "users", "extra cost", "")


def _told(index: int, f: Found) -> list[object]:
    """A finding in a row: its numbers, and how it went."""
    impact = f.impact
    usd = impact.cost_usd
    cost = None if usd is None else f"{'-' if usd < 0 else ''}${abs(usd):,.2f}"
    counts = [None if n is None else f"{n:,}" for n in (impact.requests, impact.users)]
    until = f"{f.end:%m-%d %H:%M}" if f.end else "goes on"
    return [f"[{index}] {f.title}", f"{f.start:%m-%d %H:%M}", until, *counts, cost, _spark(f)]


def _spark(f: Found) -> Markup | str:
    from retroburn import charts

    return Markup(charts.spark(f)) if f.series else ""  # noqa: S704 - numbers only


def _more(rows: int) -> Markup | str:
    return display.tag("p", f"{rows - MOST_SHOWN} more findings.", kind="soft") if rows > MOST_SHOWN else ""


_COLUMNS = ("severity", "kind", "title", "from", "to", "where", "requests", "users", "cost_usd", "id")


def _row(f: Finding) -> dict[str, Any]:
    return {
        "severity": f.severity, "kind": f.kind, "title": f.title, "from": f.start, "to": f.end, "where": f.where,
        "requests": f.impact.requests, "users": f.impact.users, "cost_usd": f.impact.cost_usd, "id": f.id,
    }  # fmt: skip


class Slices(Sequence["Slice"]):
    """The slices in which a condition holds more often, the clearest first. Empty: only noise tells them apart."""

    def __init__(self, slices: Sequence[Slice], asked: Mapping[str, Any] | None = None) -> None:
        self._slices, self.asked = list(slices), asked

    def __getitem__(self, index: Any) -> Any:
        return self._slices[index]

    def __len__(self) -> int:
        return len(self._slices)

    def rows(self) -> list[dict[str, Any]]:
        """One slice a row, as plain values."""
        names = ("where", "n", "bad", "rate", "usual", "lift", "excess", "q", "aliases")
        return [{name: getattr(one, name) for name in names} for one in self._slices]

    def to_frame(self) -> pd.DataFrame:
        """One slice a row: where, n, bad, rate, usual, lift, excess, q, aliases."""
        import pandas as pd

        names = ["where", "n", "bad", "rate", "usual", "lift", "excess", "q", "aliases"]
        return pd.DataFrame(self.rows(), columns=names)

    def _repr_html_(self) -> str:
        if not self._slices:
            return "No slice stands out: what tells these requests from the others is not in their fields."
        return display.panel(self.table())

    def table(self) -> Markup:
        """The slices as a table for people."""
        return display.table(("where", *TOLD), [[place(one), *told(one)] for one in self._slices], TOLD)

    def __repr__(self) -> str:
        return (
            "\n".join("  ".join([door.show(place(one)), *told(one)]) for one in self._slices) or "no slice stands out"
        )


TOLD = ("requests", "of them", "rate", "usual", "lift", "excess", "chance")


def place(one: Slice) -> str:
    """A slice in words, with its other names."""
    name = _listed(one.where)
    return f"{name} (the same as {'; '.join(map(_listed, one.aliases))})" if one.aliases else name


def _listed(where: dict[str, str]) -> str:
    return " and ".join(
        f"{field} {value}" if value[:1] in "<>" else f"{field} = {value}" for field, value in where.items()
    )


def told(one: Slice) -> list[str]:
    """The numbers of a slice as a reader sees them, named by TOLD."""
    usual, lift, excess = one.usual, one.lift, one.excess
    return [
        f"{one.n:,}",
        f"{one.bad:,}",
        f"{one.rate:.1%}",
        "not known" if usual is None else f"{usual:.2%}",
        "not known" if lift is None else f"{lift:,.1f}×" if lift < 1000 else "over 1,000×",
        "not known" if excess is None else f"{excess:,.0f}",
        "under 1e-9" if one.q < 1e-9 else f"{one.q:.1g}",
    ]
