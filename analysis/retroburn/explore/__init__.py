"""What an analyst does with logs in a notebook: look, pick, ask, compare, keep. The browser gets counts."""

from retroburn.explore.verbs import Verbs

__all__ = ["Verbs"]
