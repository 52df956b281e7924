"""Each signal on a corpus of its own, written before its rules were: precision and recall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

CORPORA = Path(__file__).parent / "corpora"
KINDS = sorted(path.stem for path in CORPORA.glob("*.yml"))
LEAST = 0.9
"""Precision and recall that every corpus must reach; the sentences missed are printed."""

Spans = list[dict[str, Any]]


def spans_of(corpus: dict[str, Spans]) -> tuple[Spans, Spans]:
    """The spans that are a case and those that tempt; `loop` is written `n` times between `lead` and `tail`."""
    return [_span(f"y{i}", s) for i, s in enumerate(corpus["cases"])], [
        _span(f"n{i}", s) for i, s in enumerate(corpus["tempting"])
    ]


def _span(name: str, given: dict[str, Any]) -> dict[str, Any]:
    span = {key: value for key, value in given.items() if key not in {"lead", "loop", "n", "tail"}}
    if "loop" in given:
        span["output"] = given.get("lead", "") + given["loop"] * given["n"] + given.get("tail", "")
    return {"id": name, **span}


@pytest.mark.parametrize("kind", KINDS)
def test_a_signal_is_precise_and_complete_on_its_corpus(read, kind):
    yes, no = spans_of(yaml.safe_load((CORPORA / f"{kind}.yml").read_text(encoding="utf-8")))
    found = {name for name, (confidence, _) in read([*yes, *no], kind).items() if confidence >= 0.5}
    missed = [span["output"] for span in yes if span["id"] not in found]
    wrong = [span["output"] for span in no if span["id"] in found]
    assert len(missed) <= (1 - LEAST) * len(yes), missed
    assert len(wrong) <= (1 - LEAST) * len(found), wrong
