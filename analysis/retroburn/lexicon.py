"""The lexicons of `queries/lexicons`: what texts do, as one regular expression for each class and language.

A lexicon says which acts (to refuse, to abstain, to apologise …) a language does with which words. Patterns are RE2, in
the form that `plain_text` gives a text (small letters, plain quotes), and reach SQL as parameters only.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from retroburn import assets

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"<([a-z_]+)>")
_PARAMETER = re.compile(r"\$lex_([a-z_]+)_([a-z]+)\b")
# languages that script does not tell apart are looked for together
_LATIN = ("en", "es", "de", "fr")
NOTHING = r"[^\s\S]"
"""An expression that fits nothing."""


@dataclass(frozen=True)
class Entry:
    """One pattern of a lexicon, with what it must and must not be found in."""

    language: str
    act: str
    means: str
    pattern: str
    matches: tuple[str, ...]
    tempting: tuple[str, ...]


def read(path: Path) -> list[Entry]:
    """The entries of one lexicon file, in their order, with the named parts written out."""
    raw = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader in both cases
    parts: dict[str, str] = {}
    for name, text in (raw.get("parts") or {}).items():
        parts[name] = _written_out(text, parts)
    return [_entry(raw["language"], item, parts) for item in raw["entries"]]


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Every entry of every lexicon, by file name."""
    files = sorted((assets.folder("queries") / "lexicons").glob("*.yml"))
    return tuple(entry for path in files for entry in read(path))


def pattern(act: str, script: str) -> str:
    """One regular expression for an act, in the language of a script (`ko`, `ja`, `zh`) or in all that are `latin`.

    Where no language has an entry for the act, the expression is one that nothing fits.
    """
    languages = _LATIN if script == "latin" else (script,)
    found = [e.pattern for e in entries() if e.act == act and e.language in languages]
    return "|".join(f"(?:{p})" for p in found) or NOTHING


def parameters(sql: str, scripts: Collection[str] | None = None) -> dict[str, str]:
    """The values of the parameters `$lex_<act>_<script>` that a query names.

    `scripts`: those of the texts, besides `latin`, where it is known. DuckDB compiles each expression three times, so
    what no text can fit is worth leaving away.
    """
    return {
        f"lex_{act}_{script}": pattern(act, script) if scripts is None or script in {"latin", *scripts} else NOTHING
        for act, script in _PARAMETER.findall(sql)
    }


def _written_out(text: str, parts: dict[str, str]) -> str:
    return _PART.sub(lambda found: parts[found[1]], text)


def _entry(language: str, item: dict[str, Any], parts: dict[str, str]) -> Entry:
    return Entry(
        language,
        item["class"],
        item["means"],
        _written_out(item["pattern"], parts),
        tuple(item["matches"]),
        tuple(item["not"]),
    )
