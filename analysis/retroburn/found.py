"""`Findings`: what a check found, to be listed, drawn, and asked for the query behind each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from retroburn import assets, door
from retroburn.findings import Document, Finding

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

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
        return f"<b>{door.html(self.title)}</b> · {self.severity}<br>{door.html(self.summary)}"


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

    def _repr_html_(self) -> str:
        if not self._found:
            return "Nothing found that is out of the usual."
        return str(self.to_frame().to_html(index=False, escape=True, max_rows=40))


_COLUMNS = ("severity", "kind", "title", "from", "to", "where", "requests", "users", "cost_usd", "id")


def _row(f: Finding) -> dict[str, Any]:
    return {
        "severity": f.severity, "kind": f.kind, "title": f.title, "from": f.start, "to": f.end, "where": f.where,
        "requests": f.impact.requests, "users": f.impact.users, "cost_usd": f.impact.cost_usd, "id": f.id,
    }  # fmt: skip
