"""Writes both reports on `sample_logs/` into `demo/`, and ends by telling where they are and what is gravest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ("weekly", "incident")
IN_PART = 3
SEVERITIES = ("critical", "high", "medium", "low", "info")


def write(report: str, logs: Path, out: Path) -> int:
    """Runs `retroburn report` and gives its exit code; where the page lies is told at the end."""
    retroburn = Path(sys.executable).with_name("retroburn")
    command = [str(retroburn), "report", report, str(logs), "--out", str(out)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


def findings(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """What broke, by every `findings.json` in these folders, each once, in the order of the documents.

    A finding that only speaks of another, such as that it was noticed late, is no trouble of its own.
    """
    found: dict[str, dict[str, Any]] = {}
    for folder in folders:
        document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
        for finding in document["findings"]:
            if not finding.get("about"):
                found.setdefault(finding["id"], finding)
    return list(found.values())


def gravest(found: Iterable[dict[str, Any]], count: int = 3) -> list[dict[str, Any]]:
    """The first `count` by severity, then requests hurt, then money. A number that could not be told counts as none."""

    def rank(finding: dict[str, Any]) -> tuple[int, float, float]:
        impact = finding["impact"]
        return SEVERITIES.index(finding["severity"]), -(impact["requests"] or 0), -(impact["cost_usd"] or 0.0)

    return sorted(found, key=rank)[:count]


def summary(out: Path) -> str:
    """What the demo says at its end: the pages, then the gravest findings."""
    lines = ["", "The pages:"]
    lines += [f"  {out / name / name}.html" for name in REPORTS]
    found = findings(out / name for name in REPORTS)
    lines += ["", f"The gravest of {len(found)} findings:" if found else "Nothing is out of the usual."]
    for finding in gravest(found):
        lines += [f"  {finding['severity'].upper()}  {finding['title']}", f"      {finding['summary']}"]
    return "\n".join(lines)


def main() -> None:
    """Writes and tells. A report that ran in part (3) is told too; one that could not be written ends it."""
    out, codes = ROOT / "demo", []
    for name in REPORTS:
        print(f"writing the report {name} on sample_logs/", file=sys.stderr)
        codes.append(write(name, ROOT / "sample_logs", out / name))
        if codes[-1] not in (0, IN_PART):
            sys.exit(codes[-1])
    print(summary(out))
    sys.exit(max(codes))


if __name__ == "__main__":
    main()
