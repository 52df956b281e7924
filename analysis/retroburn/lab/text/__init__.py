"""What the lab's apps are asked and answer in normal times: a grammar over many phrases, in several languages.

Nothing in the rest of the package reads these texts; detectors must not learn from them.
"""

from __future__ import annotations

import json
from functools import cache
from random import Random
from zlib import crc32

from retroburn.lab.text.pack import Pack, Task, Topic, load

__all__ = [
    "Pack",
    "Task",
    "Topic",
    "agent_case",
    "chat_answer",
    "document",
    "earlier_turn",
    "fact",
    "load",
    "questions",
]
__all__ += ["summary", "support_answer", "support_topic"]

_FIRMS = (
    "Hansol Print",
    "Blue Fern Ltd",
    "Orchard & Sons",
    "Mirae Logistics",
    "Kestrel Labs",
    "Café Norte",
    "Dalseo Foods",
)
_GOODS = ("paper A4", "labels", "toner", "coffee beans", "cable 2 m", "cartons", "gloves", "desk lamp", "filter")
_EXTRACT = {
    "ko": "다음 송장에서 항목을 JSON으로 뽑아 주세요.",
    "ja": "次の請求書から項目をJSONで抽出してください。",
    "es": "Extrae los campos de esta factura en JSON.",
}


@cache
def questions(lang: str, app: str) -> tuple[tuple[str, int, str], ...]:
    """The catalogue of an app: (question, index of its topic, product), the most asked first."""
    pack = load(lang)
    if app == "chat":
        found = [(text, at, "") for at, talk in enumerate(pack.talks) for text in talk.questions]
    else:
        found = [
            (_particle(text.format(p=product), product), at, product)
            for at, topic in enumerate(pack.topics)
            for text in topic.questions
            for product in pack.products
        ]
    return tuple(sorted(found, key=lambda entry: crc32(entry[0].encode())))


def fact(lang: str, topic: Topic, product: str, tenant: str) -> int:
    """What is true for a tenant: the number its help pages give for a topic and a product."""
    low, high, step = topic.range
    key = f"{lang}/{topic.key}/{product}/{tenant}"
    return low + step * (crc32(key.encode()) % ((high - low) // step + 1))


def support_topic(lang: str, question: int) -> tuple[Topic, str]:
    """Topic and product of a question of the help centre."""
    _, at, product = questions(lang, "support")[question]
    return load(lang).topics[at], product


def support_answer(lang: str, question: int, tenant: str, rng: Random, number: int | None = None) -> str:
    """An answer of the help centre. `number` replaces the true fact."""
    pack = load(lang)
    topic, product = support_topic(lang, question)
    true = fact(lang, topic, product, tenant) if number is None else number
    said = _particle(rng.choice(topic.facts).format(p=product, n=true), product)
    more = rng.sample(topic.more, rng.randint(0, 2)) + rng.sample(pack.details, rng.choice((0, 0, 1, 1, 2)))
    return pack.joiner.join(part for part in (rng.choice(pack.openers), said, *more, rng.choice(pack.closers)) if part)


def _particle(text: str, word: str) -> str:
    """Korean: the particle after `word` as its last syllable wants it (은 after a final consonant, else 는)."""
    closed = "가" <= word[-1] <= "힣" and (ord(word[-1]) - ord("가")) % 28 > 0
    return text.replace(f"{word}는", f"{word}은") if closed else text


def chat_answer(lang: str, question: int, rng: Random) -> str:
    """An answer of plain chat."""
    pack = load(lang)
    talk = pack.talks[questions(lang, "chat")[question][1]]
    body = rng.sample(talk.body, rng.randint(2, len(talk.body)))
    return ("\n" if rng.random() < 0.25 else pack.joiner).join((rng.choice(talk.lead), *body))


def earlier_turn(lang: str, rng: Random) -> list[dict[str, str]]:
    """A turn of talk that came before the question."""
    at = rng.randrange(len(questions(lang, "chat")))
    question = questions(lang, "chat")[at][0]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": chat_answer(lang, at, rng)}]


def agent_case(lang: str, at: int, rng: Random, day: str) -> tuple[Task, str, str, str]:
    """A job for the agent: the task, what is asked, what is answered, the order number."""
    tasks = load(lang).tasks
    task, order = tasks[at % len(tasks)], f"{rng.choice(('ORD', 'KR', 'EU'))}-{rng.randint(10000, 99999)}"
    slots = {"o": order, "n": rng.randint(2, 19), "d": day}
    return task, rng.choice(task.questions).format(**slots), rng.choice(task.answers).format(**slots), order


def document(lang: str, rng: Random) -> tuple[str, str]:
    """A document to extract from, and the JSON text that is the right answer."""
    lines = [(rng.choice(_GOODS), rng.randint(1, 40), rng.randint(2, 90)) for _ in range(rng.randint(1, 5))]
    total = sum(quantity * cost for _, quantity, cost in lines)
    number, firm = f"INV-{rng.randint(1000, 99999)}", rng.choice(_FIRMS)
    day = f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    rows = "\n".join(f"{item}  {quantity} x {cost}" for item, quantity, cost in lines)
    head = _EXTRACT.get(lang, "Extract the fields of this invoice as JSON.")
    items = [{"item": item, "quantity": quantity, "unit_price": cost} for item, quantity, cost in lines]
    answer = {"number": number, "date": day, "supplier": firm, "lines": items, "total": total}
    return f"{head}\n\n{firm}\n{number}  {day}\n{rows}\nTOTAL {total}", json.dumps(answer, ensure_ascii=False)


def summary(lang: str, rng: Random) -> str:
    """A summary of the nightly batch."""
    pack = load(lang)
    return pack.joiner.join(rng.sample(pack.summary, rng.randint(3, len(pack.summary))))
