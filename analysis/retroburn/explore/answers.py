"""The answers to one question side by side, what differs between them marked."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from retroburn import assets, door, header
from retroburn.door import display
from retroburn.errors import UsageError
from retroburn.report.clean import readable

if TYPE_CHECKING:
    import pandas as pd

    from retroburn.logs import Logs

MOST = 4
"""Answers side by side: more do not fit beside each other."""
_TEXT = 1500
_UNSPACED = "\u3001-\u30ff\u3400-\u9fff\uff01-\uff9f"
"""Kana, Han, and the signs between them."""


class Answers:
    """The different answers that one question got under the same parameters, the most frequent first."""

    def __init__(self, logs: Logs, name: str | None) -> None:
        """`name` is the id of a request, span or trace; raises UsageError where its question was asked once only."""
        logs.build("requests", "signals")
        query = header.read(assets.folder("queries") / "explore" / "answers.sql")
        self.rows = logs.engine.rows(query, {"id": name})
        if not self.rows and name is not None:
            raise UsageError(f"{door.show(name, 80)}: its question was not answered twice under the same parameters.")

    def to_frame(self) -> pd.DataFrame:
        """One answer a row, text as the log has it."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        if not self.rows:
            return display.panel("No question was answered twice under the same parameters.")
        shown = self.rows[:MOST]
        words = [_words(door.show(readable(row["answer"]), _TEXT)) for row in shown]
        # each against the most frequent, and that one against the next
        others = [words[min(1, len(words) - 1)], *words[:1] * (len(words) - 1)]
        sides = [_side(*one) for one in zip(shown, words, others, strict=True)]
        more = len(self.rows) - MOST
        return display.panel(
            display.tag("p", "asked: ", display.tag("b", door.show(readable(shown[0]["question"]), _TEXT))),
            display.tag("div", *sides, kind="sides"),
            display.tag("p", f"{more} more answers differ.", kind="soft") if more > 0 else "",
        )


def _side(row: dict[str, Any], own: list[str], other: list[str]) -> Markup:
    head = display.tag("div", display.tag("b", f"{row['given']:,} ×"), f" {_about(row)}")
    return display.tag("div", head, display.tag("div", *_marked(own, other), kind="side"))


def _about(row: dict[str, Any]) -> str:
    told = [f"{row['first']:%Y-%m-%d %H:%M}"]
    if row["last"] != row["first"]:
        told[0] += f" – {row['last']:%Y-%m-%d %H:%M}"
    told += [", ".join(row[name]) for name in ("models", "index_versions") if row[name]]
    if row["contradicting"]:
        told.append(f"{row['contradicting']:,} contradict")
    return " · ".join([*told, f"such as {row['request_id']}"])


def _words(text: str) -> list[str]:
    """Words and the blanks between them; where a script writes none, as Japanese and Chinese do, its letters."""
    return re.findall(rf"\s+|[{_UNSPACED}]|[^\s{_UNSPACED}]+", text)


def _marked(own: list[str], other: list[str]) -> list[Markup | str]:
    """The words of one answer, those that the other does not have in their place marked."""
    same = difflib.SequenceMatcher(None, other, own, autojunk=False).get_opcodes()
    return [
        display.tag("mark", "".join(own[c:d])) if kind != "equal" and "".join(own[c:d]).strip() else "".join(own[c:d])
        for kind, _, _, c, d in same
        if d > c
    ]
