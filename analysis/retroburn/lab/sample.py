"""The scenario of `sample_logs/`: four weeks of a help desk after a launch, with two incidents in the last one."""

from __future__ import annotations

from datetime import UTC, datetime

from retroburn.lab.model import Fault, Release, Scenario, micros


def _at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}:00").replace(tzinfo=UTC)


def _said(day: int, clock: str, kind: str, text: str, ref: str, **concerns: str) -> dict[str, str]:
    return {"at": f"2026-10-{day:02d}T{clock}:00.000Z", "kind": kind, "text": text, "ref": ref, **concerns}


_HELP = "/v1/support/ask"
_NO_EVIDENCE = Fault(
    "no_evidence_answer", "zero_hits", where={"locale": "ko-KR"}, onset=_at(20, "01:12"), hours=53.5, rate=0.65
)
_RETRIES = Fault("retry_storm", "billed", where={"provider": "anthropic"}, onset=_at(23, "02:34"), hours=33.0, rate=0.6)

SAMPLE = Scenario(
    "sample",
    faults=(_NO_EVIDENCE, _RETRIES),
    surprises=("night_batch",),
    releases=(
        Release(micros(_at(20, "01:12")), "support", "index_version", "kb-2026-10-20"),
        Release(micros(_at(22, "06:42")), "support", "index_version", "kb-2026-10-20-fix1"),
    ),
    context=(
        _said(
            22,
            "05:20",
            "notice",
            "A customer in Seoul: the assistant makes up return periods",
            "HELP-2291",
            route=_HELP,
        ),
        _said(22, "06:42", "mitigation", "Korean index built again with the right analyzer", "INC-118", route=_HELP),
        _said(22, "08:00", "resolved", "Korean answers cite documents again", "INC-118", route=_HELP),
        _said(23, "15:05", "alert", "Daily model budget at 100 %", "ALERT-774", provider="anthropic"),
        _said(
            24, "11:34", "mitigation", "Schema check relaxed to the new reply shape", "INC-119", provider="anthropic"
        ),
    ),
    days=28,
    requests_per_day=500,
    extra_hours=6,
)
