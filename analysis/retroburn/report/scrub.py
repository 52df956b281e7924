"""Takes out of an executed notebook what it should not carry: parameters' secrets, the machine's paths, the clock."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retroburn import door
from retroburn.report.bundle import MEDIA_TYPE
from retroburn.report.runner import MAY_FAIL

# an absolute path of two folders or more; its last name says enough. Not part of a web address or a ratio
_PATH = re.compile(r"(?<![\w:/.\\«»<])(?:/(?:[\w.@+-]+/)+|[A-Za-z]:\\(?:[^\\\s\"']+\\)+)(?=[\w.@+-]|$)")


def notebook(ran: Any, values: Mapping[str, Any], status: str, reasons: Sequence[str]) -> Any:
    """The executed notebook without secrets, absolute paths, times of running and random ids; changed in place.

    Two runs on the same data give the same bytes. `status` replaces papermill's word on how it went; where that is not
    `complete`, the notebook says so on top.
    """
    from nbformat.v4 import new_markdown_cell

    ran.metadata = {k: v for k, v in ran.metadata.items() if k in {"kernelspec", "language_info", "retroburn"}}
    ran.metadata["retroburn"] = dict(ran.metadata.get("retroburn", {})) | {"status": status}
    for number, cell in enumerate(ran.cells):
        _cell(cell, number, values)
    if status != "complete":
        lines = [f"**This run is {status}.**", *(door.markdown(reason) for reason in reasons)]
        ran.cells.insert(0, new_markdown_cell("\n\n".join(lines), id="status"))  # type: ignore[no-untyped-call]
    return ran


def _cell(cell: Any, number: int, values: Mapping[str, Any]) -> None:
    tags = cell.metadata.get("tags", [])
    cell.metadata = {"tags": [tag for tag in tags if tag != MAY_FAIL]} if tags else {}
    if "injected-parameters" in tags:
        cell["id"] = f"parameters-{number}"
        lines = [f"{name} = {value(content)!r}" for name, content in values.items()]
        cell.source = "\n".join(["# as retroburn was asked, without paths and secrets", *lines])
    for output in cell.get("outputs", []):
        _output(output)


def _output(output: Any) -> None:
    """Streams and tracebacks are cleaned wholly; what we show ourselves was cleaned when it was made."""
    if output.output_type == "error":
        output.evalue = text(output.evalue)
        output.traceback = [text(line) for line in output.traceback]
    elif output.output_type == "stream":
        output.text = text(output.text)
    elif MEDIA_TYPE not in output.get("data", {}):
        output.data = {kind: text(one) if isinstance(one, str) else one for kind, one in output.data.items()}


def value(content: Any) -> Any:
    """A parameter's value as it may be written down: the last component of a path, secrets as pseudonyms."""
    if isinstance(content, str):
        return text(Path(content).name if Path(content).is_absolute() else content)
    return [value(one) for one in content] if isinstance(content, list | tuple) else content


def text(content: str) -> str:
    """Free text without terminal codes, secrets and the machine's own folders."""
    for folder in _folders():
        content = content.replace(folder, "…")
    return door.mask(_PATH.sub("…/", door.plain(content)))


def _folders() -> list[str]:
    """Folders of this machine that tracebacks name, the longest first."""
    known = {str(Path.home()), str(Path.cwd()), sys.prefix, sys.base_prefix, tempfile.gettempdir()}
    return sorted((folder for folder in known if len(folder) > 3), key=len, reverse=True)
