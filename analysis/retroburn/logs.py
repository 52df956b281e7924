"""`Logs`: exported logs, read once, to be asked anything. What `retroburn.open()` returns."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from retroburn import __version__, config, intake
from retroburn.ask import by_week, drift, facts, flat, regression, shown, times, why
from retroburn.detect import mutes, prepare, run, settings, tell
from retroburn.detect.clean import clean
from retroburn.detect.frame import Frame, How, Run
from retroburn.detect.levels import bill
from retroburn.engine import Engine, check_condition, check_select
from retroburn.errors import SourceError, UsageError
from retroburn.explore.verbs import Verbs
from retroburn.findings import Baseline, Document, Fact, Failed, Finding, Muted, Window
from retroburn.found import Findings, Slices
from retroburn.intake.store import MANIFEST

if TYPE_CHECKING:
    import altair as alt
    import duckdb
    import pandas as pd

TABLES = ("spans", "requests", "operations", "signals", "findings", "rejects", "context")
"""What `sql` can read (contract, section 6); with a baseline, also `baseline.<name>`."""

_FROM_MIDDLE = {"requests", "operations", "signals", "findings"}
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Options:
    """The flags that choose data (contract, section 1), the same on every command."""

    start: str | datetime | None = None
    end: str | datetime | None = None
    baseline: Sequence[str] = ()
    baseline_until: str | datetime | None = None
    context: Sequence[str] = ()
    format: str | None = None
    config: str | Path | None = None
    memory: str | None = None
    engine: str = "duckdb"
    tz: str = "UTC"
    importers: str | Path | None = None


class Logs(Verbs):
    """Logs that were read: tables to query, findings to ask for.

    The tables behind requests and signals are made when they are first needed. Close it, or use it in a `with`.
    """

    def __init__(self, sources: Sequence[str], options: Options) -> None:
        self.options = options
        self.sources = [str(s) for s in sources]
        if options.engine != "duckdb":
            raise UsageError(_engine_help(options.engine))
        self.config = settings.checked(config.load(options.config))
        times.zone(options.tz)
        self.engine = Engine(options.memory)
        try:
            self._read(self.sources)
        except BaseException:
            self.engine.close()
            raise
        self._built: set[str] = set()
        self._failed: list[Failed] = []
        self._checked: dict[tuple[datetime, datetime], Findings] = {}

    def _read(self, sources: list[str]) -> None:
        own = str(self.options.importers) if self.options.importers else None
        told = intake.Options(fmt=self.options.format, tz=self.options.tz, config=self.config, importers=own)
        prepare.macros(self.engine)
        main = intake.read(self.engine, sources, told)
        self.inputs = [item.model_copy() for item in main.inputs]
        self.health, self.partial = list(main.health), list(main.partial)
        others: list[tuple[intake.Role, Sequence[str]]] = [
            ("baseline", self.options.baseline),
            ("context", self.options.context),
        ]
        for role, names in others:
            if names:
                more = intake.read(self.engine, [str(name) for name in names], told, role)
                self.inputs += [item.model_copy() for item in more.inputs]
                self.health += more.health
                self.partial += more.partial
        self.span = self._span()
        if self.span is None and self.options.format and not any(one.records for one in main.inputs):
            raise SourceError(f"--format {self.options.format}: no file holds anything in that format. Leave it out.")

    def _span(self) -> tuple[datetime, datetime] | None:
        first, last = self.engine.run("select min(start), max(start) from spans").fetchone() or (None, None)
        return None if first is None else (first, last)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Where findings are looked for, the end excluded. Raises UsageError where a flag cuts everything off."""
        if self.span is None:
            raise SourceError("There is no span in these logs, so there is nothing to look at.")
        first, last = self.span
        end_of_all = last + _TICK
        start, end, until = (self._time(name, last) for name in ("start", "end", "baseline_until"))
        if start and end and start >= end:
            raise UsageError(f"--from {self.options.start} is not before --to {self.options.end}.")
        begin, finish = max(filter(None, [start, until, first])), min(end or end_of_all, end_of_all)
        if begin >= finish:
            raise UsageError(
                f"No record lies in the window: the log goes from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC."
            )
        return begin, finish

    @cached_property
    def frame(self) -> Frame:
        """The window with all that lies before it, and what it is compared with."""
        begin, finish = self.window
        self.build("requests")
        options = self.options
        how: How = "source" if options.baseline else "until" if options.baseline_until else "history"
        first = self.span[0] if self.span else begin
        return Frame(first, begin, finish, how, int(self.engine.one("select count(*) from request_facts")))

    def _time(self, name: str, newest: datetime) -> datetime | None:
        text = getattr(self.options, name)
        flag = {"start": "--from", "end": "--to", "baseline_until": "--baseline-until"}[name]
        return times.parse(str(text), flag, newest, self.options.tz) if text else None

    @property
    def schemas(self) -> list[str]:
        """`main`, and `baseline` where one was given."""
        return ["main", "baseline"] if self.options.baseline else ["main"]

    def build(self, *parts: str) -> None:
        """Makes `requests` (and operations), and `signals` where asked for; each once."""
        for part in ("requests", "signals"):
            if part in self._built or not ({part, "findings"} & set(parts) or (part == "requests" and parts)):
                continue
            for schema in self.schemas:
                if part == "requests":
                    prepare.build(self.engine, schema)
                else:
                    self._failed += prepare.read_text(self.engine, schema, prepare.settings(self.config))
            self._built.add(part)

    def relation(self, table: str) -> duckdb.DuckDBPyRelation:
        """A canonical table as a lazy DuckDB relation."""
        if table in _FROM_MIDDLE:
            self.build(table)
        return self.engine.con.table(table)

    @property
    def spans(self) -> duckdb.DuckDBPyRelation:
        """One accepted record a row."""
        return self.relation("spans")

    @property
    def requests(self) -> duckdb.DuckDBPyRelation:
        """One logical request a row."""
        return self.relation("requests")

    @property
    def operations(self) -> duckdb.DuckDBPyRelation:
        """One intended call a row, its attempts folded together."""
        return self.relation("operations")

    @property
    def signals(self) -> duckdb.DuckDBPyRelation:
        """One fact about one span a row."""
        return self.relation("signals")

    @property
    def rejects(self) -> duckdb.DuckDBPyRelation:
        """One record that was not accepted a row."""
        return self.relation("rejects")

    @property
    def context(self) -> duckdb.DuckDBPyRelation:
        """What people and other systems knew."""
        return self.relation("context")

    def query(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Runs one SELECT over the canonical tables; a result to fetch from. Raises QueryError for anything else."""
        self._make(check_select(self.engine.con, sql, self.tables))
        return self.engine.ask(sql)

    @property
    def tables(self) -> set[str]:
        """The names that a query may read."""
        return {*TABLES, *(f"baseline.{table}" for table in TABLES if self.options.baseline)}

    def _make(self, used: set[str]) -> None:
        """Makes the tables that a query reads."""
        parts = {name.removeprefix("baseline.") for name in used} & _FROM_MIDDLE
        if parts:
            self.build(*parts)
        if "findings" in used:
            flat.fill(self.engine, self.check())

    def why(
        self, selection: str, by: str | Sequence[str] | None = None, params: Mapping[str, Any] | None = None
    ) -> Slices:
        """What is different about the requests that fit a condition: ranked slices, empty where there is only noise.

        `selection` is an SQL condition over `requests` (`$name` in it is a value of `params`), `by` the fields to cut
        by. With a baseline each slice is compared with it, else with the other rows.
        """
        used, columns = check_condition(self.engine.con, selection, "requests", self.tables)
        self._make({*used, "requests"})
        asked = Run(self.engine, self.frame, self.config, self.options.tz)
        fields = [by] if isinstance(by, str) else by
        question = {"condition": selection, "by": fields, "params": dict(params or {})}
        start, end = self.window
        window = {"start": self.options.start and start, "end": self.options.end and end}
        return Slices(why.find(asked, selection, fields, params or {}, columns), {**question, **window})

    def sql(self, sql: str) -> pd.DataFrame:
        """One SELECT over the canonical tables as a pandas DataFrame."""
        return self.query(sql).df()

    def check(self, progress: Callable[[str], None] | None = None) -> Findings:
        """Runs every detector; the same again when asked twice of one window, here or in `between`."""
        if self.span is None:
            return Findings(self._document([], [], not_assessed=run.without_spans()), self)
        if self.window not in self._checked:
            self._checked[self.window] = self._check(progress)
        return self._checked[self.window]

    def _check(self, progress: Callable[[str], None] | None) -> Findings:
        self.build("requests", "signals")
        frame = self.frame
        has_context = bool(self.engine.one("select count(*) from context"))
        asked = Run(self.engine, frame, self.config, self.options.tz, intake.are_zones_mixed(self.health))
        outcome = run.check(asked, bool(self.options.baseline), has_context, progress)
        told, muted = self.told(outcome.findings)
        document = self._document(
            [*self._failed, *outcome.failed],
            intake.of_check(self.engine, outcome.needs, frame.without_past),
            window=Window(start=tell.aware(frame.start), end=tell.aware(frame.end)),
            baseline=self._baseline(frame),
            not_assessed=outcome.not_assessed,
            findings=told,
            muted=muted,
        )
        return Findings(document, self)

    def told(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[Muted]]:
        """Which findings `--config` lets be told, and which it mutes, on the day of the newest record."""
        return (
            mutes.split(findings, self.config.mute, times.day(self.span[1], self.options.tz)) if self.span else ([], [])
        )

    def _document(self, failed: list[Failed], facts: Sequence[Fact], **told: Any) -> Document:
        document = Document(
            tool={"version": __version__},
            inputs=self.inputs,
            status="partial" if failed or self.partial else "complete",
            failed=failed,
            health_facts=[*(fact.model_copy(deep=True) for fact in self.health), *facts],
            **told,
        )
        clean(document)
        return document

    def _baseline(self, frame: Frame) -> Baseline:
        if frame.how == "source":
            row = self.engine.run("select min(start), max(start) from baseline.spans").fetchone()
            first, last = row or (None, None)
            return Baseline(start=first and tell.aware(first), end=last and tell.aware(last), how="source")
        until = frame.start if frame.start > frame.first else frame.end
        return Baseline(start=tell.aware(frame.first), end=tell.aware(until), how=frame.how)

    def collect(self, most: int = regression.MOST) -> list[dict[str, Any]]:
        """Failing cases of the window as a regression set, masked: what `retroburn collect` writes.

        Each has id, trace_id, kind, input, output, expected (None where the log does not know), why and where.
        """
        found = self.check()
        asked = self.span and Run(self.engine, self.frame, self.config, self.options.tz)
        return regression.collect(asked, found, most) if asked else []

    def facts(self, *folder: str) -> list[facts.Fact]:
        """The queries of a folder of `queries/` (reports, checklist), run over the window, each with its rows."""
        self.build("requests", "signals")
        return facts.gather(Run(self.engine, self.frame, self.config, self.options.tz) if self.span else None, *folder)

    @property
    def statements(self) -> Mapping[str, config.Statement]:
        """What people state in `--config` on questions of the launch checklist, by question."""
        return self.config.checklist

    def drift(self) -> pd.DataFrame:
        """How far each feature of what comes in lies from before: the fields of `drift.Distance`."""
        import pandas as pd

        self.build("requests", "signals")
        found = drift.distances(Run(self.engine, self.frame, self.config, self.options.tz))
        return pd.DataFrame([asdict(d) for d in found], columns=[f.name for f in fields(drift.Distance)])

    def requests_by_id(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """What pages show of requests, in the order of `ids`: text as logged, not masked, and the main columns."""
        self.build("requests")
        return shown.requests(self.engine, ids)

    def weekly_values(self, found: Sequence[Finding], weeks: Sequence[by_week.Week]) -> dict[str, by_week.Values]:
        """What each finding measures in each week (naive UTC), by its key; None for a week with too few cases."""
        self.check()
        return by_week.weekly(Run(self.engine, self.frame, self.config, self.options.tz), found, weeks)

    def inside(self, part: by_week.Where, whole: by_week.Where) -> float:
        """The share of the requests of one slice that are in another, by what was checked; 0 where there is none."""
        return by_week.inside(self.engine, part, whole)

    def count(self, start: datetime, end: datetime) -> int:
        """Requests that began between two times (naive UTC)."""
        self.build("requests")
        return by_week.count(self.engine, start, end)

    @property
    def stores(self) -> list[Path]:
        """The stores among SOURCE: they keep what was found in earlier weeks."""
        return [path for path in map(Path, self.sources) if (path / MANIFEST).is_file()]

    @property
    def tz(self) -> str:
        """The zone in which days begin and times are shown."""
        return self.options.tz

    def between(self, start: str | datetime | None, end: str | datetime | None) -> Logs:
        """The same logs, nothing read again, with findings looked for in another window; naive times are UTC."""
        other = copy.copy(self)
        other.options = replace(self.options, start=times.written(start), end=times.written(end))
        other.__dict__.pop("frame", None)
        return other

    def events(self) -> list[dict[str, Any]]:
        """The rows of `context` in order of time: what timelines show beside the findings."""
        return self.engine.rows('select "at", kind, text, ref from context order by "at", kind, text')

    def timeline(self) -> alt.LayerChart:
        """Every finding as a bar over the window, what people knew as ticks above them."""
        from retroburn import charts

        document = self.check().document
        drawn = charts.timeline(document.findings, [event["at"] for event in self.events()], self.window)
        return drawn.properties(width=charts.NOTEBOOK_WIDTH)

    def cut(self) -> None:
        """Drops the rows outside --from … --to from the tables: what `sql`, `import` and `collect` do."""
        if self.span is None:
            return
        start, end = self.window
        # the temporary view hides the whole one; its own schema is called main too, so the database is named
        base = self.engine.one("select current_database()")
        self.engine.everywhere(
            f"create or replace temp view spans as select * from {base}.main.spans "
            f"where start >= timestamp '{start.isoformat()}' and start < timestamp '{end.isoformat()}'"
        )

    def cost_bridge(self, before: Sequence[str | datetime], after: Sequence[str | datetime]) -> pd.DataFrame:
        """What drove the change in cost between two intervals: factor and usd, which sum to the change."""
        import pandas as pd

        self.build("requests")
        newest = self.window[1]
        sides = [
            tuple(times.parse(str(times.written(time)), name, newest, self.options.tz) for time in interval)
            for name, interval in (("before", before), ("after", after))
        ]
        parts = bill.cost_bridge(self.engine, (sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))
        largest = sorted(parts, key=lambda factor: -abs(parts[factor]))
        return pd.DataFrame({"factor": largest, "usd": [parts[factor] for factor in largest]})

    def close(self) -> None:
        """Closes the database and removes what it wrote."""
        self.engine.close()

    def __enter__(self) -> Logs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _engine_help(name: str) -> str:
    if name == "spark":
        return '--engine spark needs the extra: pip install "retroburn[spark]". It is not part of this version.'
    return f"--engine {name}: no such engine. Known: duckdb, spark."
