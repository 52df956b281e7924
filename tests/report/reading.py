"""Reads a page as a browser would, and says what is in it that must not be."""

from __future__ import annotations

import re
from html.parser import HTMLParser

FORBIDDEN = {
    "script",
    "iframe",
    "frame",
    "frameset",
    "form",
    "object",
    "embed",
    "base",
    "img",
    "input",
    "button",
    "applet",
}
LINKS = {"href", "src", "srcset", "action", "formaction", "poster", "background", "cite", "ping", "xlink:href"}


class Page(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORBIDDEN:
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} {name}")
            if name in LINKS:
                self._link(tag, value or "")
            if name == "id":
                self.ids.append(value or "")

    def _link(self, tag: str, value: str) -> None:
        if value.startswith("#"):
            self.targets.append(value[1:])
        elif value != "data:,":
            self.wrong.append(f"{tag} links to {value}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def wrongs(text: str) -> list[str]:
    """What a page holds of scripts, frames, forms, handlers and addresses, in its elements and in its bare source."""
    bare = [found[0] for found in re.finditer(r"https?://|<script|javascript:|@import|url\(", text, re.IGNORECASE)]
    return Page(text).wrong + [word for word in bare if word.lower() != "javascript:"]
