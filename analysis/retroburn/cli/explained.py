"""What `retroburn import --explain` prints: everything that stems from the log passes the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from retroburn import door

if TYPE_CHECKING:
    from retroburn.intake import Explained

_SHOWN = 400
_WIDTH = 22


def lines(told: Explained) -> Iterator[str]:
    """The text for one file."""
    entry = told.entry
    yield door.show(entry.path)
    if entry.format is None or not told.columns:
        yield f"  {door.show(entry.note or f'taken as {entry.format}; there is nothing to map')}"
        return
    yield f"  format     {entry.format}: {told.summary}"
    yield f"  file       {told.shape}" + (f", its records under {told.envelope}" if told.envelope else "")
    yield from _why(told)
    yield (
        f"  records    {entry.records:,}: {entry.accepted:,} accepted, {entry.duplicates:,} duplicates, "
        f"{entry.rejected:,} rejected"
    )
    for reason, n, line in told.rejects:
        yield f"             {n:,} rejected: {door.show(reason)} (first in line {line:,})"
    yield ""
    yield f"  {'column':<{_WIDTH}} filled  from"
    for one in told.columns:
        yield f"  {one.column:<{_WIDTH}} {one.share:>6.1%}  {door.show(one.source or 'worked out', 120)}"
    if told.empty:
        yield f"  never filled, though the format can: {', '.join(told.empty)}"
    if told.left_over:
        kept = ", ".join(f"{door.show(key, 60)} {share:.0%}" for key, share in told.left_over)
        yield f"  kept in attributes: {kept}"
    shown = ""
    for example in told.examples:
        yield ""
        yield f"  line {example.line:,}"
        was = "(a part of the same)" if example.original == shown else " ".join(example.original.split())
        shown = example.original
        yield f"    was     {door.show(was, _SHOWN)}"
        became = json.dumps(example.span, ensure_ascii=False, default=str)
        yield f"    became  {door.show(became, 2 * _SHOWN)}"


def _why(told: Explained) -> Iterator[str]:
    chosen = str(told.entry.format)
    n, total = told.claims.get(chosen, (0, 0))
    if n:
        yield f"  why        {n:,} of the first {total:,} records fit: {door.show(told.condition, _SHOWN)}"
    else:
        yield "  why        --format said so"
    others = [f"{name} ({n:,} of {total:,})" for name, (n, total) in told.claims.items() if name != chosen]
    if others:
        yield f"             others that fit some, less sure or a fallback: {', '.join(others)}"
