"""A finding in words: the one place where numbers become text, so that page, Markdown and `verify` cannot differ."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from retroburn import intake
from retroburn.detect import notes
from retroburn.detect.catalogue import detectors
from retroburn.detect.tell import place_words
from retroburn.findings import Also, Document, Fact, Finding, NotAssessed
from retroburn.report.bundle import naive
from retroburn.report.numbers import Speech

IMPACT = ("requests", "share", "users", "tenants", "cost_usd")
NUMBERS = (
    "measure.observed",
    "measure.low",
    "measure.high",
    "measure.baseline",
    *(f"impact.{name}" for name in IMPACT),
    "from",
    "to",
)
"""The numbers of a finding that a page shows, as paths into findings.json."""
_HINT, _HOLES = "lacking", "holes"
_ARMS = "canary_regression"


def value(finding: Finding, path: str) -> Any:
    """The value at a path such as `measure.observed`; `from` and `to` are its times."""
    if path in {"from", "to"}:
        return finding.start if path == "from" else finding.end
    holder, _, name = path.partition(".")
    return getattr(getattr(finding, holder), name) if name else getattr(finding, holder)


def told(finding: Finding, path: str, speech: Speech) -> str:
    """The value at a path as a reader sees it."""
    if path == "title":
        return title(finding, speech)
    if path == "summary":
        return summary(finding, speech)
    found = value(finding, path)
    if path in {"from", "to"}:
        return speech.when(found)
    if path == "impact.cost_usd" and found is not None and found < 0:
        return speech.t("extra_none", money=speech.money(-found))
    return speech.number(found, _unit(finding, path))


def _unit(finding: Finding, path: str) -> str:
    if path.startswith("measure."):
        return finding.measure.unit
    return {"impact.share": "share", "impact.cost_usd": "usd"}.get(path, "")


def kind(name: str, speech: Speech) -> str:
    """A kind's name in the language; its own word with spaces where there is no other."""
    if speech.knows("kinds", name):
        return speech.term("kinds", name)
    return speech.term("kind_words", name).replace("_", " ")


def name(finding: Finding, speech: Speech) -> str:
    """What a finding is called where its numbers stand beside it."""
    return kind(finding.kind, speech) if speech.knows("kinds", finding.kind) else finding.title


def title(finding: Finding, speech: Speech) -> str:
    """The title: the detector's own in English; in another language made of the kind, the place and the numbers."""
    if not speech.knows("kinds", finding.kind):
        return finding.title
    what = _what(finding, speech)
    named = finding.where.keys() <= {"arm"} and all(_listed(arm) in what for arm in finding.where.values())
    head = what if named else speech.t("title_where", where=where(finding.where, speech), kind=what)
    return head if finding.measure.observed is None else f"{head}: {against(finding, speech)}"


def _what(finding: Finding, speech: Speech) -> str:
    """What the title says beside place and numbers, in the language where it knows the sentence; else the kind."""
    place = place_words(finding.where)
    plain = finding.title.replace(f" in {place}", "", 1) if place else finding.title
    said = speech.sentence(plain)
    return kind(finding.kind, speech) if said == plain else said


def against(finding: Finding, speech: Speech) -> str:
    """What was seen against what is usual, or what another arm had in the same time."""
    measure = finding.measure
    seen = speech.number(measure.observed, measure.unit)
    if measure.baseline is None:
        return seen
    key = "seen_stable" if finding.kind == _ARMS else "seen_usual"
    return speech.t(key, observed=seen, baseline=speech.number(measure.baseline, measure.unit))


def summary(finding: Finding, speech: Speech) -> str:
    """One or two sentences: the detector's own in English; in another language its words for them, else the numbers."""
    if not speech.knows("kinds", finding.kind):
        return speech.times(finding.summary)
    told = [notes.sentence(n.note, n.values, speech.lang, lambda s: speech.number(s, "share")) for n in finding.notes]
    return " ".join([_first(finding, speech), *map(speech.times, told)])


def _first(finding: Finding, speech: Speech) -> str:
    """The summary without its notes, in a language that is not the detector's own."""
    own = finding.summary.removesuffix(" ".join(["", *(note.text for note in finding.notes)]))
    said = speech.sentence(own)
    if said != own:
        return speech.times(said)
    parts = [
        speech.t(
            "summary_measure",
            start=speech.when(finding.start),
            place=where(finding.where, speech),
            measure=measure(finding, speech),
            numbers=against(finding, speech),
        )
    ]
    if finding.impact.requests is not None:
        key = "summary_hurt_share" if finding.impact.share is not None else "summary_hurt"
        requests, share = told(finding, "impact.requests", speech), told(finding, "impact.share", speech)
        hurt = speech.term("hurt", finding.kind) if speech.knows("hurt", finding.kind) else speech.t("hurt_any")
        parts.append(speech.t(key, n=requests, share=share, hurt=hurt))
    if finding.evidence.weak:
        parts.append(speech.t("summary_weak"))
    return " ".join(parts)


def measure(finding: Finding | Also, speech: Speech) -> str:
    """What was measured, in the language where it knows the name, or has a word for the kind."""
    name = finding.measure.name
    if speech.knows("measures", finding.kind) and name == _measures().get(finding.kind):
        return speech.term("measures", finding.kind)
    said = speech.sentence(name)
    if said == name and speech.knows("measures", finding.kind):
        return speech.term("measures", finding.kind)
    return said[:1].upper() + said[1:]


@cache
def _measures() -> dict[str, str]:
    """What each kind measures where nothing particular is to be said, as its detector's file has it."""
    return {detector.kind: detector.head.measure.name for detector in detectors()}


def advice(finding: Finding, speech: Speech) -> str:
    """What to do: by kind where the language has it, else the detector's own."""
    said = speech.term("advices", finding.kind) if speech.knows("advices", finding.kind) else finding.advice
    return said.replace(" - ", " – ")


def where(place: dict[str, str | list[str]], speech: Speech) -> str:
    """A slice in words."""
    if not place:
        return speech.t("everywhere")
    return ", ".join(f"{speech.term('fields', field)} {_listed(content)}" for field, content in sorted(place.items()))


def _listed(content: str | list[str]) -> str:
    return content if isinstance(content, str) else " | ".join(content)


def also(other: Also, speech: Speech) -> str:
    """Another kind that the same rows are a case of, with its measure."""
    known = other.measure
    if known.observed is None:
        return kind(other.kind, speech)
    what = speech.t("also_measure", kind=kind(other.kind, speech), measure=lowered(measure(other, speech)))
    seen = speech.number(known.observed, known.unit)
    if known.baseline is None:
        return f"{what}: {seen}"
    return speech.t("also_line", what=what, observed=seen, baseline=speech.number(known.baseline, known.unit))


def lowered(text: str) -> str:
    """A name within a sentence; one that begins with an abbreviation stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def health(document: Document, speech: Speech, *, hints: bool = True) -> list[str]:
    """What the log is worth, a sentence each; with `hints`, also which field more would let it tell more."""
    told = []
    for fact in document.health_facts:
        if (fact.fact == _HINT and not hints) or _found_too(fact, document):
            continue
        values = {
            name: speech.sentence(value) if isinstance(value, str) else value for name, value in fact.values.items()
        }
        if "kinds" in values:
            values["kinds"] = ", ".join(kind(name, speech) for name in str(values["kinds"]).split(", "))
        said = intake.sentence(fact.fact, values, speech.lang)
        told.append(said if fact.role == "source" else f"{speech.term('roles', fact.role)}: {said}")
    return told if document.health_facts else document.health


def _found_too(fact: Fact, document: Document) -> bool:
    """Whether a hole is a finding too, which reckons more closely what is missing: two numbers for it help nobody."""
    if fact.fact != _HOLES:
        return False
    start, stop = (naive(datetime.fromisoformat(str(fact.values[name]))) for name in ("start", "stop"))
    gaps = [found for found in document.findings if found.kind == "logging_gap" and not found.where]
    return any(naive(gap.start) < stop and (gap.end is None or naive(gap.end) > start) for gap in gaps)


def why(lack: NotAssessed, speech: Speech) -> str:
    """Why a kind could not be told."""
    return "; ".join(speech.sentence(part) for part in lack.why.split("; "))


def remedy(lack: NotAssessed, speech: Speech) -> str:
    """The smallest change that would let it be told."""
    return speech.sentence(lack.remedy)


def whom(finding: Finding, speech: Speech, space: str = " ") -> str:
    """Whom it hit, the numbers that are known first to last; in words where none is. `space` holds a number's words."""
    impact = finding.impact
    known = [("requests_hurt", impact.requests), ("users_hurt", impact.users), ("tenants_hurt", impact.tenants)]
    parts = [
        speech.t(f"{key}_one" if n == 1 else key, n=speech.number(n, "")).replace(" ", space)
        for key, n in known
        if n is not None
    ]
    return " · ".join(parts) or speech.t("unknown")


def cost(finding: Finding, speech: Speech) -> str:
    """What it cost beyond the usual. Less than usual is no gain of what broke: its numbers below say how much less."""
    usd = finding.impact.cost_usd
    if usd is None:
        return speech.t("unknown")
    return speech.t("extra", money=speech.money(usd)) if usd > 0 else speech.t("not_extra")


def lasting(finding: Finding, end: datetime | None, speech: Speech) -> str:
    """How long it went on, up to the window's end where it still does."""
    last = finding.end or end
    return speech.between(finding.start, last) if last else ""


def noticed(late: Finding, speech: Speech) -> str:
    """How long it took until a finding was noticed, or that nobody did; `late` is what says so of it."""
    if late.end:
        return speech.t("gist_noticed", duration=speech.between(late.start, late.end))
    return speech.t("gist_unnoticed", duration=speech.duration(timedelta(hours=late.measure.observed or 0.0)))


def rows(query: str, n: int, sha256: str, speech: Speech) -> str:
    """Which query gave which rows."""
    key = "sql_note_one" if n == 1 else "sql_note"
    return speech.t(key, query=query, rows=speech.number(n, ""), sha=sha256[:16])


def lines(finding: Finding, speech: Speech) -> list[str]:
    """The numbers of a finding as rows of a Markdown table: the stable form that `verify` looks for."""
    seen = told(finding, "measure.observed", speech)
    usual = (
        told(finding, "measure.baseline", speech)
        if finding.measure.baseline is not None
        else speech.t("nothing_to_compare")
    )
    rows = [
        (speech.t("since"), told(finding, "from", speech)),
        (speech.t("until"), told(finding, "to", speech)),
        (speech.t("observed"), seen),
        (speech.t("interval"), interval(finding, speech)),
        (speech.t("baseline"), usual),
        *((speech.t(f"impact_{name}"), told(finding, f"impact.{name}", speech)) for name in IMPACT),
    ]
    return [f"| {label} | {text} |" for label, text in rows]


def measured(finding: Finding, speech: Speech) -> str:
    """What was seen, with its 95 % interval where there is one."""
    seen = told(finding, "measure.observed", speech)
    known = finding.measure.low is not None and finding.measure.high is not None
    return f"{seen} ({interval(finding, speech)})" if known else seen


def interval(finding: Finding, speech: Speech) -> str:
    """The 95 % interval of what was seen."""
    low, high = finding.measure.low, finding.measure.high
    if low is None or high is None:
        return speech.t("unknown")
    return f"{told(finding, 'measure.low', speech)} – {told(finding, 'measure.high', speech)}"
