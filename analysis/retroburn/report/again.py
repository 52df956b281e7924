"""Makes a report once more from the log, and holds every number, time and chart of the written one against it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from retroburn.engine.room import Room
from retroburn.findings import Document, Finding
from retroburn.report.bundle import Bundle, naive
from retroburn.report.publish import findings_json, run
from retroburn.report.record import Check, State, bundle, flat, shown

GIVEN_AGAIN = frozenset({"baseline", "context", "config", "importers", "incidents"})
"""Parameters that are written down without their folders: they must be given again."""


def again(
    home: Path,
    about: Mapping[str, Any],
    content: Mapping[str, Any],
    record: Bundle | None,
    sources: Sequence[str],
    flags: Mapping[str, Any],
    params: Mapping[str, Any],
) -> list[Check]:
    """The numbers of findings.json (`content`) and of the notebook (`record`) against those of a report made now."""
    kept = {k: v for k, v in about["parameters"].items() if k not in {"source", *GIVEN_AGAIN}}
    notebook = f"{about['report']}.ipynb"
    with Room() as work:
        if "kept" in kept:  # what was kept then, not what lies beside us now
            kept["kept"] = str(home.resolve() / "evidence")
        made = run(about["report"], sources, out=work, params=params, flags={**kept, **flags}, lang=about["lang"])
        now = json.loads(made.files["findings.json"].read_text(encoding="utf-8"))
        fresh, displays = bundle(made.files[notebook], about["report"]), shown(made.files[notebook])
    found = list(_numbers(content, now))
    if record and fresh:
        found += [*_numbers(json.loads(findings_json(record, about["status"])), now), *_rest(record, fresh)]
        found += _compared(shown(home / notebook), displays)
    checks: dict[str, Check] = {}
    for check in found:
        if check.place not in checks or checks[check.place].state == "same":
            checks[check.place] = check
    return list(checks.values())


def _numbers(written: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Check]:
    """All of findings.json: what is of no finding, then the findings."""
    found = _paired(*(Document.model_validate_json(json.dumps(one)).findings for one in (written, now)))
    was = {again.id: finding.id for finding, again in found if finding and again}
    spreads = {was.get(name, name): shares for name, shares in now.get("spreads", {}).items()}
    yield from _compared(_beside(written), _beside({**now, "spreads": spreads}))
    files = [{one["path"]: {n: one[n] for n in _COUNTS} for one in some["inputs"]} for some in (written, now)]
    if files[0].keys() & files[1].keys():  # else it was read from elsewhere, as from a store
        yield from _compared(*(dict(flat({"files": some})) for some in files))
    for finding, again in found:
        yield from _held(finding, again)


def _beside(content: Mapping[str, Any]) -> dict[str, Any]:
    """What findings.json holds of no finding, flat, by names that stay where the log changed."""
    read = [one for one in content.get("inputs", []) if one["format"]]
    compared = content.get("comparison", {})
    parts = {name: content.get(name, []) for name in ("checklist", "kept", "spreads", "actions", "status")}
    parts |= {name: content.get(name, {}) for name in ("window", "baseline", "report", "muted")}
    parts["tables"] = {one["name"]: _by_cell(one["rows"]) for one in content.get("tables", [])}
    parts["comparison"] = {**compared, "changes": _by(compared.get("changes", []), "key", without="id")}
    parts["not_assessed"] = _by(content.get("not_assessed", []), "kind")
    parts["health"] = _by(content.get("health_facts", []), "fact")
    parts["inputs"] = {
        role: {n: sum(one[n] for one in read if one["role"] == role) for n in _COUNTS} for role in _ROLES
    }
    return dict(flat(parts))


_COUNTS = ("records", "accepted", "duplicates", "rejected")
_ROLES = ("source", "baseline", "context")


def _by_cell(rows: list[list[Any]]) -> list[list[Any]] | dict[str, list[Any]]:
    """Rows by their first cells, where these tell them apart."""
    by_name = {str(row[0]): row[1:] for row in rows}
    return by_name if len(by_name) == len(rows) else rows


def _by(ones: list[dict[str, Any]], name: str, *, without: str = "") -> list[Any] | dict[str, Any]:
    """Parts by what they are called, where that tells them apart."""
    rest = [{key: value for key, value in one.items() if key != without} for one in ones]
    named = {str(one[name]): one for one in rest}
    return named if len(named) == len(rest) else rest


def _rest(record: Bundle, fresh: Bundle) -> Iterator[Check]:
    """What stands on the page and not in findings.json: courses, charts, examples, and what people noted."""
    ids = [[finding.id for finding in one.findings] for one in (record, fresh)]
    if ids[0] == ids[1]:  # else what it is of is told already
        yield from _compared(*(dict(_beside_findings(one)) for one in (record, fresh)))
    yield from _compared(*({f"events[{n}]": repr(e) for n, e in enumerate(one.events)} for one in (record, fresh)))


def _beside_findings(one: Bundle) -> Iterator[tuple[str, str]]:
    for finding in one.findings:
        yield f"{finding.id} course", repr(finding.series)
        yield f"{finding.id} examples", repr(one.examples.get(finding.id))
    for drawn in one.drawings:
        yield f"{drawn.finding or drawn.role} chart {drawn.role}", drawn.svg


def _compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Check]:
    for place in sorted(old.keys() | new.keys()):
        was, now = old.get(place), new.get(place)
        state: State = "same" if was == now else "missing" if place not in new else "changed"
        yield Check(place, state, str(was), str(now))


_Pair = tuple[Finding | None, Finding | None]


def _paired(written: Sequence[Finding], found: Sequence[Finding]) -> list[_Pair]:
    """Each finding that was written with what it is now, then those that are new.

    An id is of the numbers too: where the log changed, what has the same key and began next to it is the same finding.
    """
    left = {finding.id: finding for finding in found}
    pairs = {finding.id: left.pop(finding.id) for finding in written if finding.id in left}
    for finding in written:
        alike = [one for one in left.values() if one.key == finding.key and finding.id not in pairs]
        if alike:
            nearest = min(alike, key=lambda one: abs(naive(one.start) - naive(finding.start)))
            pairs[finding.id] = left.pop(nearest.id)
    kept: list[_Pair] = [(finding, pairs.get(finding.id)) for finding in written]
    return kept + [(None, new) for new in left.values()]


def _held(finding: Finding | None, again: Finding | None) -> Iterator[Check]:
    """Every number of a finding against what it is now."""
    before, after = (_of(one) if one else {} for one in (finding, again))
    if finding is None:
        yield Check(str(after["id"]), "changed", now=f"new: {again.title if again else ''}")
        return
    if again is None:
        yield Check(finding.id, "missing", written=finding.title)
        return
    for where in sorted(before.keys() | after.keys()):
        old, new = before.get(where), after.get(where)
        yield Check(f"{finding.id} {where}", "same" if old == new else "changed", str(old), str(new))


def _of(finding: Finding) -> dict[str, Any]:
    """Every number, time and sentence of a finding, flat."""
    content = finding.model_copy(update={"start": naive(finding.start), "end": finding.end and naive(finding.end)})
    return dict(flat(content.model_dump(mode="json", by_alias=True, exclude={"advice", "about"})))
