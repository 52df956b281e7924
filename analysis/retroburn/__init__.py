"""retroburn: the morning after an AI launch. Finds what went wrong in exported logs, and writes the report.

import retroburn

logs = retroburn.open("exports/")
logs.check()
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from retroburn.logs import Logs

__all__ = ["__version__", "load_ipython_extension", "open"]

try:
    __version__ = version("retroburn")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "0+unknown"

_Names = str | Path | Sequence[str | Path]


def open(  # noqa: A001, PLR0913 - the verb a user expects, as in gzip.open; its keywords are the flags
    source: _Names,
    *,
    baseline: _Names = (),
    baseline_until: str | datetime | None = None,
    start: str | datetime | None = None,
    end: str | datetime | None = None,
    context: _Names = (),
    format: str | None = None,  # noqa: A002 - named as the flag
    config: str | Path | None = None,
    memory: str | None = None,
    engine: str = "duckdb",
    tz: str = "UTC",
    importers: str | Path | None = None,
) -> Logs:
    """Reads exported logs of any known format: files, folders, globs, a store, or `-` for standard input.

    The keywords are the flags of the command line, `--from` and `--to` being `start` and `end`. Close what it returns,
    or use it as a context manager. Raises SourceError when nothing there is a log.
    """
    from retroburn.logs import Logs, Options

    options = Options(
        start=start, end=end, baseline=_names(baseline), baseline_until=baseline_until, context=_names(context),
        format=format, config=config, memory=memory, engine=engine, tz=tz, importers=importers,
    )  # fmt: skip
    return Logs(_names(source), options)


def _names(given: _Names) -> builtins.list[str]:
    return [str(given)] if isinstance(given, str | Path) else [str(name) for name in given]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext retroburn` in a notebook: `%%sql` cells, charts without a network, errors in one line."""
    from retroburn.explore import magic

    magic.load(shell)
