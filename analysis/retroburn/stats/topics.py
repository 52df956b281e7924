"""Words that came up: used from some time on, and hardly ever before; and which of them belong together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retroburn.stats.intervals import g_statistic

Array = np.ndarray[Any, Any]

RARE = 0.05
"""A word was hardly ever used before when its rate was under a twentieth of what it is now."""

TOGETHER = 0.25
"""A word belongs to a topic when a quarter of its questions, or of the topic's, are the other's too."""


HINT = 12.0
"""Evidence of a word that says nothing alone, and belongs to a topic where others came up at its time: one in two
thousand words has it by chance in a span that is given."""

MEET = 0.5
"""Part of both their spans that two words share which came up at one time."""


@dataclass(frozen=True)
class NewWord:
    """A word, the slots `split`…`end` (excluded) in which it is used, its evidence G, and whether that is enough."""

    word: str
    split: int
    end: int
    g: float
    sure: bool

    def meets(self, other: NewWord) -> bool:
        """Whether both came up at one time."""
        common = min(self.end, other.end) - max(self.split, other.split)
        return common >= MEET * (max(self.end, other.end) - min(self.split, other.split))


def new_words(words: Sequence[str], people: Array, n: Array, spans: Sequence[tuple[int, int]]) -> list[NewWord]:
    """Words (rows) that are used in one of the `spans` of slots (columns) alone; `n`: people who asked in each slot.

    Each word takes the span that tells most; all words and spans that were tried are answered for. Those for which that
    is not enough are given too, as hints.
    """
    needed = 2 * math.log(max(len(words) * len(spans), 1)) + 12
    best, place = np.zeros(len(words)), np.zeros(len(words), int)
    every, everyone = people.sum(axis=1), n.sum()
    for number, (split, end) in enumerate(spans):
        k1, n1 = people[:, split:end].sum(axis=1), n[split:end].sum()
        k0, n0 = every - k1, everyone - n1
        if n0 <= 0 or n1 <= 0:
            continue
        g = g_statistic(k1, n1, k0, n0)
        g = np.where(k0 / n0 <= RARE * k1 / n1, g, 0.0)
        better = g > best
        best, place = np.where(better, g, best), np.where(better, number, place)
    found = np.flatnonzero(best >= HINT)
    ranked = found[np.argsort(-best[found], kind="stable")]
    return [
        NewWord(words[i], spans[place[i]][0], spans[place[i]][1], float(best[i]), bool(best[i] >= needed))
        for i in ranked
    ]


def gathered(uses: Mapping[str, set[int]], most: int = 12) -> list[str]:
    """The words of one topic: the one of most questions, then those that are used together with it."""
    if not uses:
        return []
    first = max(sorted(uses), key=lambda word: len(uses[word]))
    topic, asked = [first], set(uses[first])
    left = sorted((word for word in uses if word != first), key=lambda word: (-len(uses[word]), word))
    grown = True
    while grown and len(topic) < most:
        grown = False
        for word in left:
            common = len(uses[word] & asked)
            if word not in topic and common >= TOGETHER * min(len(uses[word]), len(asked)):
                topic.append(word)
                asked |= uses[word]
                grown = True
                break
    return topic
