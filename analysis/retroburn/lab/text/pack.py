"""The shape of a language pack: what the lab's apps can be asked and answer in one language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One thing a help centre is asked. `{p}` is a product, `{n}` the fact, a number from `low` to `high` by `step`."""

    key: str
    low: int
    high: int
    step: int
    questions: tuple[str, ...]
    facts: tuple[str, ...]
    more: tuple[str, ...]


@dataclass(frozen=True)
class Talk:
    """One subject of plain chat: ways to ask, sentences an answer is made of. `{n}` is a fact that stays the same."""

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

    lang: str
    chars_per_token: float
    products: tuple[str, ...]
    topics: tuple[Topic, ...]
    openers: tuple[str, ...]
    details: tuple[str, ...]
    closers: tuple[str, ...]
    abstain: tuple[str, ...]
    """Honest words for a search that found nothing; `{p}` is the product."""
    decline: tuple[str, ...]
    """Refusals that are right to give."""
    busy: tuple[str, ...]
    """Canned texts for when the model cannot be reached."""
    talks: tuple[Talk, ...]
    tasks: tuple[Task, ...]
    summary: tuple[str, ...]
    """Sentences of the nightly batch job."""
