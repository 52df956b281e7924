"""Reports: run a notebook, write what people read, hold it against the log again."""

from retroburn.report.draft import Incident, Weekly, incident, weekly
from retroburn.report.notebook import Notebook, available, find
from retroburn.report.publish import ReportResult, run
from retroburn.report.source import Logs, locate
from retroburn.report.verification import Check, Verified, verify

__all__ = [
    "Check",
    "Incident",
    "Logs",
    "Notebook",
    "ReportResult",
    "Verified",
    "Weekly",
    "available",
    "find",
    "incident",
    "locate",
    "run",
    "verify",
    "weekly",
]
