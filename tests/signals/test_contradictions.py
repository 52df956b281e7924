"""Which of two answers that contradict each other is taken for the wrong one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

LETTERS = "abcdefghij"


def asked(day: int, question: int, days: int) -> dict[str, Any]:
    """A question as it was asked on one day, with the right answer."""
    start = datetime(2026, 3, 2) + timedelta(days=day, hours=8 + question % 10)
    words = " ".join(f"part-{LETTERS[int(digit)]}" for digit in str(question))
    return {
        "id": f"{day}-{question}", "start": start.isoformat(), "input": f"How long may I keep {words}?",
        "output": f"You may keep it for {days} days.",
    }  # fmt: skip


def log(wrong_days: range) -> list[dict[str, Any]]:
    """Each question comes twice, some days apart; on some days one answer in three is wrong."""
    spans = []
    for question in range(108):
        first = question % 6
        for day in (first, first + 3 + question // 6 % 3):
            spans.append(asked(day, question, 14))
            if day in wrong_days and question // 18 % 3 == 0:
                spans[-1]["output"] = "You may keep it for 30 days."
    return spans


@pytest.mark.parametrize(
    "wrong_days", [range(6, 11), range(2)], ids=["from a deploy on", "until the launch was mended"]
)
def test_of_two_answers_that_differ_the_one_given_when_many_did_is_wrong(read, wrong_days):
    spans = log(wrong_days)
    found = {name for name, (confidence, _) in read(spans, "inconsistent_answer").items() if confidence >= 0.5}
    wrong = {span["id"] for span in spans if "30 days" in span["output"]}
    beside = {name for name in found if int(name.split("-")[0]) not in wrong_days}
    assert len(found & wrong) >= 0.5 * len(wrong)
    assert len(beside) <= 0.15 * len(found)


def test_an_answer_given_less_than_its_rival_is_wrong_whenever_it_came(read):
    spans = [asked(day, 7, 14) for day in range(9)]
    spans[4]["output"] = "You may keep it for 30 days."
    assert set(read(spans, "inconsistent_answer")) == {"4-7"}
