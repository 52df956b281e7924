"""Runs the cases of every detector: `tests/detectors/<kind>.yml`, a list of cases named as sentences.

    - name: fires when one tenant's requests start to fail
      log: {days: 10, per_day: 400, seed: 1}          # tests/caselog.py; all optional
      change:                                         # in order; see caselog.changed
        - {from: d8, to: d9h6, where: {tenant: acme}, part: 0.3, set: {status: error}}
      baseline: {days: 3}                             # a second log given as --baseline, with changes of its own
      config: {time_budget_s: 3}                      # top-level keys of a --config file
      context: [{at: d8h2, kind: alert, text: "…"}]   # what people knew; times as in caselog.at
      check: {start: d7}                              # keywords of retroburn.open; times as in caselog.at
      expect:                                         # of the gravest finding of this kind
        where: {tenant: acme}
        from: d8
        within_h: 2                                   # how far the onset may be off, in hours (default 2)
        to: d9                                        # to the minute
        ongoing: false
        at_least: medium                              # severity
        requests: [50, 90]                            # the least and the most requests hurt
        also: [latency_regression]
        nowhere: [refusal]                            # kinds that are neither findings nor in `also`
        driver: retries                               # the first driver
        examples_have: {status: error}                # what every example's row must hold
    - name: stays silent when …
      change: […]
      expect: {face_of: refusal}                      # no finding of its own, but in `also` of one
      expect: silent                                  # none of medium or above; `nothing`: none at all
    - name: cannot be told without a status
      change: [{unset: [status]}]
      expect: {not_assessed: [status]}

Each file needs at least one case that fires, one that stays silent, and one that lacks the fields.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import retroburn
from retroburn.detect import prepare, run
from retroburn.detect.catalogue import detectors
from retroburn.detect.frame import Run
from retroburn.findings import SEVERITIES, Document, Finding
from retroburn.logs import Logs
from tests import alone, caselog

HERE = Path(__file__).parent
CAUSES = {detector.kind: detector.cause for detector in detectors()}


def _cases(cause: str) -> list[Any]:
    out = []
    for path in _files():
        if CAUSES.get(path.stem) == cause:
            cases = yaml.safe_load(path.read_text(encoding="utf-8"))
            out += [pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}") for case in cases]
    return out


def _files() -> list[Path]:
    return sorted(HERE.glob("*.yml"))


def _log(spec: dict[str, Any], changes: list[dict[str, Any]], path: Path) -> dict[str, dict[str, Any]]:
    rows = caselog.changed(list(caselog.records(**spec)), changes, spec.get("seed", 1))
    caselog.write(rows, path)
    return {row["id"]: row for row in rows}


def test_every_detector_has_cases_and_every_case_a_detector() -> None:
    assert {path.stem for path in _files()} == set(CAUSES)


def _cases_of(cause: str) -> Any:
    return pytest.mark.parametrize(("kind", "case"), _cases(cause))


# a class each: the tests of one class run in one process, those of several in as many as there are
class TestInputs:
    @_cases_of("inputs")
    def test_detector_case(self, kind: str, case: dict[str, Any], tmp_path: Path) -> None:
        _holds(kind, case, tmp_path)


class TestDependencies:
    @_cases_of("dependencies")
    def test_detector_case(self, kind: str, case: dict[str, Any], tmp_path: Path) -> None:
        _holds(kind, case, tmp_path)


class TestAnswers:
    @_cases_of("answers")
    def test_detector_case(self, kind: str, case: dict[str, Any], tmp_path: Path) -> None:
        _holds(kind, case, tmp_path)


class TestState:
    @_cases_of("state")
    def test_detector_case(self, kind: str, case: dict[str, Any], tmp_path: Path) -> None:
        _holds(kind, case, tmp_path)


class TestOperations:
    @_cases_of("operations")
    def test_detector_case(self, kind: str, case: dict[str, Any], tmp_path: Path) -> None:
        _holds(kind, case, tmp_path)


SMALL = {"days": 2, "per_day": 60}
"""The log of a case that only asks what could not be assessed: that is read from the columns, not from the rows."""

Checked = tuple[Document, dict[str, dict[str, Any]]]
_CHECKED: dict[str, Checked] = {}


def _holds(kind: str, case: dict[str, Any], tmp_path: Path) -> None:
    document, rows = _alone(kind, case, tmp_path) or _among_all(kind, case, tmp_path)
    assert not document.failed
    assert {f.about for f in document.findings if f.about} <= {f.id for f in document.findings}
    assert all(f.about for f in document.findings if f.kind == "late_detection")
    _judge(kind, case["expect"], document, rows)


def _alone(kind: str, case: dict[str, Any], tmp_path: Path) -> Checked | None:
    """What the detector says by itself, where that tells what it says among all; None where it does not.

    Others may take a finding away or make it graver. Where it finds nothing there is none for them to take, and what it
    could not assess no other can for it.
    """
    expect = case["expect"]
    if kind not in alone.KINDS or not (expect in ("silent", "nothing") or "not_assessed" in expect):
        return None
    asked = f"{kind} alone of {_asked(case)}"
    if asked not in _CHECKED:
        with alone.only(kind):
            _CHECKED[asked] = _checked(case, tmp_path)
    checked = _CHECKED[asked]
    return None if "not_assessed" not in expect and checked[0].findings else checked


def _among_all(kind: str, case: dict[str, Any], tmp_path: Path) -> Checked:
    proof = kind if kind in alone.KINDS and kind not in _FIRED and "where" in case["expect"] else None
    asked = f"{proof} of {_asked(case)}" if proof else _asked(case)
    if asked not in _CHECKED:
        _CHECKED[asked] = _checked(case, tmp_path, proof)
    return _CHECKED[asked]


def _asked(case: dict[str, Any]) -> str:
    """What several cases may have in common, of several kinds too."""
    return repr({name: value for name, value in case.items() if name not in {"name", "expect"}})


_FIRED: set[str] = set()


def _fires_alone(kind: str, logs: Logs) -> None:
    """One case a kind: what it finds among all it finds by itself. Else its silence alone would say nothing."""
    _FIRED.add(kind)
    with alone.only(kind):
        there = [query.name for query in prepare.signals()]
        logs.engine.run("delete from signals where not list_contains($there, kind)", {"there": there})
        asked = Run(logs.engine, logs.frame, logs.config, logs.tz)
        found = run.check(asked, bool(logs.options.baseline), context=False).findings
    assert kind in {finding.kind for finding in found}


def _checked(case: dict[str, Any], tmp_path: Path, proof: str | None = None) -> Checked:
    plain = SMALL if "not_assessed" in case["expect"] else {}
    rows = _log(case.get("log", plain), case.get("change", []), tmp_path / "log.jsonl")
    options = dict(case.get("check", {}))
    for name in ("start", "end", "baseline_until"):
        if (time := caselog.at(options.get(name))) is not None:
            options[name] = time.isoformat()
    if "baseline" in case:
        spec = dict(case["baseline"])
        changes = spec.pop("change", [])
        _log({"days": 3, **spec}, changes, tmp_path / "baseline.jsonl")
        options["baseline"] = tmp_path / "baseline.jsonl"
    if "config" in case:
        options["config"] = tmp_path / "config.toml"
        options["config"].write_text("".join(f"{key} = {value}\n" for key, value in case["config"].items()))
    if "context" in case:
        events = [{**event, "at": str(caselog.at(event["at"]))} for event in case["context"]]
        options["context"] = caselog.write(events, tmp_path / "context.jsonl")
    with retroburn.open(tmp_path / "log.jsonl", **options) as logs:
        document = logs.check().document
        if proof:
            _fires_alone(proof, logs)
        return document, rows


def _judge(kind: str, expect: Any, document: Document, rows: dict[str, dict[str, Any]]) -> None:
    found = [f for f in document.findings if f.kind == kind]
    faces = [f for f in document.findings if kind in {a.kind for a in f.also}]
    if expect == "silent":
        assert not [f.title for f in found + faces if SEVERITIES.index(f.severity) <= 2]
    elif expect == "nothing":
        assert not [f.title for f in found + faces]
    elif "face_of" in expect:
        assert not found
        assert expect["face_of"] in {f.kind for f in faces}
    elif "not_assessed" in expect:
        missing = [n.missing for n in document.not_assessed if n.kind == kind]
        assert missing, f"{kind} was assessed"
        assert set(expect["not_assessed"]) <= {name for names in missing for name in names}
    else:
        assert found, f"nothing of {kind}; found {[(f.kind, f.where) for f in document.findings]}"
        _fits(found[0], expect, rows)
        told = {name for f in document.findings for name in (f.kind, *(a.kind for a in f.also))}
        assert not told & set(expect.get("nowhere", []))


def _fits(finding: Finding, expect: dict[str, Any], rows: dict[str, dict[str, Any]]) -> None:
    if "where" in expect:
        assert finding.where == expect["where"]
    if (onset := caselog.at(expect.get("from"))) is not None:
        assert abs(finding.start - onset) <= timedelta(hours=expect.get("within_h", 2))
    if (ended := caselog.at(expect.get("to"))) is not None:
        assert finding.end is not None
        assert abs(finding.end - ended) <= timedelta(minutes=1)
    if "ongoing" in expect:
        assert (finding.end is None) is expect["ongoing"]
    if "at_least" in expect:
        assert SEVERITIES.index(finding.severity) <= SEVERITIES.index(expect["at_least"])
    least, most = expect.get("requests", (0, float("inf")))
    assert least <= (finding.impact.requests or 0) <= most
    for kind in expect.get("also", []):
        assert kind in {a.kind for a in finding.also}
    if "driver" in expect:
        assert finding.drivers
        assert finding.drivers[0].factor == expect["driver"]
        assert abs(sum(d.share for d in finding.drivers) - 1) < 1e-9
    if "examples_have" in expect:
        assert finding.examples
        for name in finding.examples:
            assert {key: rows[name].get(key) for key in expect["examples_have"]} == expect["examples_have"]
