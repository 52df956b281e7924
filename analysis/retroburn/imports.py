"""Loading other packages without what they load themselves and nobody here needs."""

from __future__ import annotations

import importlib
import sys

_NEEDLESS = "rfc3987_syntax"
"""jsonschema, which notebooks and charts are checked with, compiles a grammar of addresses with this when it is loaded:
more than a second, for a check that neither a notebook nor a chart asks for. It is optional there."""


def load(*names: str) -> None:
    """Loads modules in a process that has no use for the check of addresses; those loaded already stay as they are."""
    absent = _NEEDLESS not in sys.modules
    if absent:
        sys.modules[_NEEDLESS] = None  # type: ignore[assignment]  # Python's word for a module that is not to be found
    try:
        for name in names:
            importlib.import_module(name)
    finally:
        if absent:
            del sys.modules[_NEEDLESS]
