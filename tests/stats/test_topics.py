"""Words that came up, and topics made of them."""

from __future__ import annotations

import numpy as np

from retroburn.stats.topics import gathered, new_words


def test_a_word_that_begins_at_a_time_is_new_from_then_on():
    people = np.array([[0, 0, 0, 0, 20, 22, 19, 21], [20, 21, 19, 20, 22, 18, 20, 21], [0, 0, 1, 0, 1, 0, 0, 1]], float)
    found = new_words(["recall", "invoice", "odd"], people, np.full(8, 400.0), [3, 4, 5])
    assert [(word.word, word.split) for word in found] == [("recall", 4)]


def test_a_small_baseline_makes_no_word_new_by_chance():
    draw = np.random.default_rng(2)
    rates = draw.pareto(1.2, 3000) / 400
    people = np.column_stack([draw.poisson(rates * 200), draw.poisson(rates * 5000)]).astype(float)
    assert new_words([str(i) for i in range(3000)], people, np.array([200.0, 5000.0]), [1]) == []


def test_words_of_the_same_questions_are_one_topic():
    uses = {"recall": {1, 2, 3, 4, 5, 6}, "charger": {2, 3, 4, 9}, "visa": {20, 21, 22}}
    assert gathered(uses) == ["recall", "charger"]
