"""The door: no structured personal datum or secret leaves, no useful number is lost, nothing active is left."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retroburn import door
from retroburn.door import shapes

PERSONAL = {
    "email": ["kim@example.com", "kim.min+1@acme.co.kr", "홍길동@한국.한국", "kim%40acme.com"],
    "phone": [
        "010-1234-5678", "01012345678", "010 1234 5678", "010.1234.5678",
        "０１０－１２３４－５６７８",
        "+82 10-1234-5678", "+821012345678", "02-123-4567", "(02) 123-4567",
        "031-123-4567", "070-1234-5678", "+1 415 555 0132",
        "(415) 555-0132", "415-555-0132", "+44 20 7946 0958", "+49 170 1234567", "전화 0212345678",
    ],
    "national": ["900101-1234567", "900101-5234567", "9001011234567", "900101 1234567", "051231-3999999"],
    "business": ["123-45-67890", "사업자번호 1234567890"],
    "ssn": ["123-45-6789", "SSN 123456789"],
    "licence": ["11-12-123456-78", "서울-12-345678-90", "면허번호 112212345678"],
    "passport": ["여권번호 M12345678", "passport no. M123A4567"],
    "card": [
        "4111 1111 1111 1111", "4111-1111-1111-1112", "4111111111111111", "378282246310005", "9410123412341234",
        "1234-5678-9012-3456",
    ],
    "iban": ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "IBAN: de89 3704 0044 0532 0130 00"],
    "ip": ["192.168.0.1", "http://10.0.0.5:8080/x", "2001:db8:85a3::8a2e:370:7334", "fe80::1"],
    "token": [
        "575674119:AA" + "Ab1Cd2Ef3Gh" * 3, "Cookie: sid=abcdefgh1234; theme=dark",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123", "Authorization: Bearer abcdef123456789xyz",
    ],
    "key": [
        *(f"{name}{'Ab1Cd2Ef3Gh4Ij5Kl6Mn7' * 2}" for name in (
            "gsk_", "xai-", "pplx-", "r8_", "nvapi-", "pcsk_", "lsv2_pt_", "fw_", "GOCSPX-", "AQ.Ab8", "whsec_",
            "dckr_pat_", "hvs.", "lin_api_", "ntn_", "tvly-dev-", "https://hooks.slack.com/services/T0AB1CD2E/B0AB1CD2E/",
            "https://discord.com/api/webhooks/953732250338785292/",
        )),
        *(f"{name}{'0123456789abcdef' * 2}" for name in ("dapi", "SK", "dop_v1_", "shpat_")),
        "sk-proj-abcd1234efgh5678ijkl", "AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
    ],
    "secret": [
        "postgres://admin:s3cr3t@db.internal:5432/app", "redis://:hunter2@cache:6379", "password=hunter2",
        '"password": "letmein"', "api_key=0123456789abcdef0123",
        "Ocp-Apim-Subscription-Key: 0123456789abcdef0123", "my password is Tr0ub4dor", "비밀번호는 Tr0ub4dor!",
    ],
    "path": ["/home/alice/app.py", "/Users/bob.kim/dev", "C:\\Users\\carol\\x"],
}  # fmt: skip

HARMLESS = [
    "order 20261012-000123", "주문번호 2026101212345678", "주문번호 2026-1012-3344-0001", "#1002345", "1029384756",
    "order 4539123412341235", "2026-10-12T09:12:33.123+09:00", "2026-10-12 09:12:33.123456789+0900", "1760261553123",
    "1760261553123456", "1760261553123456789", "start=1701231234567", "20261012093000", "v1.2.3.4", "version 10.0.0.1",
    "Chrome/141.0.0.0", "gpt-4.1-2025-04-14", "1,234,567 tokens", "input_tokens: 12345678", "max_tokens: 4096",
    "$1,234,567.89", "₩12,345,678원", "0.00001234", "3f2a9c1e-0101-4444-8888-010123456789",
    "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "1588-1234", "10:11:12", "aa:bb:cc:dd:ee:ff", "pkg@1.2.3",
    "logo@2x.png", "+10 2026-10-12", "sk-learn", "bearer token expired", "password: incorrect", "GB12345678",
    "answers with a secret: 35.3 % (27.2 % to 44.4 %)", "비밀번호: 12.5%",
    "a password is 8-16 characters", "비밀번호는 8자 이상, 영문과 숫자", "the password is required",
    "xai-grok-4-fast-reasoning-2026-01", "pplx-70b-online", "fw_version_2", "cookie: accepted",
    "비밀번호는 12345678번 바꿀 수 없습니다", "gsk_test_key",
]  # fmt: skip


AROUND = ["{}", "내 것은 {}입니다, 확인해 주세요", 'call {{"v": "{}"}} now', "<{}>", "Mine is {}."]


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in PERSONAL.items() for t in texts])
@pytest.mark.parametrize("around", AROUND)
def test_every_structured_kind_is_replaced_by_its_pseudonym(kind: str, text: str, around: str):
    masked = door.mask(around.format(text))
    assert re.search(rf"«{kind}-[0-9a-f]{{4}}»", masked), masked
    assert text not in masked


_PIECES = [
    *(text for texts in PERSONAL.values() for text in texts), *"aZ09 .-_:/=@%가'", "my", "id", "번호", "내",
    "xxxxxxxxxxxxxxxxxxxxxx",
]  # fmt: skip
_EVERYWHERE = re.compile(shapes.PATTERN.pattern.removeprefix(shapes.NOWHERE))


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_places_that_are_not_looked_at_hide_nothing(text: str):
    assert [m.span() for m in shapes.PATTERN.finditer(text)] == [m.span() for m in _EVERYWHERE.finditer(text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_a_reader_needs_stay(text: str):
    assert door.mask(text) == text


def test_one_value_has_one_pseudonym_however_it_is_written():
    forms = ["010-1234-5678", "01012345678", "+82 10 1234 5678", "０１０ 1234 5678"]
    assert len({door.mask(form) for form in forms}) == 1
    assert door.mask("kim@a.com") != door.mask("lee@a.com")


@pytest.mark.parametrize("text", [t for texts in PERSONAL.values() for t in texts])
def test_masking_twice_changes_nothing(text: str):
    once = door.mask(f"{text} and {text}")
    assert door.mask(once) == once
    assert door.show(once) == once


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil\x07click\x1b]8;;\x07", "click"),
        ("a\u202eb\u2066c", "abc"),
        ("010-\u200b1234-\u200d5678", "010-1234-5678"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("nul\x00 bell\x07", "nul bell"),
        ("half \ud800", "half ?"),
        (None, ""),
    ],
)
def test_plain_drops_what_a_reader_cannot_see(text: str | None, clean: str):
    assert door.plain(text) == clean


def test_invisible_characters_do_not_hide_a_number_from_the_mask():
    assert "5678" not in door.show("010-\u200b1234-\u202e5678")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload='x'>",
        "</textarea><iframe>",
        "{{7*7}}",
    ],
)
def test_html_leaves_no_tag_and_no_open_attribute(attack: str):
    assert not set("<>\"'") & set(door.html(attack))


@pytest.mark.parametrize(
    ("attack", "never"),
    [
        ("[click](http://evil.test)", "]("),
        ("![x](https://evil.test/p.png)", "!["),
        ("see https://evil.test", "://"),
        ("www.evil.test", "www."),
        ("a | b", " | "),
        ("<b>x</b>", "<"),
        ("# Heading\n- item", "\n"),
        ("@team look", "@"),
        ("{{ secret }}", "{{"),
        ("`code`", "` "),
    ],
)
def test_markdown_leaves_nothing_active(attack: str, never: str):
    unescaped = re.sub(r"\\.", "", door.markdown(attack))
    assert never not in unescaped


def test_a_fence_cannot_be_closed_from_inside():
    block = door.fence("```\n# out\n````")
    assert block.splitlines()[0] == "`````text"
    assert block.splitlines()[-1] == "`````"


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1"])
def test_a_csv_cell_never_begins_a_formula(formula: str):
    assert door.csv(formula).startswith("'")


def test_shorten_never_cuts_a_pseudonym_in_two():
    text = "from «email-3f2a» to"
    assert door.shorten(text, 12) == "from…"
    assert door.shorten(text, 100) == text


def test_a_long_text_is_cut_without_leaving_half_a_secret():
    assert "hunter2" not in door.show("x " * 4980 + "password=hunter2" * 3, n=500)
    assert len(door.show("y" * 1_000_000, n=500)) == 500


@pytest.mark.parametrize(
    "known",
    [
        "1760000000000", "4111111111111111", "req_9001011234567", "8f14e45fceea167a5a36dedd4bea2543",
        "0198c2f4-8b1e-7c3a-9d2f-5a6b7c8d9e0f", "1-67891233-abcdef012345678912345678", "chatcmpl-9xYz", "a/b:c#1",
    ],
)  # fmt: skip
def test_an_identifier_stays_as_it_is_so_that_it_can_be_looked_up(known: str):
    assert door.identifier(known) == known


@pytest.mark.parametrize(
    ("known", "never"),
    [
        ("user:kim@acme.com:17", "kim@"),
        ("s-010-1234-5678", "1234-5678"),
        ("r1 900101-1234567", "1234567"),
        ("call of 01012345678", "01012345678"),
        ("sk-proj-abcd1234efgh5678ijkl", "abcd1234"),
        ("x\u202e\x1b[31my", "\x1b"),
    ],
)
def test_an_identifier_with_personal_data_in_it_is_masked(known: str, never: str):
    assert never not in door.identifier(known)
