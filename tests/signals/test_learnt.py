"""What signals learn from the log itself: the usual floor of scores, canned texts, how answers end."""

from __future__ import annotations

import random

import pytest

TOPICS = {
    "refund": ["how do i get a refund", "refund for a lamp", "when is my refund paid", "refund without a receipt"],
    "delivery": [
        "when does the delivery come",
        "delivery to an island",
        "change the delivery day",
        "delivery by night",
    ],
    "password": ["i lost my password", "password too short", "reset the password please", "password by post"],
    "invoice": ["send the invoice again", "invoice with the old address", "where is the invoice", "invoice as pdf"],
}
QUESTIONS = [question for topic in TOPICS.values() for question in topic]
REFUNDS = [
    *[
        "a refund please",
        "refund for my lamp",
        "how to get the refund",
        "when is the refund paid",
        "refund, no receipt",
    ],
    *["is a refund possible", "refund of two items", "refund again", "my refund is late", "want my refund now"],
]
GREETINGS = [
    "hi",
    "hello",
    "hey",
    "good morning",
    "hi there",
    "hello there",
    "hey there",
    "good evening",
    "howdy",
    "hi all",
]
KOREAN = [
    *["환불은 언제 되나요", "배송지를 바꾸고 싶어요", "비밀번호를 잊었어요", "영수증을 다시 보내 주세요"],
    *["쿠폰이 적용되지 않아요", "회원 탈퇴는 어떻게 하나요", "포인트가 사라졌어요", "매장 위치가 어디예요"],
    *["선물 포장이 되나요", "사이즈 교환할래요"],
]
CANNED = "Thank you for your message. Our experts know everything about it, see the help pages."


def asked(number, question, **fields):
    return {"id": f"s{number}", "input": question, **fields}


def test_hits_under_the_usual_floor_are_no_evidence(read):
    rng = random.Random(5)
    answer = "The fee is 12 dollars a month, and the first month is free."
    usual = [
        asked(i, "What is the fee?", output=answer, retrieval_hits=3, retrieval_top_score=rng.uniform(0.7, 0.9))
        for i in range(60)
    ]
    weak = asked(90, "What is the fee?", output=answer, retrieval_hits=3, retrieval_top_score=0.21)
    low = asked(91, "What is the fee?", output=answer, retrieval_hits=3, retrieval_top_score=0.66)
    honest = asked(92, "Fee?", output="I found nothing about fees.", retrieval_hits=3, retrieval_top_score=0.2)
    assert set(read([*usual, weak, low, honest], "no_evidence_answer")) == {"s90"}


def test_no_floor_is_learnt_from_a_few_scores(read):
    answer = "The fee is 12 dollars a month, and the first month is free."
    few = [asked(i, "Fee?", output=answer, retrieval_hits=3, retrieval_top_score=0.8) for i in range(10)]
    weak = asked(90, "What is the fee?", output=answer, retrieval_hits=3, retrieval_top_score=0.1)
    assert read([*few, weak], "no_evidence_answer") == {}


def all_asked(first, questions, answer):
    return [asked(first + i, q, output=answer.format(q=q, i=i)) for i, q in enumerate(questions)]


def ids(spans):
    return {span["id"] for span in spans}


def test_a_text_given_to_many_different_questions_is_canned(read):
    real = all_asked(0, QUESTIONS, "For number {i} open the page called {q} and press the button.")
    canned = all_asked(100, [f"{q}?!" for q in QUESTIONS[::-1]], CANNED)
    assert set(read([*real, *canned], "fallback_answer")) == ids(canned)


def from_cache(questions):
    return [span | {"cache_status": "hit"} for span in all_asked(100, [f"{q}?!" for q in questions], CANNED)]


def test_a_text_that_only_a_cache_gives_again_is_not_canned(read):
    real = all_asked(0, QUESTIONS, "For number {i} open the page called {q} and press the button.")
    assert read([*real, *from_cache(QUESTIONS[::-1])], "fallback_answer") == {}


def test_a_canned_text_that_was_stored_is_canned(read):
    again, fresh = from_cache(QUESTIONS[::-1]), all_asked(200, [f"{q} now" for q in QUESTIONS], CANNED)
    assert set(read([*again, *fresh], "fallback_answer")) == ids([*again, *fresh])


def test_one_answer_to_one_question_asked_in_many_ways_is_no_fallback(read):
    same = all_asked(0, REFUNDS, "You get your money back within thirty days; send the parcel back first.")
    others = all_asked(50, TOPICS["delivery"], "Open the page {i} and press the button there.")
    assert read([*same, *others], "fallback_answer") == {}


def test_one_question_asked_often_greetings_labels_and_json_are_no_fallback(read):
    often = all_asked(0, ["When do you open?"] * 12, "We open at nine in the morning, every day.")
    hello = all_asked(20, GREETINGS, "Hello! How can I help you with your order today?")
    labels = all_asked(40, QUESTIONS, "positive")
    objects = all_asked(60, QUESTIONS, '{{"intent": "support", "ok": true}}')
    assert read([*often, *hello, *labels, *objects], "fallback_answer") == {}


def test_a_canned_korean_text_is_found_too(read):
    canned = all_asked(0, KOREAN, "고객님의 소중한 의견 감사합니다. 자세한 사항은 도움말을 참고해 주세요.")
    real = all_asked(50, KOREAN, "{q}에 대한 답입니다. {i}번 메뉴를 눌러 주세요.")
    assert set(read([*canned, *real], "fallback_answer")) == ids(canned)


@pytest.mark.parametrize("size", [3, 14])
def test_where_all_answers_come_from_a_stock_a_repeated_text_says_nothing(read, size):
    rng = random.Random(7)
    words = ["".join(rng.choices("abcdefghij", k=5)) for _ in range(60)]
    stock = [f"Answer about nothing in particular, of the kind number {chr(97 + i)}." for i in range(size)]
    spans = [asked(i, " ".join(rng.sample(words, 4)), output=stock[i % size]) for i in range(14 * 12)]
    assert max(c for c, _ in read(spans, "fallback_answer").values()) < 0.5


def test_answers_that_stop_at_the_same_number_of_tokens_without_an_end_are_cut(read):
    said = "It opens at nine. It closes at six."
    whole = [asked(i, "Tell me more", output=said, output_tokens=10 + i % 7) for i in range(40)]
    text = "The museum was built in three parts by two brothers from the north"
    cut = [asked(100 + i, "Tell me more", output=text, output_tokens=256, finish_reason="stop") for i in range(4)]
    ended = asked(200, "Tell me more", output=f"{text}.", output_tokens=256)
    assert set(read([*whole, *cut, ended], "truncated_answer")) == ids(cut)


def test_where_answers_have_no_full_stops_a_missing_one_says_nothing(read):
    text = "take the second street on the left and then walk on to the old bridge number"
    spans = [asked(i, "Which way?", output=f"{text} {i}") for i in range(40)]
    assert read(spans, "truncated_answer") == {}
