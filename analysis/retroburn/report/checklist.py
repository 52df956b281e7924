"""The launch checklist, decided from evidence: what the log shows, else what a named person states for a time.

A question passes where its query says so and no finding of its kinds is medium or graver. A statement stands in for the
log where the log cannot tell; it does not overrule what the log shows. What nobody shows is no evidence, which is not
passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from retroburn import door
from retroburn.config import Statement
from retroburn.errors import ConfigError, did_you_mean
from retroburn.findings import Document
from retroburn.report.bundle import GRAVE, Checked, Checklist, Stated
from retroburn.report.numbers import Speech
from retroburn.report.tables import head, said

MOST_OPEN = 2
"""Three or more questions not passed: not ready."""


def judge(facts: Iterable[Any], document: Document, stated: Mapping[str, Statement], now: datetime | None) -> Checklist:
    """Every question of `queries/checklist/` with its verdict; `now` is the newest record.

    Without one no statement counts, as nothing says whether it still holds.
    Raises ConfigError for a statement on a question that there is none of.
    """
    listed = list(facts)
    names = [_name(fact.name) for fact in listed]
    for name in stated:
        if name not in names:
            raise ConfigError(f"--config: checklist.{name}: there is no such question. {did_you_mean(name, names)}")
    return Checklist(questions=[_checked(fact, document, stated.get(_name(fact.name)), now) for fact in listed])


def _name(file: str) -> str:
    """A question's name: its file's, without the number that orders it."""
    return file.partition("_")[2]


def _checked(fact: Any, document: Document, stated: Statement | None, now: datetime | None) -> Checked:
    row = dict(zip(fact.columns, fact.rows[0], strict=True)) if fact.rows else {}
    kinds = set(head(fact.query).get("kinds", []))
    # what a finding also did (a retry storm costs money) is for the question of its own kind
    hit = [finding.id for finding in document.findings if finding.severity in GRAVE and finding.kind in kinds]
    unable = {lack.kind for lack in document.not_assessed}
    shown = row.get("verdict")
    if shown == "pass" and kinds and kinds <= unable:
        shown = None
    verdict = "fail" if hit else shown
    statement = _stated(stated, now) if stated else None
    if verdict is None and statement and now and not statement.expired:
        verdict = "pass" if statement.holds else "fail"
    return Checked(
        name=_name(fact.name),
        query=fact.query,
        params=fact.params,
        sha256=fact.sha256,
        verdict=verdict or "no evidence",
        seen=row.get("seen"),
        of=row.get("of"),
        findings=hit,
        statement=statement,
    )


def _stated(stated: Statement, now: datetime | None) -> Stated:
    return Stated(
        by=door.show(stated.by, 80),
        says=door.show(stated.says, 300),
        on=f"{stated.on:%Y-%m-%d}",
        until=f"{stated.until:%Y-%m-%d}",
        holds=stated.holds,
        expired=bool(now and now.date() > stated.until),
    )


class Questions:
    """The checklist in words."""

    def __init__(self, checklist: Checklist, numbers: Mapping[str, int], speech: Speech) -> None:
        """`numbers`: the number of each finding on the page."""
        self._checklist, self._numbers, self._speech = checklist, numbers, speech
        self.all = checklist.questions
        self.ready = checklist.not_passed <= MOST_OPEN

    @property
    def headline(self) -> str:
        """Ready or not, and how many questions are open."""
        key = "ready" if self.ready else "not_ready"
        return self._speech.t(key, n=self._checklist.not_passed, all=len(self.all))

    def title(self, one: Checked) -> str:
        """What a question is about."""
        return said(head(one.query).get("title"), one.name.replace("_", " "), self._speech.lang)

    def asks(self, one: Checked) -> str:
        """The question."""
        return said(head(one.query).get("asks"), "", self._speech.lang)

    def verdict(self, one: Checked) -> str:
        """The verdict in words."""
        return self._speech.term("verdicts", one.verdict)

    def shows(self, one: Checked) -> str:
        """What the log shows."""
        if not one.of:
            return self._speech.t("log_shows_nothing")
        words = said(head(one.query).get("says"), "{seen} / {of}", self._speech.lang)
        return words.format(seen=self._speech.number(one.seen, ""), of=self._speech.number(one.of, ""))

    def stated(self, one: Checked) -> str:
        """Who states what, and until when it holds; empty where nobody does."""
        if one.statement is None:
            return ""
        key = "stated_expired" if one.statement.expired else "stated"
        return self._speech.t(key, **one.statement.model_dump())

    def findings(self, one: Checked) -> list[tuple[int, str]]:
        """The findings that speak against it: number on the page and id."""
        return [(self._numbers[name], name) for name in one.findings if name in self._numbers]

    def step(self, one: Checked) -> str:
        """The smallest step that would turn it; empty where it passed."""
        if one.verdict == "pass":
            return ""
        words = head(one.query).get("step" if one.verdict == "fail" else "evidence")
        return said(words, "", self._speech.lang)
