"""Numbers and times in the reader's language. `None` is said in words: it is never a nought."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from retroburn.detect.tell import per_cent
from retroburn.errors import UsageError, did_you_mean

_FOLDER = Path(__file__).parent / "lang"
_MINUTE = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC(?![A-Za-z])")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def languages() -> list[str]:
    """The languages a page can be had in: the files in `lang/`."""
    return sorted(path.stem for path in _FOLDER.glob("*.yml"))


@cache
def _catalogue(lang: str) -> dict[str, Any]:
    loaded = yaml.load((_FOLDER / f"{lang}.yml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader
    return dict(loaded)


@cache
def _sentences(lang: str) -> list[tuple[re.Pattern[str], str]]:
    """The program's own sentences in English, as patterns, with what they are in a language."""
    known = _catalogue(lang).get("sentences", {})
    return [(_pattern(english), said) for english, said in known.items()]


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )


class Speech:
    """One language and one zone: words, numbers and times as a page says them."""

    def __init__(self, lang: str = "en", zone: str = "UTC") -> None:
        """Raises UsageError for a language or a zone there is none of."""
        if lang not in languages():
            raise UsageError(f"--lang {lang}: no such language. {did_you_mean(lang, languages())}")
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise UsageError(f"--tz {zone}: no such zone. Give one like Asia/Seoul or UTC.") from None
        self.lang, self.zone = lang, zone
        self._words = _catalogue(lang)

    def t(self, key: str, **values: object) -> str:
        """The words for `key`, with `values` put in. A key there is no entry for is a bug of ours: KeyError."""
        return str(self._words[key]).format(**values)

    def term(self, group: str, word: str) -> str:
        """A word of a fixed list (kinds, fields, factors) in the language; the word itself where there is no other."""
        return str(self._words.get(group, {}).get(word, word))

    def has(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return key in self._words

    def knows(self, group: str, word: str) -> bool:
        """Whether the language has its own word."""
        return word in self._words.get(group, {})

    def sentence(self, text: str) -> str:
        """A sentence of the program's own in the language; as it is where the language has no pattern for it.

        What a pattern calls `text` is somebody else's words, and stays as it is.
        """
        for pattern, said in _sentences(self.lang):
            if found := pattern.fullmatch(text):
                parts = found.groupdict().items()
                return said.format(**{name: part if name == "text" else self._part(part) for name, part in parts})
        return text

    def thing(self, text: str) -> str:
        """A sort of what comes in; the text itself where the language has no other word."""
        return self.term("things", text)

    def _part(self, text: str) -> str:
        """A part of a sentence: a sort of things, a list with "or" and "and", or a sentence itself."""
        for group in ("judged", "things", "event_kinds"):
            if self.knows(group, text):
                return self.term(group, text)
        field, _, value = text.partition(" ")
        if value and self.knows("fields", field):
            return f"{self.term('fields', field)} {value}"
        for word in (" or ", " and "):
            text = text.replace(word, self.term("joins", word))
        return self.sentence(text)

    def number(self, value: float | int | None, unit: str) -> str:
        """A value with its unit: shares as per cent, money in dollars, durations in ms or s, counts whole."""
        if value is None:
            return self.t("unknown")
        by_unit = {
            "share": self.share,
            "usd": self.money,
            "ms": self.milliseconds,
            "s": self._seconds,
            "h": self._hours,
        }
        if unit.lower() in by_unit:
            return by_unit[unit.lower()](value)
        said = _plain(value)
        return self.t("with_unit", n=said, unit=self.term("units", unit)).strip() if unit else said

    def share(self, value: float) -> str:
        """A part of one as per cent, in as many digits as the findings' own sentences have."""
        return self.t("percent", n=per_cent(value).replace("-", "−"))

    def distance(self, value: float, unit: str) -> str:
        """How far two values of a unit lie apart: shares in points, for a part of a share would be another number."""
        return self.t("points", n=per_cent(value)) if unit == "share" else self.number(value, unit)

    def money(self, value: float) -> str:
        """US dollars: cents below a hundred, more digits below ten cents, as many as say something."""
        sign, size = ("−" if value < 0 else ""), abs(value)
        if 0 < size < 0.00000005:
            return "≈$0"
        if 0 < size < 0.0001:
            return f"{sign}${float(f'{size:.2g}'):.8f}".rstrip("0")
        digits = 0 if size >= 100 else 2 if size >= 0.1 or size == 0 else 4
        return f"{sign}${size:,.{digits}f}"

    def milliseconds(self, value: float) -> str:
        """A duration given in milliseconds."""
        return f"{value:,.0f} ms" if abs(value) < 10_000 else self._seconds(value / 1000)

    def _seconds(self, value: float) -> str:
        return self.t("seconds", n=f"{value:,.1f}")

    def _hours(self, value: float) -> str:
        return self.t("hours_short", n=f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}")

    def local(self, at: datetime) -> datetime:
        """A time (naive is UTC) in the reader's zone."""
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        return aware.astimezone(self._zone)

    def shift(self, at: datetime) -> timedelta:
        """The offset of the reader's zone at a time."""
        return self.local(at).utcoffset() or timedelta(0)

    def when(self, at: datetime | None) -> str:
        """A time to the minute, in the reader's zone; the year stands on top of the page."""
        if at is None:
            return self.t("still_going")
        return self.t("when", clock=f"{self.local(at):%H:%M}", **self._day(at))

    def day(self, at: datetime) -> str:
        """A day of this year, in the reader's zone."""
        return self.t("day", **self._day(at))

    def short(self, at: datetime) -> str:
        """A time to the minute in digits alone, as a line of chat has it."""
        return f"{self.local(at):%Y-%m-%d %H:%M}"

    def stamp(self, at: datetime | None) -> str:
        """A time to the minute with its year."""
        if at is None:
            return self.t("unknown")
        return self.t("stamp", clock=f"{self.local(at):%H:%M}", **self._day(at))

    def times(self, text: str) -> str:
        """A text with the times that detectors put in (`2026-10-20 01:19 UTC`) as the page says times."""
        return _MINUTE.sub(lambda found: self.when(datetime.fromisoformat(found[1])), text)

    def between(self, start: datetime, end: datetime) -> str:
        """The length between two times as a reader reckons it from what is shown: by whole minutes."""
        shown = end.replace(second=0, microsecond=0) - start.replace(second=0, microsecond=0)
        return self.duration(max(shown, timedelta(0)))

    def _day(self, at: datetime) -> dict[str, object]:
        local = self.local(at)
        weekday, month = self._words["weekdays"][local.weekday()], self._words["months"][local.month - 1]
        return {"weekday": weekday, "d": local.day, "month": month, "y": local.year}

    def duration(self, length: timedelta) -> str:
        """A length of time in its two largest units."""
        minutes = round(length.total_seconds() / 60)
        if minutes < 1:
            return self.t("under_a_minute")
        days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
        parts = [("days", days), ("hours", hours), ("minutes", minutes)]
        told = [self.t(f"{unit}_short", n=n) for unit, n in parts if n]
        return " ".join(told[:2])


def _plain(value: float | int) -> str:
    """A bare number: whole from a hundred, else three digits that say something."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
