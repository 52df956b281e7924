"""A language pack: what the lab's apps can be asked and answer in one language, as a `.yml` of this folder says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Topic:
    """One thing a help centre is asked. `{p}` is a product, `{n}` the fact: a number from, to, in steps of `range`."""

    key: str
    range: tuple[int, int, int]
    questions: tuple[str, ...]
    facts: tuple[str, ...]
    more: tuple[str, ...]


@dataclass(frozen=True)
class Talk:
    """One subject of plain chat: ways to ask, and the sentences an answer is made of."""

    key: str
    questions: tuple[str, ...]
    lead: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One job for the agent. `{o}` is an order number, `{n}` a number, `{d}` a day."""

    key: str
    tools: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """Everything the lab says in one language, in normal times."""

    chars_per_token: float
    products: tuple[str, ...]
    openers: tuple[str, ...]
    details: tuple[str, ...]
    closers: tuple[str, ...]
    abstain: tuple[str, ...]
    """Honest words for a search that found nothing; `{p}` is the product."""
    decline: tuple[str, ...]
    """Refusals that are right to give."""
    busy: tuple[str, ...]
    """Canned texts for when the model cannot be reached."""
    summary: tuple[str, ...]
    """Sentences of the nightly batch job."""
    topics: tuple[Topic, ...]
    talks: tuple[Talk, ...]
    tasks: tuple[Task, ...]
    joiner: str = " "
    """What stands between two sentences."""


@cache
def load(lang: str) -> Pack:
    """The pack of a language."""
    data = yaml.load((Path(__file__).parent / f"{lang}.yml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - safe
    for part, shape in (("topics", Topic), ("talks", Talk), ("tasks", Task)):
        data[part] = [shape(**_frozen(each)) for each in data[part]]
    return Pack(**_frozen(data))


def _frozen(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
