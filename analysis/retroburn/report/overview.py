"""The first screen: what broke, since when, whom it hit, what it cost, what could not be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from retroburn.detect import mutes
from retroburn.detect.catalogue import detectors
from retroburn.findings import SEVERITIES, Finding
from retroburn.report import tell
from retroburn.report.bundle import GRAVE, ActionItem, Bundle, Change, Event
from retroburn.report.numbers import Speech

FEW_DAYS = 7.0
"""With less than a week before the window the usual of a weekday is not known."""
ENOUGH_WITHIN = timedelta(days=14)
"""Two weeks judge each other: every hour of the week is there twice."""
MOST_LINES = 6
STATES = ("new", "back", "worse", "better", "same", "gone")


class Overview:
    """What stands on top of a page, from a bundle."""

    def __init__(self, bundle: Bundle, speech: Speech) -> None:
        """Reads a bundle; says it in `speech`."""
        self._bundle, self._speech = bundle, speech
        self.numbered = list(enumerate(bundle.findings, 1))

    @property
    def title(self) -> str:
        """What the report is called."""
        name = self._bundle.report
        return self._speech.t(f"title_{name}" if self._speech.has(f"title_{name}") else "title_any")

    @property
    def window(self) -> str:
        """The time the report speaks of."""
        start, end = self._ends
        if start is None or end is None:
            return ""
        return self._speech.t("window", start=self._speech.stamp(start), end=self._speech.stamp(end))

    @property
    def _ends(self) -> tuple[datetime | None, datetime | None]:
        period, document = self._bundle.period, self._bundle.document
        start = period.start or (document.window.start if document else None)
        end = period.end or (document.window.end if document else None)
        return start, end

    @property
    def period_note(self) -> str:
        """How that time was chosen."""
        period = self._bundle.period
        words = {
            "days": self._speech.t("week_days"),
            "week": self._speech.t("week_of", week=period.label),
            "short": self._speech.t("week_short"),
            "given": self._speech.t("window_given"),
            "proposed": self._speech.t("window_proposed"),
        }
        return words.get(period.how, "")

    @property
    def events(self) -> list[Event]:
        """What people noted in that time, and in the day before it."""
        period = self._bundle.period
        return [
            event
            for event in self._bundle.events
            if (period.start is None or event.at >= period.start - timedelta(days=1))
            and (period.end is None or event.at <= period.end)
        ]

    @property
    def rest_note(self) -> str:
        """How much of the log is left for the next weekly report."""
        left = self._bundle.period.left_out_s
        return (
            self._speech.t("week_rest", duration=self._speech.duration(timedelta(seconds=left))) if left >= 60 else ""
        )

    @property
    def top(self) -> list[tuple[int, Finding]]:
        """What broke, for the first screen: the gravest, the least `medium` unless there is nothing graver."""
        grave = [(n, f) for n, f in self._troubles if f.severity in GRAVE]
        return (grave or self._troubles)[:MOST_LINES]

    @property
    def _troubles(self) -> list[tuple[int, Finding]]:
        return self.numbered[: len(self._bundle.troubles)]

    def gist(self, finding: Finding, space: str = " ") -> str:
        """How much it was, whether it is over, and when it was noticed; empty where the title says it.

        `space` holds the words of a part together.
        """
        if finding.about:
            return ""
        speech, measured, late = self._speech, finding.measure, self._bundle.noticed(finding)
        parts = []
        if not speech.knows("kinds", finding.kind) and measured.observed is not None:  # else the title says it
            parts.append(tell.against(finding, speech))
        lasted = tell.lasting(finding, self._bundle.period.end, speech)
        parts.append(speech.t("gist_over" if finding.end else "gist_ongoing", duration=lasted))
        if late and late.measure.observed is not None:
            parts.append(tell.noticed(late, speech))
        return " · ".join(part.replace(" ", space) for part in parts)

    def course(self, finding: Finding) -> str:
        """Where the course of a finding is drawn that speaks of another."""
        number = next((n for n, other in self.numbered if other.id == finding.about), None)
        return self._speech.t("chart_about" if number else "chart_elsewhere", n=number, id=finding.about)

    @property
    def rest(self) -> int:
        """How many more there are."""
        return len(self._troubles) - len(self.top)

    @property
    def headline(self) -> str:
        """How many things broke, or that nothing did."""
        records = self._speech.number(sum(self._records()), "")
        grave = self._bundle.grave
        if not self.numbered:
            return self._quiet(records)
        if not grave:
            return self._speech.t("quiet_low", records=records)
        return self._speech.t("headline_one") if len(grave) == 1 else self._speech.t("headline", n=len(grave))

    def _quiet(self, records: str) -> str:
        """That nothing was found; where most checks could not be told, that is no good news."""
        name, known = self._bundle.report, self._speech.knows("causes", self._bundle.report)
        looked = {detector.kind for detector in detectors() if not known or detector.cause == name}
        untold = looked & {lack.kind for lack in (self._bundle.document.not_assessed if self._bundle.document else [])}
        if 2 * len(untold) > len(looked):
            return self._speech.t("quiet_untold", records=records, n=len(untold), all=len(looked))
        return self._speech.t("quiet_cause" if known else "quiet", records=records)

    def _records(self) -> Iterable[int]:
        document = self._bundle.document
        return [file.records for file in document.inputs if file.role == "source"] if document else []

    @property
    def severities(self) -> list[tuple[str, str]]:
        """How many of each severity there are, as (severity, words)."""
        counts = {name: sum(f.severity == name for f in self._bundle.troubles) for name in SEVERITIES}
        words = self._speech.term
        return [(k, self._speech.t("counts", n=n, severity=words("severities", k))) for k, n in counts.items() if n]

    @property
    def history(self) -> str:
        """What the window was compared with; begins with "Too little history" where that is so."""
        days = self._bundle.period.history_days
        if days is None:
            return ""
        told = self._speech.duration(timedelta(days=days))
        key = "history_none" if days < 0.05 else "history_short" if days < FEW_DAYS else "history_ok"
        if key == "history_none" and (self._length or timedelta(0)) >= ENOUGH_WITHIN:
            key, told = "history_within", self._speech.duration(self._length or timedelta(0))
        baseline = self._bundle.document.baseline.how if self._bundle.document else "history"
        return "" if baseline != "history" and key != "history_ok" else self._speech.t(key, days=told)

    @property
    def history_is_short(self) -> bool:
        """Whether that is a warning."""
        days = self._bundle.period.history_days or 0.0
        within = days < 0.05 and self._length is not None and self._length >= ENOUGH_WITHIN
        return bool(self.history) and days < FEW_DAYS and not within

    @property
    def _length(self) -> timedelta | None:
        """How long the time is that the report speaks of."""
        start, end = self._ends
        return end - start if start and end else None

    @property
    def not_told(self) -> str:
        """Which kinds could not be looked for."""
        lacking = self._bundle.document.not_assessed if self._bundle.document else []
        if not lacking:
            return self._speech.t("not_told_none")
        names = [tell.kind(one.kind, self._speech) for one in lacking]
        some = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        return self._speech.t("not_told_one" if len(names) == 1 else "not_told_line", n=len(names), kinds=some)

    @property
    def muted(self) -> str:
        """What people know of and muted: each with its place, until when, by whom and why; empty where nothing is."""
        those = mutes.heads(self._bundle.document.muted) if self._bundle.document else []
        t = self._speech.t
        told = [t("muted_each", title=self._named(m.finding), day=m.until, by=m.by, why=m.why) for m in those]
        return t("muted_one" if len(told) == 1 else "muted_line", n=len(told), those="; ".join(told)) if told else ""

    @property
    def lacking(self) -> list[tuple[str, str, str]]:
        """What could not be told: kinds, why, and the smallest change; kinds that lack the same share a line."""
        lines: dict[tuple[str, str], list[str]] = {}
        for lack in self._bundle.document.not_assessed if self._bundle.document else []:
            about = (tell.why(lack, self._speech), tell.remedy(lack, self._speech))
            lines.setdefault(about, []).append(tell.kind(lack.kind, self._speech))
        return [(", ".join(kinds), why, remedy) for (why, remedy), kinds in lines.items()]

    @property
    def ledger(self) -> str:
        """How many records were read, accepted, met before and rejected."""
        files = (
            [file for file in self._bundle.document.inputs if file.role == "source"] if self._bundle.document else []
        )
        names = ("records", "accepted", "duplicates", "rejected")
        counts = {name: self._speech.number(sum(getattr(file, name) for file in files), "") for name in names}
        return self._speech.t("ledger", **counts)

    @property
    def health(self) -> str:
        """The log's health in one line; what it might log besides is said further down."""
        lines = tell.health(self._bundle.document, self._speech, hints=False) if self._bundle.document else []
        ended = [line if line.endswith((".", "?")) else f"{line}." for line in lines[:2]]
        more = [self._speech.t("health_more", n=len(lines) - 2)] if len(lines) > 2 else []
        return " ".join(ended + more) or self._speech.t("health_ok")

    def state(self, finding: Finding) -> str | None:
        """What became of a finding since the week before; None where nothing was compared."""
        change = self.change(finding)
        return change.state if change else None

    def change(self, finding: Finding) -> Change | None:
        """The finding against the week before."""
        compared = self._bundle.comparison
        return compared.of(finding.id) if compared and compared.start else None

    def states(self) -> list[tuple[str, list[Change]]]:
        """The states that some finding is in, with these."""
        compared = self._bundle.comparison
        found = [(name, compared.in_state(name)) for name in STATES] if compared and compared.start else []
        return [(name, changes) for name, changes in found if changes]

    @property
    def lingering(self) -> str:
        """What an earlier week found and is still there without a finding; empty where nothing is."""
        compared = self._bundle.comparison
        those = [one for one in (compared.changes if compared else []) if one.id is None and one.state != "gone"]
        titles = [f"{self.change_title(one)} ({self._speech.number(one.now, one.unit)})" for one in those]
        return self._speech.t("lingering_note", titles="; ".join(titles)) if titles else ""

    @property
    def compared(self) -> str:
        """With what each finding was compared, and how; that there was nothing, where there was not."""
        compared = self._bundle.comparison
        if compared is None or compared.start is None:
            return self._speech.t("not_compared")
        key = "compared_kept" if compared.kept else "compared_with"
        return self._speech.t(key, start=self._speech.when(compared.start), end=self._speech.when(compared.end))

    @property
    def states_none(self) -> str:
        """The states that no finding is in."""
        there = {name for name, _ in self.states()}
        names = [self._speech.term("states", name) for name in STATES if name not in {"back", *there}]
        told = self._speech.t("list_or", first=", ".join(names[:-1]), last=names[-1]) if names[1:] else "".join(names)
        return self._speech.t("states_none", states=told) if names else ""

    @property
    def late(self) -> list[str]:
        """A sentence for each week of which records came, or went, after it was judged."""
        compared, t = self._bundle.comparison, self._speech
        return [
            t.t(
                "late_more" if week.requests > 0 else "late_fewer",
                n=t.number(abs(week.requests), ""),
                start=t.when(week.start),
                end=t.when(week.end),
            )
            for week in (compared.late if compared else [])
        ]

    @property
    def open_actions(self) -> str:
        """How many action items are open, and of how many the query holds; empty where none was asked for."""
        items = self._bundle.actions or []
        held = sum(item.state == "holds" for item in items)
        return self._speech.t("actions_line", n=len(items), held=held) if items else ""

    def action_still(self, item: ActionItem) -> list[str]:
        """What an action item speaks of that is there though no query finds it any more."""
        changes = self._bundle.comparison.changes if self._bundle.comparison else []
        those = [one for one in changes if one.id is None and one.key in item.still]
        return [
            self._speech.t("actions_still", title=self.change_title(one), now=self._speech.number(one.now, one.unit))
            for one in those
        ]

    def change_title(self, change: Change) -> str:
        """A finding of either week in words."""
        found = next((f for f in self._bundle.findings if f.id == change.id), None)
        return tell.title(found, self._speech) if found else self._named(change)

    def _named(self, one: Change | Finding) -> str:
        """What has no section on the page, by its kind and place."""
        if self._speech.knows("kinds", one.kind):
            return f"{tell.kind(one.kind, self._speech)} – {tell.where(one.where, self._speech)}"
        return one.title

    def change_told(self, change: Change) -> str:
        """What is told of a change beside its title: its numbers, unless they stand with the finding, and its past."""
        numbers = self.change_numbers(change)
        if change.state == "gone" and not change.weeks:
            numbers = self._speech.t("gone_before", before=self._speech.number(change.before, change.unit))
        elif change.state in {"new", "back"} and not change.weeks:
            numbers = ""
        return " ".join(part for part in (numbers, self.change_notes(change)) if part)

    def change_numbers(self, change: Change) -> str:
        """Before and now."""
        before, now = (self._speech.number(value, change.unit) for value in (change.before, change.now))
        if not change.weeks:
            both = change.before is not None and change.now is not None
            return self._speech.t("before_now", before=before, now=now) if both else ""
        told = self._speech.t("week_before_now", before=before, now=now)
        if not change.noise:  # not known, or nothing moved so far
            return told
        return f"{told} {self._speech.t('week_noise', noise=self._speech.distance(change.noise, change.unit))}"

    def change_notes(self, change: Change) -> str:
        """Since when it is there, when it was seen last, and where it was before."""
        t, told = self._speech.t, []
        if change.running and change.state != "gone":
            told.append(t("change_running", day=self._speech.day(change.running)))
        if change.last_seen:
            told.append(t("change_last", day=self._speech.day(change.last_seen)))
        if change.place_before is not None:
            told.append(t("change_elsewhere", where=tell.where(change.place_before, self._speech)))
        if change.id is None and change.state != "gone":
            told.append(t("change_usual"))
        return " ".join(told)

    @property
    def many_weeks(self) -> bool:
        """Whether some finding was measured in so many weeks that a line can be drawn."""
        return any(len(change.weeks) > 2 for _, changes in self.states() for change in changes)

    def weeks(self, change: Change) -> str:
        """The measure of each week in words, the oldest first."""
        told = [self._speech.number(value, change.unit) for value in change.weeks]
        return self._speech.t("week_values", values=", ".join(told))
