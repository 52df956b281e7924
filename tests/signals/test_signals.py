"""Each signal fires on its cases, and stays silent on the tempting ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_signal(read, kind, case):
    found = read(case["spans"], kind)
    fired = {span for span, (confidence, _) in found.items() if confidence >= 0.5}
    assert {s: found.get(s) for s in case.get("fires", []) if s not in fired} == {}
    assert {s: found[s] for s in case.get("silent", []) if s in fired} == {}
