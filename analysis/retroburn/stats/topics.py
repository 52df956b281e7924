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


@dataclass(frozen=True)
class NewWord:
    """A word, the slot from which on it is used, and its evidence G."""

    word: str
    split: int
    g: float


def new_words(words: Sequence[str], people: Array, n: Array, splits: Sequence[int]) -> list[NewWord]:
    """Words (rows) whose use over slots (columns) began at one of the `splits`; `n`: people who asked in each slot.

    Each word takes the split that tells most; all words and splits that were tried are answered for.
    """
    needed = 2 * math.log(max(len(words) * len(splits), 1)) + 12
    best, place = np.zeros(len(words)), np.zeros(len(words), int)
    for split in splits:
        k0, k1, n0, n1 = people[:, :split].sum(axis=1), people[:, split:].sum(axis=1), n[:split].sum(), n[split:].sum()
        if n0 <= 0 or n1 <= 0:
            continue
        g = g_statistic(k1, n1, k0, n0)
        g = np.where(k0 / n0 <= RARE * k1 / n1, g, 0.0)
        better = g > best
        best, place = np.where(better, g, best), np.where(better, split, place)
    found = np.flatnonzero(best >= needed)
    return [NewWord(words[i], int(place[i]), float(best[i])) for i in found[np.argsort(-best[found], kind="stable")]]


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
