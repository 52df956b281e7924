"""What a log can say in a post-mortem, in the order of the SRE book. What it cannot say is a question to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from retroburn.detect.methods import late
from retroburn.findings import Finding
from retroburn.report import moments, tell
from retroburn.report.bundle import Bundle, Event, Kept
from retroburn.report.moments import Moments
from retroburn.report.numbers import Speech

NEAR_BEFORE, NEAR_AFTER = timedelta(hours=6), timedelta(minutes=10)
"""How far from an onset a change may lie to be a candidate: caches and roll-outs delay harm by hours; an onset is found
to some minutes."""
_VERSIONS = {"prompt_version", "app_version", "index_version", "model", "arm"}


@dataclass(frozen=True)
class Line:
    """One line of the timeline: when, what, and where that is known from."""

    at: datetime
    text: str
    source: str
    finding: str | None = None


@dataclass(frozen=True)
class Action:
    """One action item: what, for which findings, and the query that shows that it worked. The owner is for people."""

    text: str
    numbers: list[int]
    query: str


_KEPT = ("impact_requests_all", "pm_kept_bad", "pm_kept_rate", "pm_kept_usual")


@dataclass(frozen=True)
class KeptRow:
    """A row of what was kept: where, and its numbers as (label, place in findings.json, value, unit)."""

    where: str
    cells: list[tuple[str, str, float | None, str]]

    @classmethod
    def of(cls, where: str, place: str, known: Sequence[tuple[float | None, str]]) -> KeptRow:
        """Puts the labels and units to numbers that come in the order of the columns."""
        units = ("", "", "share", "share")
        return cls(where, [(a, f"{place}.{n}", v, u) for a, (v, n), u in zip(_KEPT, known, units, strict=True)])


class Postmortem:
    """The draft: every line is from a finding or from the context, or begins with TO ASK."""

    def __init__(self, bundle: Bundle, speech: Speech) -> None:
        """Reads a bundle; says it in `speech`."""
        self._bundle, self._speech = bundle, speech
        self.numbered = list(enumerate(bundle.findings, 1))

    def ask(self, question: str) -> str:
        """A line for people to fill in."""
        return self._speech.t("ask", question=self._speech.t(f"ask_{question}"))

    def asks(self, line: str) -> bool:
        """Whether a line is for people."""
        return line.startswith(self._speech.t("ask", question=""))

    @property
    def onset(self) -> datetime | None:
        """The first onset in the window; where all began before it, the first of these."""
        begin = self._bundle.period.start
        starts = [finding.start for finding in self._bundle.findings]
        return min([at for at in starts if begin is None or at >= begin] or starts, default=None)

    @property
    def over(self) -> datetime | None:
        """When the last finding ended; None while one goes on."""
        ends = [f.end for f in self._bundle.findings]
        return max((end for end in ends if end), default=None) if all(ends) else None

    @property
    def noticed(self) -> Event | None:
        """The first alert or notice after the onset, by the context."""
        return self._first({"alert", "notice"})

    def _first(self, kinds: set[str]) -> Event | None:
        after = [event for event in self._bundle.events if event.kind in kinds and self._during(event)]
        return min(after, key=lambda event: event.at, default=None)

    def _during(self, event: Event) -> bool:
        """Whether something was noted between the first onset and the end of the window."""
        end = self._bundle.period.end
        return self.onset is not None and event.at >= self.onset and (end is None or event.at <= end)

    def summary(self) -> str:
        """One sentence."""
        period, speech = self._bundle.period, self._speech
        start, end = speech.stamp(period.start), speech.stamp(period.end)
        if not self.numbered:
            return speech.t("pm_summary_none", start=start, end=end)
        gravest = tell.title(self.numbered[0][1], speech)
        n = len(self._bundle.grave) or len(self.troubles)
        return speech.t("pm_summary_one" if n == 1 else "pm_summary_line", start=start, end=end, n=n, title=gravest)

    def resolution(self) -> list[str]:
        """When it was over, and what people noted about stopping it."""
        lines = []
        for number, finding in self.troubles:
            state = "pm_over" if finding.end else "pm_ongoing"
            known = {"finding": self._finding(number), "when": self._speech.when(finding.end)}
            lines.append(self._speech.t(state, **known))
        noted = [e for e in self._bundle.events if e.kind in {"mitigation", "resolved"} and self._during(e)]
        return lines + ([self._said(event) for event in noted] or [self.ask("resolution")])

    def detection(self) -> list[str]:
        """When it was first noticed, and how long after the onset."""
        event = self.noticed
        if event is None or self.onset is None:
            return [self.ask("noticed"), self.ask("alert")]
        delay = self._speech.t("pm_after", duration=self._speech.between(self.onset, event.at))
        rest = [] if event.kind == "alert" else [self.ask("alert")]
        return [f"{self._said(event)} – {delay}", *rest]

    def _said(self, event: Event) -> str:
        kind = self._speech.term("event_kinds", event.kind)
        ref = f" [{event.ref}]" if event.ref else ""
        return f"{self._speech.when(event.at)}: {kind}: {event.text}{ref}"

    def triggers(self) -> list[str]:
        """Changes near an onset, the nearest first, and versions that a finding is confined to."""
        near: dict[datetime, tuple[timedelta, str]] = {}
        for number, finding in self.numbered:
            for event in self._bundle.events:
                gap = finding.start - event.at
                if event.kind in {"deploy", "config"} and -NEAR_AFTER <= gap <= NEAR_BEFORE:
                    told = self._trigger(event, number, finding.start)
                    near[event.at] = min(near.get(event.at, (abs(gap), told)), (abs(gap), told))
        lines = [text for _, text in sorted(near.values())]
        return [*lines, *self._versions()]

    def _trigger(self, event: Event, number: int, onset: datetime) -> str:
        key = "pm_trigger_event" if event.at <= onset else "pm_trigger_event_after"
        gap = self._speech.between(*sorted((event.at, onset)))
        return f"{self._said(event)} – {self._speech.t(key, duration=gap, finding=self._finding(number))}"

    def _finding(self, number: int) -> str:
        return self._speech.t("pm_source_finding", n=number)

    def _versions(self) -> Iterator[str]:
        for number, finding in self.numbered:
            place = {field: content for field, content in finding.where.items() if field in _VERSIONS}
            if place:
                name = self._finding(number)
                yield self._speech.t("pm_trigger_where", finding=name, where=tell.where(place, self._speech))

    def factors(self) -> dict[str, list[tuple[int, Finding]]]:
        """The findings under the five causes."""
        found: dict[str, list[tuple[int, Finding]]] = {}
        for number, finding in self.numbered:
            found.setdefault(finding.cause, []).append((number, finding))
        return found

    def actions(self) -> list[Action]:
        """What to do, with what will show that it worked; findings that ask for the same share an item."""
        items: dict[tuple[str, str], list[int]] = {}
        for number, finding in self.numbered:
            items.setdefault((tell.advice(finding, self._speech), proof(finding.kind)), []).append(number)
        return [Action(text, numbers, query) for (text, query), numbers in items.items()]

    def moments(self) -> list[tuple[int, Finding, moments.Moments]]:
        """When each thing that broke began, could be seen, was at its worst and was over."""
        end = self._bundle.document.window.end if self._bundle.document else None
        return [(n, found, moments.of(found, self._bundle.noticed(found), end)) for n, found in self.troubles]

    @property
    def seen_by(self) -> int:
        """Cases that a rule needs."""
        return late.SEEN_BY

    def moment(self, at: datetime | None) -> str:
        """A moment in words; one that the series cannot tell is not known."""
        return self._speech.t("unknown") if at is None else self._speech.when(at)

    def number(self, finding_id: str | None) -> int | None:
        """The number that a finding has on the page."""
        return next((number for number, finding in self.numbered if finding.id == finding_id), None)

    @property
    def troubles(self) -> list[tuple[int, Finding]]:
        """What broke, numbered, without what only says more of one of these."""
        return self.numbered[: len(self._bundle.troubles)]

    def title(self, finding_id: str | None) -> str:
        """What a finding is called on the page."""
        return next((tell.title(f, self._speech) for f in self._bundle.findings if f.id == finding_id), "")

    def kept_rows(self, one: Kept, place: int) -> list[KeptRow]:
        """A kept time, the other times and the slices in it, each number with its place in findings.json."""
        when = f"{self._speech.when(one.start)} – {self._speech.when(one.end)}"
        whole = [(one.n, "n"), (one.bad, "bad"), (one.rate, "rate"), (None, "")]
        others = [(one.others, "others"), (one.bad_others, "bad_others"), (one.rate_others, "rate_others"), (None, "")]
        rows = [KeptRow.of(when, f"kept[{place}]", whole)]
        if one.others:
            rows.append(KeptRow.of(self._speech.t("pm_kept_outside"), f"kept[{place}]", others))
        for i, s in enumerate(one.slices):
            known = [(s.n, "n"), (s.bad, "bad"), (s.rate, "rate"), (s.usual, "usual")]
            rows.append(KeptRow.of(tell.where(dict(s.where), self._speech), f"kept[{place}].slices[{i}]", known))
        return rows

    def timeline(self) -> list[Line]:
        """Findings and context in order of time, each with its source."""
        lines = [line for number, finding, at in self.moments() for line in self._of_finding(number, finding, at)]
        lines += [self._of_event(event) for event in self._bundle.events if self._inside(event)]
        return sorted(lines, key=lambda line: (line.at, line.source, line.text))

    def _inside(self, event: Event) -> bool:
        period = self._bundle.period
        early = period.start is not None and event.at < period.start - NEAR_BEFORE
        return not early and not (period.end is not None and event.at > period.end)

    def _of_event(self, event: Event) -> Line:
        kind = self._speech.term("event_kinds", event.kind)
        ref = f" [{event.ref}]" if event.ref else ""
        return Line(event.at, f"{kind}: {event.text}", f"{self._speech.t('pm_source_context')}{ref}")

    def _of_finding(self, number: int, finding: Finding, at: Moments) -> Iterator[Line]:
        title, source = tell.title(finding, self._speech), self._finding(number)
        told = {"pm_began": at.onset, "pm_seen": at.detectable, "pm_peaked": at.peak, "pm_ended": at.recovery}
        for key, when in told.items():
            if when and (when != at.onset or key == "pm_began"):
                yield Line(when, self._speech.t(key, title=title), source, finding.id)


def proof(kind: str) -> str:
    """The query that gives no row on later logs when an action worked.

    It asks for the kind wherever it is, alone or beside another: what only moved elsewhere is not mended.
    """
    # a name of ours; double quotes are kept out, so that a shell takes the query as it is
    return f"select title from findings where kind = '{kind}' or regexp_matches(also::varchar, '\\b{kind}\\b')"  # noqa: S608
