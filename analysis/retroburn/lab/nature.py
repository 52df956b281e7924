"""The bad that happens on any day, at low rates, and the feedback of users. No truth is written about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retroburn.lab import text, world
from retroburn.lab.model import rfc3339
from retroburn.lab.trace import Trace

ERRORS = (
    ("RateLimitError", "Rate limit reached for requests per minute", 429),
    ("APIStatusError", "The server had an error while processing your request", 500),
    ("OverloadedError", "Overloaded", 529),
    ("APIConnectionError", "Connection reset by peer", 502),
)
FEEDBACK = 0.07
"""Share of answers that users rate."""
JUDGED = 0.04
"""Share of answers that a judge samples."""
GOOD = 0.86
"""Share of thumbs up, and the mean of the judges, on any day."""


def strike(trace: Trace) -> None:
    """Lets at most one natural mishap happen to a request, then asks for feedback."""
    dice = trace.rng.random() if trace.llm else 1.0  # nothing happens to what the cache serves
    for share, mishap in _MISHAPS:
        if dice < share:
            mishap(trace)
            trace.keep = False
            break
        dice -= share
    rate(trace)


def rate(trace: Trace, good: float = GOOD) -> None:
    """Adds the scores that users and a sampling judge give, once. `good` is the share of thumbs up."""
    rng, answer = trace.rng, trace.root.get("output")
    if trace.root["status"] != "ok" or not answer or trace.rated:
        return
    trace.rated = True
    scores: list[dict[str, Any]] = []
    at = rfc3339(trace.row.t + int(rng.expovariate(1 / 90) * 1e6) + 20_000_000)
    if rng.random() < FEEDBACK:
        scores.append({"name": "user_feedback", "value": 1 if rng.random() < good else -1, "source": "user", "at": at})
    if rng.random() < JUDGED:
        scores.append(
            {
                "name": "helpfulness",
                "value": round(min(1.0, max(0.0, rng.gauss(good, 0.09))), 2),
                "source": "judge",
                "at": at,
            }
        )
    if scores:
        trace.root["scores"] = scores


def _error(trace: Trace) -> None:
    kind, message, http = trace.rng.choice(ERRORS)
    trace.fail(trace.llm, kind, message, http)


def _timeout(trace: Trace) -> None:
    span = trace.llm
    if span:
        span["duration_ms"] = 20_000.0 * trace.rng.uniform(0.98, 1.02)
    trace.fail(span, "APITimeoutError", "Request timed out", None, status="timeout")


def _left(trace: Trace) -> None:
    trace.fail(trace.llm, "ClientDisconnected", "client closed the connection", 499, status="cancelled")


def _retry(trace: Trace) -> None:
    kind, message, http = trace.rng.choice(ERRORS)
    trace.retry(trace.rng.choice((1, 1, 1, 2)), kind, message, http)


def _other_model(trace: Trace) -> None:
    span = trace.llm
    if span is None:
        return
    trace.retry(2, "OverloadedError", "Overloaded", 529)
    switch(trace, "gemini-2.5-flash" if span["model_requested"] != "gemini-2.5-flash" else "gpt-4.1-mini")


def switch(trace: Trace, name: str) -> None:
    """Lets another model answer in place of the one asked for, as a fallback."""
    span = trace.llm
    if span is None:
        return
    model = world.MODELS[name]
    asked = span["model_requested"]
    span.update(model=name, provider=model.provider, fallback=asked)
    span["cost_usd"] = model.cost(span["input_tokens"], span.get("cache_read_tokens", 0), span["output_tokens"])


def _empty(trace: Trace) -> None:
    if trace.llm:
        trace.say("", tokens=0)


def _cut(trace: Trace) -> None:
    answer = str(trace.root.get("output", ""))
    if trace.llm and len(answer) > 40:
        trace.say(answer[: int(len(answer) * trace.rng.uniform(0.4, 0.9))], finish="length")


def _decline(trace: Trace) -> None:
    if trace.llm and trace.row.app != "extract":
        trace.say(trace.rng.choice(text.load(trace.row.lang).decline))


def _busy(trace: Trace) -> None:
    if trace.llm and trace.row.app != "extract":
        trace.say(trace.rng.choice(text.load(trace.row.lang).busy))


def _nothing_found(trace: Trace) -> None:
    """A search without hits, and an answer that says so."""
    for span in trace.of("retrieval"):
        span["retrieval"] = {"hits": 0, "documents": []}
        pack = text.load(trace.row.lang)
        product = text.support_topic(trace.row.lang, trace.row.question)[1]
        trace.say(trace.rng.choice(pack.abstain).format(p=product))
        trace.root["citations"] = []


def _bold(trace: Trace) -> None:
    """A search without hits that was answered all the same."""
    for span in trace.of("retrieval"):
        span["retrieval"] = {"hits": 0, "documents": []}
        trace.root["citations"] = []


def _fenced(trace: Trace) -> None:
    if trace.row.app == "extract" and trace.llm:
        trace.say(f"```json\n{trace.root['output']}\n```")


def _tool(trace: Trace) -> None:
    """A tool that fails, and is tried again with success."""
    for place, span in enumerate(trace.steps):
        if span["kind"] == "tool":
            failed = {
                **span,
                "status": "error",
                "error_type": "UpstreamError",
                "error_message": "connection refused",
                "attempt": 1,
            }
            failed.pop("output", None)
            span["attempt"], span["_gap"] = 2, 300.0
            trace.steps.insert(place, failed)
            return


_MISHAPS: tuple[tuple[float, Callable[[Trace], None]], ...] = (
    (0.0035, _error),
    (0.0008, _timeout),
    (0.0006, _left),
    (0.0120, _retry),
    (0.0025, _other_model),
    (0.0015, _empty),
    (0.0030, _cut),
    (0.0050, _decline),
    (0.0020, _busy),
    (0.0180, _nothing_found),
    (0.0010, _bold),
    (0.0060, _fenced),
    (0.0080, _tool),
)
"""Share of requests, and what happens to them. What does not fit a request leaves it as it is."""
