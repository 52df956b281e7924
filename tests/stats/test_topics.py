"""Words that came up, and topics made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from retroburn.stats.topics import NewWord, gathered, new_words


def sure(*given: Any) -> list[NewWord]:
    return [word for word in new_words(*given) if word.sure]


def test_a_word_that_begins_at_a_time_is_new_from_then_on():
    people = np.array([[0, 0, 0, 0, 20, 22, 19, 21], [20, 21, 19, 20, 22, 18, 20, 21], [0, 0, 1, 0, 1, 0, 0, 1]], float)
    found = sure(["recall", "invoice", "odd"], people, np.full(8, 400.0), [(3, 8), (4, 8), (5, 8)])
    assert [(word.word, word.split) for word in found] == [("recall", 4)]


def test_a_word_that_comes_and_goes_is_new_while_it_is_used():
    people = np.array([[0, 0, 0, 9, 8, 0, 0, 0], [9, 8, 9, 8, 9, 8, 9, 8]], float)
    spans = [(4, 8), *((at, at + length) for at in range(2, 8) for length in (1, 2))]
    assert [(w.word, w.split, w.end) for w in sure(["visa", "bill"], people, np.full(8, 400.0), spans)] == [
        ("visa", 3, 5)
    ]


def test_a_small_baseline_makes_no_word_new_by_chance():
    draw = np.random.default_rng(2)
    rates = draw.pareto(1.2, 3000) / 400
    people = np.column_stack([draw.poisson(rates * 200), draw.poisson(rates * 5000)]).astype(float)
    assert sure([str(i) for i in range(3000)], people, np.array([200.0, 5000.0]), [(1, 2)]) == []


def test_words_of_the_same_questions_are_one_topic():
    uses = {"recall": {1, 2, 3, 4, 5, 6}, "charger": {2, 3, 4, 9}, "visa": {20, 21, 22}}
    assert gathered(uses) == ["recall", "charger"]
