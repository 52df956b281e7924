"""What the lab's apps are asked and answer in normal times: a grammar over many phrases, in four languages.

Nothing in the rest of the package reads these texts; detectors must not learn from them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from random import Random
from zlib import crc32

from retroburn.lab.text import en, es, ja, ko
from retroburn.lab.text.pack import Pack, Talk, Task, Topic

PACKS: dict[str, Pack] = {pack.lang: pack for pack in (en.PACK, ko.PACK, ja.PACK, es.PACK)}
_FIRMS = ("Hansol Print", "Blue Fern Ltd", "Orchard & Sons", "Mirae Logistics", "Kestrel Labs", "Café Norte", "Dalseo Foods", "Sunrise Tools")
_GOODS = ("paper A4", "labels", "toner", "coffee beans", "cable 2 m", "cartons", "gloves", "desk lamp", "filter", "battery pack")


def pick_number(low: int, high: int, step: int, *key: object) -> int:
    """A fact: the same key always gives the same number."""
    spread = (high - low) // step + 1
    return low + step * (crc32(repr(key).encode()) % spread)


@lru_cache(maxsize=None)
def questions(lang: str, app: str) -> tuple[tuple[str, int, str], ...]:
    """The catalogue of an app: (question, index of its topic, product), the most asked first."""
    pack = PACKS[lang]
    if app == "chat":
        found = [(text, at, "") for at, talk in enumerate(pack.talks) for text in talk.questions]
    else:
        found = [(_particle(text.format(p=product), product), at, product) for at, topic in enumerate(pack.topics) for text in topic.questions for product in pack.products]
    return tuple(sorted(found, key=lambda entry: crc32(entry[0].encode())))


def fact(lang: str, topic: Topic, product: str, tenant: str) -> int:
    """What is true for a tenant: the number its help pages give for a topic and a product."""
    return pick_number(topic.low, topic.high, topic.step, lang, topic.key, product, tenant)


def support_answer(lang: str, question: int, tenant: str, rng: Random, number: int | None = None) -> str:
    """An answer of the help centre. `number` replaces the true fact."""
    pack = PACKS[lang]
    _, at, product = questions(lang, "support")[question]
    topic = pack.topics[at]
    said = _particle(rng.choice(topic.facts).format(p=product, n=number if number is not None else fact(lang, topic, product, tenant)), product)
    parts = [rng.choice(pack.openers), said, *rng.sample(topic.more, rng.randint(0, 2)), *rng.sample(pack.details, rng.choice((0, 0, 1, 1, 2))), rng.choice(pack.closers)]
    return " ".join(part for part in parts if part)


def _particle(text: str, word: str) -> str:
    """Korean: the particle after `word` as its last syllable wants it (은 after a final consonant, else 는)."""
    closed = "가" <= word[-1] <= "힣" and (ord(word[-1]) - ord("가")) % 28 > 0
    return text.replace(f"{word}는", f"{word}은") if closed else text


def support_topic(lang: str, question: int) -> tuple[Topic, str]:
    """Topic and product of a question of the help centre."""
    _, at, product = questions(lang, "support")[question]
    return PACKS[lang].topics[at], product


def chat_answer(lang: str, question: int, rng: Random) -> str:
    """An answer of plain chat."""
    talk: Talk = PACKS[lang].talks[questions(lang, "chat")[question][1]]
    body = rng.sample(talk.body, rng.randint(2, len(talk.body)))
    return ("\n" if rng.random() < 0.25 else " ").join((rng.choice(talk.lead), *body))


def agent_case(lang: str, at: int, rng: Random, day: str) -> tuple[Task, str, str, str]:
    """A job for the agent: the task, what is asked, what is answered, the order number."""
    tasks = PACKS[lang].tasks
    task = tasks[at % len(tasks)]
    slots = {"o": f"{rng.choice(('ORD', 'KR', 'EU'))}-{rng.randint(10000, 99999)}", "n": rng.randint(2, 19), "d": day}
    return task, rng.choice(task.questions).format(**slots), rng.choice(task.answers).format(**slots), slots["o"]


def document(lang: str, rng: Random) -> tuple[str, str]:
    """A document to extract from, and the JSON text that is the right answer."""
    lines = [{"item": rng.choice(_GOODS), "quantity": rng.randint(1, 40), "unit_price": rng.randint(2, 90)} for _ in range(rng.randint(1, 5))]
    total = sum(int(line["quantity"]) * int(line["unit_price"]) for line in lines)
    number, day, firm = f"INV-{rng.randint(1000, 99999)}", f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}", rng.choice(_FIRMS)
    head = {"ko": "다음 송장에서 항목을 JSON으로 뽑아 주세요.", "ja": "次の請求書から項目をJSONで抽出してください。", "es": "Extrae los campos de esta factura en JSON."}.get(lang, "Extract the fields of this invoice as JSON.")
    rows = "\n".join(f"{line['item']}  {line['quantity']} x {line['unit_price']}" for line in lines)
    answer = {"number": number, "date": day, "supplier": firm, "lines": lines, "total": total, "currency": rng.choice(("KRW", "USD", "EUR"))}
    return f"{head}\n\n{firm}\n{number}  {day}\n{rows}\nTOTAL {total}", json.dumps(answer, ensure_ascii=False)


def summary(lang: str, rng: Random) -> str:
    """A summary of the nightly batch."""
    pack = PACKS[lang]
    return " ".join(rng.sample(pack.summary, rng.randint(3, len(pack.summary))))


def draw_before(lang: str, rng: Random) -> list[dict[str, str]]:
    """A turn of talk that came before the question."""
    at = rng.randrange(len(questions(lang, "chat")))
    return [{"role": "user", "content": questions(lang, "chat")[at][0]}, {"role": "assistant", "content": chat_answer(lang, at, rng)}]
