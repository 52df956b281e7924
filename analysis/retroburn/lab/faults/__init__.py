"""Faults to plant, by cause. Each is a class in one of these files that says `@plants("kind")`."""

from __future__ import annotations

from retroburn.lab.faults.base import Planter, kinds, plants, prepare

__all__ = ["Planter", "kinds", "plants", "prepare"]
