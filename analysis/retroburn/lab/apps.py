"""What each app does with a request, in normal times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

from retroburn.lab import text, world
from retroburn.lab.cache import Cache
from retroburn.lab.model import rfc3339
from retroburn.lab.trace import Row, Span, Trace, price

_SYSTEM = {
    "support": "You are the help centre assistant of {tenant}. Answer from the documents only, and cite them.",
    "agent": "You look after orders for {tenant}. Use the tools. Ask before you spend money.",
    "extract": "Return one JSON object, nothing else.",
    "chat": "You are a friendly assistant.",
    "batch": "Summarise the day's conversations in a short paragraph.",
}


def tell(row: Row, seed: int, cache: Cache) -> Trace:
    """Tells one request from its row."""
    trace = Trace(row, seed)
    if row.app != "support" or not served(trace, cache):
        _APPS[row.app](trace)
    return trace


def call(trace: Trace, answer: str, asked: Any, *, size: float = 1.0, wanted: Any = None) -> Span:
    """One model call. `size` is a factor on the usual length of the prompt, `wanted` the tool calls it asks for."""
    row, rng, app, model = trace.row, trace.rng, world.APPS[trace.row.app], world.MODELS[trace.row.model]
    told = trace.count(answer)
    tokens_out = max(1, round(told * row.tokens_out))
    tokens_in = max(20, round(app.tokens_in * size * row.tokens_in * rng.lognormvariate(0, 0.25)))
    # what is thought and not told comes faster
    ms = (model.first_ms + model.token_ms * (told + 0.2 * (tokens_out - told))) * rng.lognormvariate(0, 0.28)
    if rng.random() < model.tail:
        ms *= min(8.0, 1.5 + rng.expovariate(0.8))
    span = trace.step("llm", f"{app.name}.generate", ms)
    span.update(provider=model.provider, model_requested=model.name, model=model.name, input=asked)
    span.update(output=wanted or answer, finish_reason="tool_calls" if wanted else "stop", temperature=app.temperature)
    span.update(input_tokens=tokens_in, output_tokens=tokens_out)
    if tokens_in > 600 and rng.random() < 0.5:
        span["cache_read_tokens"] = tokens_in // 256 * 128
    price(span, row.price)
    return span


def messages(trace: Trace, question: str) -> list[dict[str, str]]:
    """The prompt as a list of messages."""
    system = _SYSTEM[trace.row.app].format(tenant=trace.row.tenant)
    return [{"role": "system", "content": system}, {"role": "user", "content": question}]


def guard(trace: Trace, categories: tuple[str, ...]) -> None:
    """A policy check that lets the question pass."""
    score = round(trace.rng.betavariate(1, 12), 3)
    judged = {"category": trace.rng.choice(categories), "action": "allow", "score": score}
    trace.step("guardrail", "policy_check", trace.rng.uniform(8, 30), guardrail=judged)


def served(trace: Trace, cache: Cache) -> bool:
    """Asks the cache of the help centre first, and says whether it had the answer."""
    row = trace.row
    trace.root.update(input=text.questions(row.lang, "support")[row.question][0], index_version=row.index_version)
    entry = cache.ask(trace)
    if entry is not None:
        trace.root.update(output=entry.answer, citations=entry.citations)
    return entry is not None


def _support(trace: Trace) -> None:
    row, rng = trace.row, trace.rng
    documents = retrieve(trace)
    if rng.random() < 0.4:
        guard(trace, ("pii", "abuse", "off_topic"))
    answer = text.support_answer(row.lang, row.question, row.tenant, rng)
    cited = [each["id"] for each in documents[: rng.randint(1, 2)]]
    call(trace, answer, messages(trace, trace.root["input"]))
    trace.root.update(output=answer, citations=cited)


def retrieve(trace: Trace) -> list[dict[str, Any]]:
    """The search step of the help centre: the documents found, the best first."""
    row, rng = trace.row, trace.rng
    topic, product = text.support_topic(row.lang, row.question)
    score = min(0.97, max(0.45, rng.gauss(0.80, 0.05)))
    found = []
    for place in range(rng.randint(3, 6)):
        number = (crc32(product.encode()) + place * 7) % 40
        found.append({"id": f"{row.lang}-{topic.key}-{number:02d}", "score": round(score, 4)})
        score -= rng.uniform(0.01, 0.06)
    retrieval = {"hits": len(found), "top_score": found[0]["score"], "documents": found}
    ms = rng.lognormvariate(4.2, 0.35)
    trace.step("retrieval", "search_docs", ms, input=trace.root["input"], retrieval=retrieval)
    return found


def _agent(trace: Trace) -> None:
    row, rng = trace.row, trace.rng
    day = rfc3339(row.t + rng.randint(1, 9) * 86_400_000_000)[:10]
    task, question, answer, order = text.agent_case(row.lang, row.question, rng, day)
    trace.root["input"] = question
    asked: list[dict[str, Any]] = list(messages(trace, question))
    for place, tool in enumerate(task.tools):
        arguments = {"order": order, "step": place + 1}
        call(
            trace,
            "x" * 60,
            asked,
            size=1 + 0.3 * place,
            wanted={"tool_calls": [{"name": tool, "arguments": arguments}]},
        )
        result = {"order": order, "state": rng.choice(("open", "shipped", "paid", "done")), "eta": day}
        trace.step("tool", tool, rng.lognormvariate(5.0, 0.5), input=arguments, output=result)
        asked = [*asked[:2], {"role": "tool", "name": tool, "content": "done"}]
    call(trace, answer, asked, size=1.9)
    trace.root["output"] = answer


def _extract(trace: Trace) -> None:
    question, answer = text.document(trace.row.lang, trace.rng)
    trace.root.update(input=question, output=answer, output_format="json")
    call(trace, answer, messages(trace, question))["output_format"] = "json"


def _chat(trace: Trace) -> None:
    row, rng = trace.row, trace.rng
    question = text.questions(row.lang, "chat")[row.question][0]
    asked = messages(trace, question)
    trace.root["input"] = question
    if rng.random() < 0.25:
        before = text.earlier_turn(row.lang, rng)
        trace.root["input"] = [*before, asked[1]]
        asked[1:1] = before
    if rng.random() < 0.6:
        guard(trace, ("violence", "self_harm", "abuse"))
    answer = text.chat_answer(row.lang, row.question, rng)
    call(trace, answer, asked)
    trace.root["output"] = answer


def _batch(trace: Trace) -> None:
    answer = text.summary(trace.row.lang, trace.rng)
    asked = f"Conversations of {trace.row.tenant}, part {trace.row.question}"
    trace.root.update(input=asked, output=answer)
    call(trace, answer, messages(trace, asked))["duration_ms"] *= 3.0


_APPS: dict[str, Callable[[Trace], None]] = {
    "support": _support,
    "agent": _agent,
    "extract": _extract,
    "chat": _chat,
    "batch": _batch,
}
