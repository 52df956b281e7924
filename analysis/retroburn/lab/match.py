"""One log's findings held against its truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from retroburn.detect.catalogue import detectors
from retroburn.findings import SEVERITIES, Finding

if TYPE_CHECKING:
    import pandas

LOUD = SEVERITIES[:3]
"""Medium and above: what is worth waking a report for."""
EARLY = timedelta(hours=6)
"""How long before the onset a finding may begin and still speak of the fault: a few buckets."""


@dataclass
class Judged:
    """One planted fault, and the finding that names it best, if there is one."""

    kind: str
    variant: str
    strength: str
    shape: str
    fields: int
    """How many fields its slice has."""
    found: bool = False
    strict: bool = False
    """Whether the finding has the very kind, as its own or in `also`."""
    loud: bool = False
    rank: int | None = None
    onset_minutes: float | None = None
    where: bool | None = None
    driver: bool | None = None
    examples: float | None = None
    """Share of the finding's examples that are truly hit; None when it shows none, or the fault leaves none."""
    plain: bool = False
    """Whether the baseline, an hourly z-score, found it too."""


@dataclass
class Outcome:
    """What `check` made of one log."""

    scenario: str
    days: float
    faults: list[Judged] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    """Medium or above, at a time when nothing was planted (in a clean log: all of them)."""
    extras: list[str] = field(default_factory=list)
    """Medium or above at the time of a fault, but none of its kinds: a side effect that was not folded."""
    plain_alarms: int = 0
    """Alarms of the baseline at a time when nothing was planted."""
    seconds: float = 0.0

    def line(self) -> str:
        """In one line, for people who wait."""
        missed = [each.kind for each in self.faults if not each.found]
        parts = [f"{self.scenario}: {self.seconds:.1f} s"]
        parts += [f"missed {', '.join(missed)}"] if missed else ["all found"] if self.faults else []
        parts += [f"alarm: {each}" for each in self.alarms] + [f"besides: {each}" for each in self.extras]
        return " · ".join(parts)


def judge(truth: Mapping[str, Any], findings: Sequence[Finding], requests: pandas.DataFrame) -> Outcome:
    """Matches findings to planted faults. `requests` has a row a request: `id`, `start` and the dimensions."""
    begin, end = _time(truth["from"]), _time(truth["to"])
    outcome = Outcome(truth["scenario"], (end - begin).total_seconds() / 86400)
    for fault in truth["faults"]:
        outcome.faults.append(_judge_fault(fault, findings, requests, end))
    for finding in findings:
        if finding.severity in LOUD:
            at_the_time = [fault for fault in truth["faults"] if overlaps(finding, fault, end)]
            if not at_the_time:
                outcome.alarms.append(_name(finding))
            elif not (beside(finding) or any(names(finding) & right_names(fault) for fault in at_the_time)):
                outcome.extras.append(_name(finding))
    return outcome


def _name(finding: Finding) -> str:
    where = ",".join(f"{key}={value}" for key, value in finding.where.items())
    return f"{finding.severity} {finding.kind} [{where}] from {finding.start:%m-%d %H:%M}"


def beside(finding: Finding) -> bool:
    """Whether it is of a kind that stands beside its cause, and is no side effect that was not folded."""
    return any(each.kind == finding.kind and not each.head.folds for each in detectors())


def names(finding: Finding) -> set[str]:
    """The kinds a finding goes by."""
    return {finding.kind, *(each.kind for each in finding.also)}


def right_names(fault: Mapping[str, Any]) -> set[str]:
    """The kinds that are right for a fault."""
    return {fault["kind"], *fault["also"]}


def overlaps(finding: Finding, fault: Mapping[str, Any], end: datetime) -> bool:
    """Whether a finding speaks of the time of a fault."""
    begin, stop = _time(fault["from"]), _time(fault["to"]) if fault["to"] else end
    first, last = _utc(finding.start), _utc(finding.end) if finding.end else end
    return first < stop and last > begin and first >= begin - EARLY


def _judge_fault(
    fault: Mapping[str, Any], findings: Sequence[Finding], requests: pandas.DataFrame, end: datetime
) -> Judged:
    judged = Judged(fault["kind"], fault["variant"], fault["strength"], fault["shape"], len(fault["where"]))
    right = [
        (fault["kind"] not in names(each), SEVERITIES.index(each.severity), rank, each)
        for rank, each in enumerate(findings, 1)
        if each.severity != "info" and names(each) & right_names(fault) and overlaps(each, fault, end)
    ]
    if not right:
        return judged
    wrong_kind, _, rank, finding = min(right, key=lambda entry: entry[:3])
    judged.found, judged.strict, judged.rank, judged.loud = True, not wrong_kind, rank, finding.severity in LOUD
    judged.onset_minutes = abs((_utc(finding.start) - _time(fault["from"])).total_seconds()) / 60
    judged.where = same_rows(fault, finding, requests, end)
    judged.examples = truly(finding.examples, fault)
    if fault["driver"] and finding.drivers:
        judged.driver = max(finding.drivers, key=lambda each: each.share).factor == fault["driver"]
    return judged


def same_rows(fault: Mapping[str, Any], finding: Finding, requests: pandas.DataFrame, end: datetime) -> bool | None:
    """Whether the finding's slice holds the rows of the planted one, under whatever names: 95 % in common at least."""
    stop = _time(fault["to"]) if fault["to"] else end
    start = requests["start"]
    possible = (start >= _time(fault["from"]).replace(tzinfo=None)) & (start < stop.replace(tzinfo=None))
    possible &= inside(requests, fault["eligible"])
    true, found = possible & inside(requests, fault["where"]), possible & inside(requests, finding.where)
    if not true.any():
        return dict(finding.where) == dict(fault["where"])
    return bool((true & found).sum() >= 0.95 * (true | found).sum())


def inside(requests: pandas.DataFrame, where: Mapping[str, str | list[str]]) -> pandas.Series[bool]:
    """A mask: rows of a slice. A field that the log does not have holds for no row."""
    import pandas

    mask = pandas.Series(data=True, index=requests.index)
    for name, value in where.items():
        values = value if isinstance(value, list) else [value]
        mask &= requests[name].isin(values) if name in requests else False
    return mask


def truly(examples: Sequence[str], fault: Mapping[str, Any]) -> float | None:
    """Share of examples (ids of spans, requests or traces) that are truly hit."""
    hit = {*fault["ids"], *fault["traces"], *(f"r{each}" for each in (*fault["ids"], *fault["traces"]))}
    if not examples or not fault["ids"]:
        return None
    return sum(each in hit or each.rsplit("-", 1)[0] in hit for each in examples) / len(examples)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
