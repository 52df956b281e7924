"""`%load_ext retroburn`: `%%sql` cells, charts that need no network, and foreseen errors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from retroburn.door import display
from retroburn.errors import RetroburnError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from retroburn.logs import Logs

SHOWN = 50
"""Rows shown of a result: the rest stays in the kernel, for a browser is no place to read a log in."""
_CELL = 300


class Answer:
    """What a `%%sql` cell gives: the first rows shown, text masked; `.df` has all of it as the log has it."""

    def __init__(self, df: pd.DataFrame) -> None:
        """Wraps a result for display."""
        self.df = df

    def __repr__(self) -> str:
        return f"{len(self.df):,} rows: {', '.join(map(str, self.df.columns))}"

    def _repr_html_(self) -> str:
        head = [str(name) for name in self.df.columns]
        numbers = [str(name) for name, kind in self.df.dtypes.items() if kind.kind in "iuf"]
        rows = [[_cell(value) for value in row] for row in self.df.head(SHOWN).itertuples(index=False, name=None)]
        more = len(self.df) - SHOWN
        told = f"{len(self.df):,} rows" if more <= 0 else f"the first {SHOWN} of {len(self.df):,} rows; `_.df` has all"
        return display.panel(display.table(head, rows, numbers), display.tag("p", told, kind="soft"))


def _cell(value: Any) -> str | None:
    import pandas as pd

    from retroburn import door

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, float):
        return f"{value:,.6g}"
    return door.show(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value, _CELL)


def load(shell: InteractiveShell) -> None:
    """Puts it into a notebook's session."""
    import altair as alt

    def sql(line: str, cell: str) -> Answer:
        """One SELECT over the canonical tables of `logs`; `%%sql NAME` also keeps the data frame under that name."""
        answer = Answer(_logs(shell).sql(cell))
        if name := line.strip():
            if not name.isidentifier():
                raise UsageError(f"%%sql {name}: that is no name for the result.")
            shell.user_ns[name] = answer.df
        return answer

    shell.magics_manager.register_function(sql, "cell", "sql")
    # JupyterLab draws no Vega-Lite of Altair's version, and Altair's own way asks a remote address for it
    alt.renderers.enable("svg")
    shell.set_custom_exc((RetroburnError,), _plainly)  # type: ignore[no-untyped-call]


def _logs(shell: InteractiveShell) -> Logs:
    from retroburn.explore.verbs import Verbs

    known = {name: one for name, one in shell.user_ns.items() if isinstance(one, Verbs) and not name.startswith("_")}
    found = known.get("logs") or next(iter(known.values()), None)
    if found is None:
        raise UsageError('%%sql: there are no logs yet. Open some: logs = retroburn.open("exports/")')
    return found  # type: ignore[return-value]


def _plainly(shell: InteractiveShell, kind: type[BaseException], error: BaseException, *_: Any, **__: Any) -> list[str]:
    """A foreseen error says what is wrong and how to mend it; where in our code it was raised helps nobody."""
    lines = [f"{kind.__name__}: {error}"]
    shell._showtraceback(kind, error, lines)
    return lines
