"""Runs a notebook through papermill and says honestly how it went.

papermill calls a notebook completed after its kernel was killed or a cell ran out of time; here every way to stop early
is told apart, and what the cells showed until then is kept.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retroburn import errors, imports
from retroburn.report.bundle import MEDIA_TYPE
from retroburn.report.notebook import Notebook

START_TIMEOUT = 300
"""Seconds for a kernel to come up: on a machine with ten times its load it took more than two minutes."""
NO_MEMORY = {"MemoryError", "MemoryExceededError", "OutOfMemoryException"}
"""What a cell raises for want of memory; what DuckDB says then is for those who write its queries."""
MAY_FAIL = "raises-exception"
"""The tag by which papermill lets a cell fail and goes on."""


@dataclass
class Failure:
    """Why a run stopped early: in which cell, of which sort, and what it said."""

    sort: str
    """`cell`, `memory`, `full` (the disk), `killed` or `timeout`."""
    title: str
    error: str


@dataclass
class Run:
    """An executed notebook (an nbformat node), what failed in it, and the parts it showed."""

    notebook: Any
    failures: list[Failure] = field(default_factory=list)
    parts: list[Mapping[str, Any]] = field(default_factory=list)


def execute(notebook: Notebook, values: Mapping[str, Any], folder: Path, timeout: int | None = None) -> Run:
    """Runs a notebook with `values`; `folder` takes its files for the time being, `timeout` is in seconds for one cell.

    A cell tagged `section` may fail and the others still run; any other ends the run. An error of ours that a cell
    raises (no log in SOURCE, a wrong week) is raised here again: then nothing ran.
    """
    imports.load("papermill")
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from retroburn.report.kernel import manager_in

    source, target = folder / notebook.path.name, folder / f"ran-{notebook.path.name}"
    prepared = _prepared(notebook.path)
    source.write_text(prepared, encoding="utf-8")
    target.write_text(prepared, encoding="utf-8")
    failure: Failure | None = None
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what stopped a run is told by us
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machinery, about itself; a cell's own warnings are in its output
        try:
            papermill.execute_notebook(
                str(source),
                str(target),
                parameters=dict(values),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                start_timeout=START_TIMEOUT,
                execution_timeout=timeout,
                kernel_manager_class=manager_in(folder),
                record_timing=False,
                shutdown_kernel="immediate",  # what it leaves lies in `folder`
            )
        except CellTimeoutError:
            failure = Failure("timeout", "", str(timeout))
        except DeadKernelError:
            failure = Failure("killed", "", "")
        except RuntimeError as stopped:
            if "respond" not in str(stopped):
                raise
            failure = Failure("timeout", "", str(START_TIMEOUT))  # the kernel of a crowded machine did not come up
        except PapermillExecutionError as stopped:
            _raise_ours(stopped.ename, stopped.evalue)
            failure = Failure("cell", "", f"{stopped.ename}: {stopped.evalue}")
    ran = nbformat.read(target, as_version=4)  # type: ignore[no-untyped-call]
    failures = list(_failed(ran))
    if failure and failure.sort != "cell":
        failure.title = _last_title(ran)
        failures.append(failure)
    return Run(ran, failures, list(parts(ran)))


def _prepared(path: Path) -> str:
    """The notebook with its sections marked, for papermill to go on after one that fails.

    Only here: who runs the file with papermill alone shall see its exit code.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if "section" in cell["metadata"].get("tags", []):
            cell["metadata"]["tags"].append(MAY_FAIL)
    return json.dumps(content)


def _failed(notebook: Any) -> Iterator[Failure]:
    """The cells that raised, each under its heading."""
    title = ""
    for cell in notebook.cells:
        title = _title(cell) or title
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield Failure(_sort(output), title, f"{output.ename}: {output.evalue}")


def _sort(error: Any) -> str:
    full = os.strerror(errno.ENOSPC) in error.evalue
    return "full" if full else "memory" if error.ename in NO_MEMORY else "cell"


def _raise_ours(name: str, message: str) -> None:
    """Raises a foreseen error of ours again, as the kernel named it."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, errors.RetroburnError):
        raise kind(message)


def parts(notebook: Any) -> Iterator[Mapping[str, Any]]:
    """The parts in a notebook's outputs, in the order they were shown."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            part = output.get("data", {}).get(MEDIA_TYPE)
            if part is not None:
                yield part


def _last_title(notebook: Any) -> str:
    """The heading above the cell that did not come back: what a reader knows it by.

    A cell has its number from when it begins, so it is the last that has one; the first where none began.
    """
    title, found = "", None
    for cell in notebook.cells:
        title = _title(cell) or title
        if cell.cell_type == "code" and (found is None or cell.execution_count is not None):
            found = title
    return found or ""


def _title(cell: Any) -> str:
    """The heading in a cell, if it is one."""
    heading = cell.cell_type == "markdown" and cell.source.startswith("#")
    return str(cell.source.splitlines()[0].lstrip("# ")) if heading else ""
