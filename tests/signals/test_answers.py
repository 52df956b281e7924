"""Refusals, abstentions, apologies, hedges and plain answers in seven languages are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ANSWERS = Path(__file__).parent / "answers"
LANGUAGES = sorted(path.stem for path in ANSWERS.glob("*.yml"))


def spoken(language):
    return yaml.safe_load((ANSWERS / f"{language}.yml").read_text(encoding="utf-8"))


def refused(read, texts):
    spans = [{"id": f"a{i}", "input": "그리고? / and?", "output": text} for i, text in enumerate(texts)]
    found = read(spans, "refusal")
    return [found.get(f"a{i}", (0, ""))[0] >= 0.5 for i in range(len(texts))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_are_recognised(read, language):
    texts = spoken(language)["refusal"]
    missed = [text for text, hit in zip(texts, refused(read, texts), strict=True) if not hit]
    assert len(missed) <= 0.04 * len(texts), missed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", ["abstention", "apology", "hedge", "normal"])
def test_what_does_not_decline_is_no_refusal(read, language, act):
    texts = spoken(language)[act]
    taken = [text for text, hit in zip(texts, refused(read, texts), strict=True) if hit]
    assert taken == []
