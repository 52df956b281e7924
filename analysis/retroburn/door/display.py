"""What a notebook shows: tables and panels of HTML whose every text passed the door, in the reader's own theme."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from markupsafe import Markup

from retroburn.door.escaping import html

# JupyterLab's colours where it is JupyterLab, ours where it is not
_STYLE = """
.retroburn { --ink: var(--jp-content-font-color1, #1b1f24); --soft: var(--jp-content-font-color2, #5b616b);
  --line: var(--jp-border-color2, #e3e4e8); --raised: var(--jp-layout-color2, #f4f4f6); --usual: #8b8f98;
  --mark: #c2410c; --shade: #c2410c2e; max-width: 1080px; overflow-x: auto; font-variant-numeric: tabular-nums; }
.retroburn.retroburn table { border-collapse: collapse; margin: .4em 0; table-layout: auto; font-size: var(--jp-ui-font-size1, 13px); }
.retroburn.retroburn th, .retroburn.retroburn td { text-align: left; vertical-align: top; padding: .3em 1.1em .3em 0; border: 0;
  border-bottom: 1px solid var(--line); background: none; max-width: 34em; white-space: normal; overflow-wrap: break-word; }
.retroburn.retroburn td.long { min-width: 14em; overflow-wrap: anywhere; }
.retroburn th { color: var(--soft); font-weight: 500; overflow-wrap: normal; }
.retroburn.retroburn tbody tr:nth-child(even), .retroburn.retroburn tbody tr:hover { background: none; }
.retroburn.retroburn td.n, .retroburn.retroburn th.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.retroburn p { margin: .3em 0; } .retroburn .soft { color: var(--soft); }
.retroburn .sev { white-space: nowrap; font-weight: 600; }
.retroburn .sev-critical { color: #c0362c; } .retroburn .sev-high { color: #c2620c; }
.retroburn .sev-medium { color: #957400; } .retroburn .sev-low { color: #4a78b5; } .retroburn .sev-info { color: var(--soft); }
.retroburn svg { display: block; max-width: 100%; overflow: visible; } .retroburn svg text { font-family: inherit; font-size: 12px; }
.retroburn .f-seen { fill: var(--ink); } .retroburn .s-seen { stroke: var(--ink); fill: none; }
.retroburn .f-usual { fill: var(--usual); } .retroburn .s-usual { stroke: var(--usual); fill: none; }
.retroburn .f-mark { fill: var(--mark); } .retroburn .s-mark { stroke: var(--mark); fill: none; }
.retroburn .f-shade { fill: var(--shade); } .retroburn .s-grid { stroke: var(--line); } .retroburn .f-grid { fill: var(--line); }
.retroburn .f-text { fill: var(--soft); } .retroburn .s-text { stroke: var(--soft); }
.retroburn .sides { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(14em, 1fr); gap: 1.2em; overflow-x: auto; }
.retroburn .side { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--raised); padding: .6em .8em; margin: .3em 0; }
.retroburn mark { background: var(--shade); color: inherit; border-bottom: 2px solid var(--mark); }
.retroburn summary { cursor: pointer; color: var(--soft); }
"""  # noqa: E501 - a style sheet


def panel(*parts: str | Markup) -> str:
    """Parts one under the other. What is no `Markup` is text, and passes the door."""
    return f'<div class="retroburn"><style>{_STYLE}</style>{"".join(map(safe, parts))}</div>'


def safe(part: object) -> Markup:
    """A part as HTML: `Markup` as it is, all else through the door."""
    return part if isinstance(part, Markup) else Markup(html(part))  # noqa: S704 - the door escapes


def tag(name: str, *inner: object, kind: str = "") -> Markup:
    """An element around parts, each through the door; `kind` is its class."""
    head = f'{name} class="{kind}"' if kind else name
    return Markup(f"<{head}>{''.join(map(safe, inner))}</{name}>")  # noqa: S704 - each part is safe


def table(head: Sequence[str], rows: Iterable[Sequence[object]], numbers: Collection[str] = ()) -> Markup:
    """A table; the columns named in `numbers` stand to the right. None is an empty cell."""
    kinds = ["n" if name in numbers else "" for name in head]
    heads = tag("tr", *(tag("th", name, kind=kind) for name, kind in zip(head, kinds, strict=True)))
    body = [tag("tr", *(_cell(*one) for one in zip(row, kinds, strict=True))) for row in rows]
    return tag("table", tag("thead", heads), tag("tbody", *body))


_LONG = 40
"""Characters from which a cell is prose: among sixty columns it would else be a letter wide and a page high."""


def _cell(value: object, kind: str) -> Markup:
    prose = isinstance(value, str) and not isinstance(value, Markup) and len(value) > _LONG
    return tag("td", "" if value is None else value, kind=kind or ("long" if prose else ""))
