"""One request being told: its spans, and what may be done to them. Faults and nature use the same few verbs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from retroburn.lab import world
from retroburn.lab.text import load

Span = dict[str, Any]
_MASK = (1 << 64) - 1
_CALL = ("kind", "name", "provider", "model_requested", "model", "input", "temperature", "input_tokens")
"""Fields that a failed attempt shares with the one that worked."""


class Row(NamedTuple):
    """One row of a Plan."""

    uid: int
    t: int
    app: str
    locale: str
    lang: str
    region: str
    tenant: str
    client: str
    user: int
    question: int
    model: str
    prompt_version: str
    app_version: str
    index_version: str
    tokens_in: float
    tokens_out: float
    price: float
    scope: str
    ttl: float
    strict: bool
    cache: bool


def mix(seed: int, uid: int) -> int:
    """64 well-stirred bits for a request (the finaliser of splitmix64): its ids and its dice come from them."""
    value = (seed * 0x9E3779B97F4A7C15 + (uid + 1) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Trace:
    """A request and the steps it took, one after the other. A step's `_gap` is the pause before it, in milliseconds."""

    __slots__ = ("id", "keep", "rated", "rng", "root", "row", "steps", "trace_id")

    def __init__(self, row: Row, seed: int) -> None:
        bits = mix(seed, row.uid)
        self.row = row
        self.rng = Random(bits)
        self.trace_id = f"{bits:016x}"
        self.id = f"{mix(seed ^ 0x5DEECE66D, row.uid) >> 16:012x}"
        self.steps: list[Span] = []
        self.keep = True
        """Whether the answer may go into the cache."""
        self.rated = False
        """Whether users and judges had their chance; nobody is asked twice."""
        app = world.APPS[row.app]
        user = f"{row.user:04d}"
        self.root: Span = {
            "id": self.id,
            "trace_id": self.trace_id,
            "kind": "request",
            "name": f"POST {app.route}",
            "route": app.route,
            "feature": app.feature,
            "status": "ok",
            "http_status": 200,
            "tenant": row.tenant,
            "user": f"u-{row.tenant[:3]}-{user}",
            "session": f"s-{user}-{row.t // 1_800_000_000 % 100_000:05d}",
            "region": row.region,
            "locale": row.locale,
            "client": row.client,
            "app_version": row.app_version,
            "prompt_version": row.prompt_version,
        }

    def step(self, kind: str, name: str, ms: float, **values: Any) -> Span:
        """Adds a step that takes `ms` milliseconds."""
        span: Span = {"kind": kind, "name": name, "duration_ms": ms, "status": "ok", **values}
        self.steps.append(span)
        return span

    @property
    def llm(self) -> Span | None:
        """The model call that gave the answer; None when no model was asked."""
        for span in reversed(self.steps):
            if span["kind"] == "llm":
                return span
        return None

    def of(self, kind: str) -> Iterator[Span]:
        """The steps of a kind."""
        return (span for span in self.steps if span["kind"] == kind)

    def say(self, text: str | None, *, finish: str | None = None, tokens: int | None = None) -> None:
        """Sets the answer, and what follows from it: tokens and cost of the call that gave it."""
        self.root["output"] = text
        span = self.llm
        if span is None:
            return
        span["output"] = text
        span["output_tokens"] = tokens if tokens is not None else self.count(text or "")
        if finish:
            span["finish_reason"] = finish
        price(span, self.row.price)

    def count(self, text: str) -> int:
        """Tokens of a text, about as many as a tokenizer finds."""
        return max(1, round(len(text) / load(self.row.lang).chars_per_token * self.rng.uniform(0.92, 1.08)))

    def fail(self, span: Span | None, kind: str, message: str, http: int | None, *, status: str = "error") -> None:
        """Ends the request at `span` (None: before any step) with an error."""
        if span is None:
            self.steps.clear()
        else:
            del self.steps[next(at for at, each in enumerate(self.steps) if each is span) + 1 :]
            broken(span, kind, message, http, status)
        self.root.update(
            status=status,
            http_status=504 if status == "timeout" else (http or 500),
            error_type=kind,
            error_message=message,
        )
        self.root.pop("output", None)
        self.keep = False

    def retry(
        self, count: int, kind: str, message: str, http: int | None, *, numbered: bool = True, ms: float = 400.0
    ) -> None:
        """Puts `count` failed attempts with growing pauses before the model call that gave the answer."""
        last = self.llm
        if last is None:
            return
        at = next(place for place, each in enumerate(self.steps) if each is last)
        failed = []
        for number in range(count):
            span: Span = {key: last[key] for key in _CALL if key in last}
            span["duration_ms"] = ms * self.rng.uniform(0.4, 2.2)
            broken(span, kind, message, http, "error")
            if numbered:
                span["attempt"] = number + 1
            span["_gap"] = last.get("_gap", 0) if number == 0 else 250.0 * 2**number * self.rng.uniform(0.5, 1.5)
            failed.append(span)
        last["_gap"] = 250.0 * 2**count * self.rng.uniform(0.5, 1.5)
        if numbered:
            last["attempt"] = count + 1
        self.steps[at:at] = failed


def broken(span: Span, kind: str, message: str, http: int | None, status: str) -> None:
    """Makes a step a failed one: no answer, no usage, no cost."""
    for field in ("output", "output_tokens", "cost_usd", "finish_reason", "cache_read_tokens"):
        span.pop(field, None)
    if status == "error" and span["kind"] == "llm" and http != 200:
        span.pop("input_tokens", None)
    span.update(status=status, error_type=kind, error_message=message)
    if http:
        span["http_status"] = http


def price(span: Span, factor: float = 1.0) -> None:
    """Writes the cost of a model call from its tokens. `factor` departs from the price list."""
    model = world.MODELS[span["model"]]
    span["cost_usd"] = round(
        model.cost(span["input_tokens"], span.get("cache_read_tokens", 0), span["output_tokens"]) * factor, 9
    )
