"""Known findings that `--config` mutes until a day: counted and named, and nobody is woken for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from retroburn import door
from retroburn.config import Mute
from retroburn.findings import Finding, Muted


def split(findings: Sequence[Finding], mutes: Sequence[Mute], today: date) -> tuple[list[Finding], list[Muted]]:
    """What is told, and what is muted on the day of the newest record.

    That something muted was noticed late is muted with it. A finding of a wider place than the mute's is more than was
    known, and is told.
    """
    holding = [mute for mute in mutes if today <= mute.until]
    by_id = {f.id: mute for f in findings if (mute := next((m for m in holding if _is(f, m)), None)) is not None}
    of = {f.id: by_id.get(f.id) or by_id.get(f.about or "") for f in findings}
    told = [f for f in findings if of[f.id] is None]
    muted = [Muted(finding=f, until=m.until, by=m.by, why=m.why) for f in findings if (m := of[f.id]) is not None]
    return told, muted


def heads(muted: Sequence[Muted]) -> list[Muted]:
    """Those to name: that one of them was noticed late goes without saying."""
    ids = {one.finding.id for one in muted}
    return [one for one in muted if one.finding.about not in ids]


def _is(finding: Finding, mute: Mute) -> bool:
    return finding.kind == mute.kind and all(
        set(_values(finding.where.get(name, []))) <= set(_values(known)) and name in finding.where
        for name, known in mute.where.items()
    )


def _values(content: str | list[str]) -> list[str]:
    """Values as a finding names them: what is shown of a log is masked."""
    return [door.show(one) for one in ([content] if isinstance(content, str) else content)]
