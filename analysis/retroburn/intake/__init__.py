"""Reads exported logs of any format into the canonical tables: unpack, identify, map, ledger, store."""

from __future__ import annotations

from retroburn.intake.explain import Explained, explain
from retroburn.intake.formats import formats_listed
from retroburn.intake.health import are_zones_mixed, of_check, sentence
from retroburn.intake.ledger import Fact, Input, Result, Role
from retroburn.intake.options import Options
from retroburn.intake.read import import_store, read

__all__ = [
    "Explained",
    "Fact",
    "Input",
    "Options",
    "Result",
    "Role",
    "are_zones_mixed",
    "explain",
    "formats_listed",
    "import_store",
    "of_check",
    "read",
    "sentence",
]
