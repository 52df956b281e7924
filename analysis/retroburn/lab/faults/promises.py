"""Faults of operations that are about promises: a budget of errors burns, or nobody notices for long."""

from __future__ import annotations

from typing_extensions import override

from retroburn.lab import nature
from retroburn.lab.faults.base import Planter, plants
from retroburn.lab.model import HOUR, rfc3339
from retroburn.lab.trace import Trace


@plants("slo_burn", "errors", "timeouts", "slow_leak")
class SloBurn(Planter):
    """Requests fail so fast, or for so long, that the budget of a month is gone in days."""

    rates = (0.60, 0.30, 0.12)
    also = ("error_burst", "timeouts")

    @override
    def touch(self, trace: Trace) -> bool:
        if self.variant == "slow_leak" and trace.rng.random() > 0.3:
            return False
        if self.variant == "timeouts":
            trace.fail(trace.llm, "UpstreamTimeout", "no reply within 30 s", 504, status="timeout")
        else:
            kind, message, http = trace.rng.choice(nature.ERRORS)
            trace.fail(trace.llm, kind, message, http)
        return True


@plants("late_detection", "notice", "alert", "mitigation")
class LateDetection(Planter):
    """Requests fail for hours before an alert fires, a customer calls, or somebody mends it by chance."""

    rates = (0.50, 0.30, 0.20)
    also = ("error_burst", "slo_burn")

    @override
    def notes(self) -> list[dict[str, str]]:
        """What was noticed, and when: the fault ends an hour later."""
        truth = self.truth
        waited = round({0.50: 26.0, 0.30: 12.0, 0.20: 6.0}[self.level] * HOUR)
        at = truth.start + (waited if truth.end is None else min(waited, truth.end - truth.start))
        text = {"notice": "A customer calls: no answers", "alert": "Error rate high", "mitigation": "Keys renewed"}
        # an alert of before, about something else: it must not be taken for this one
        early = {"at": rfc3339(truth.start - 30 * HOUR), "kind": "alert", "text": "Disk almost full"}
        return [early, {"at": rfc3339(at), "kind": self.variant, "text": text[self.variant], **truth.where}]

    @override
    def touch(self, trace: Trace) -> bool:
        trace.fail(trace.llm, "UpstreamError", "bad response from provider", 502)
        return True
