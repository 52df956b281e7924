"""Reports: run a notebook, write what people read, hold it against the log again."""

from retroburn.report.draft import Cause, Incident, Readiness, Weekly, cause, incident, readiness, weekly
from retroburn.report.notebook import Notebook, available, find
from retroburn.report.publish import ReportResult, run
from retroburn.report.record import Check
from retroburn.report.source import Logs, locate
from retroburn.report.verification import Verified, verify

__all__ = [
    "Cause",
    "Check",
    "Incident",
    "Logs",
    "Notebook",
    "Readiness",
    "ReportResult",
    "Verified",
    "Weekly",
    "available",
    "cause",
    "find",
    "incident",
    "locate",
    "readiness",
    "run",
    "verify",
    "weekly",
]
