"""Personal data and secrets become pseudonyms."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from retroburn.door.shapes import IBAN_LENGTH, INNER, KINDS, PATTERN

# a text without any of these holds none of the shapes; most texts of a page have none
_HINT = re.compile(
    r"\d|[@＠]|::|://|eyJ|(?i:pass|pwd|secret|token|bearer|basic|private|cookie|/home/|users[/\\])|비밀번호|비번"
    r"|A[KSRI][IOSD]A|gh[pousr]_|_pat_|glpat|hf_|npm_|pypi-|xox|xapp|AIza|ya29|SG\."
)
# decimal digits of other scripts and of full width
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_IDENTIFIER = re.compile(r"[\w.:/+=#~-]*")
_ORDER = re.compile(
    r"(?i)(?:order|invoice|tracking|ticket|request|trace|span|주문|송장|접수)\W{0,3}(?:no|number|id|번호)?[^\w\n]{0,4}$"
)
_CLOCK = re.compile(r"(?i)(?:time|timestamp|epoch|stamp|_at|\bat|\bts|start|end|_ms)[\"']?\W{0,4}$")


class Found(NamedTuple):
    """One value of a shape, its digits in ASCII, and where it stands."""

    kind: str
    value: str
    start: int
    end: int


def mask(text: str) -> str:
    """The text with personal data and secrets replaced by pseudonyms such as «email-3f2a».

    The same value has the same pseudonym in every output and every run, however it is spaced or hyphenated. A pseudonym
    holds 16 bits on purpose: enough to see that two rows speak of one person, too few to search a phone number back.
    What counts is the shape, never a checksum or a reserved domain. Names and postal addresses are not covered.
    """
    parts, done = [], 0
    for found in personal(text):
        parts += [text[done : found.start], pseudonym(found.kind, found.value)]
        done = found.end
    return "".join([*parts, text[done:]])


def mask_id(text: str) -> str:
    """An identifier with personal data and secrets replaced, and every other left as it is, so that it still matches.

    Digits alone are an id like any other (a clock, a counter, a card's length by chance), unless words stand around
    them: then it is no identifier but a text, and masked like one.
    """
    if not _IDENTIFIER.fullmatch(text):
        return mask(text)
    parts, done = [], 0
    for found in personal(text):
        if not found.value.isdecimal():
            parts += [text[done : found.start], pseudonym(found.kind, found.value)]
            done = found.end
    return "".join([*parts, text[done:]])


def personal(text: str) -> Iterator[Found]:
    """What has the shape of personal data or a secret, in order: what is masked, before anybody asks whose it is."""
    if not _HINT.search(text):
        return
    digits = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    for match in PATTERN.finditer(digits):
        start, end = _span(match)
        if start < end:
            yield Found(KINDS[match.lastgroup or ""], digits[start:end], start, end)


def _span(match: re.Match[str]) -> tuple[int, int]:
    """Which part of a match is replaced; (0, 0) for none."""
    group = match.lastgroup or "keep"
    if group not in KINDS:
        return 0, 0
    inner = next((name for name in INNER[group] if match.group(name) is not None), None)
    if inner is not None:
        return match.span(inner)
    before = match.string[max(0, match.start() - 24) : match.start()]
    return (0, 0) if _harmless(KINDS[group], match.group(), before) else match.span()


def _harmless(kind: str, whole: str, before: str) -> bool:
    """Whether a match of a shape is something else after all: an order number, a clock, an identifier."""
    if kind == "iban":
        return not _iban(whole)
    if kind == "card" and whole.isdecimal():
        return bool(_ORDER.search(before)) and not _luhn(whole)
    if kind == "national" and whole.isdecimal():
        # milliseconds since 1970 begin with 1 until 2033; few people born in '10 to '19 are written without a hyphen
        return whole[0] == "1" and bool(_CLOCK.search(before))
    return False


def _iban(text: str) -> bool:
    """Whether country, length and the share of digits are those of an IBAN (an id in capitals has fewer)."""
    letters = text.replace(" ", "")
    digits = sum(letter.isdecimal() for letter in letters)
    return IBAN_LENGTH.get(letters[:2]) == len(letters) and 2 * digits >= len(letters)


def _luhn(digits: str) -> bool:
    """Whether a digit string passes the check of payment cards."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def pseudonym(kind: str, value: str) -> str:
    """The stable name for a value: its kind and 16 bits of a hash of the value without spacing, case and hyphens."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    if kind == "phone":
        folded = re.sub(r"^(?:\+|00)82\D*0?", "0", folded.strip())
    bare = "".join(letter for letter in folded if letter.isalnum()) or folded
    digest = hashlib.blake2b(f"retroburn {kind} {bare}".encode(), digest_size=2).hexdigest()
    return f"«{kind}-{digest}»"
