"""Runs queries: DuckDB over a private working folder. Nothing here knows what the rows mean."""

from retroburn.engine.beside import beside
from retroburn.engine.duck import Engine, MemoryExceededError
from retroburn.engine.guard import check_condition, check_select

__all__ = ["Engine", "MemoryExceededError", "beside", "check_condition", "check_select"]
