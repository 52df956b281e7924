"""`retroburn explore`: a notebook placed beside you, and JupyterLab opened on it; closed, it leaves nothing else."""

from __future__ import annotations

import glob
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retroburn.engine.room import Room
from retroburn.errors import UsageError
from retroburn.report import find, locate

_GIVEN = "injected-parameters"
_PATHS = ("source", "baseline", "context", "config", "importers")
_ASKING = {"@jupyterlab/apputils-extension:announcements": True}
"""What asks the reader about news, and a remote address for updates."""
_QUIET = ("--LabApp.extension_manager=readonly",)


def place(path: Path, sources: Sequence[str], flags: Mapping[str, Any]) -> None:
    """Writes the notebook; of one that is there already only the parameters, the rest is what people wrote.

    Paths are written as seen from the notebook's folder, in which it runs: so it says nothing of the machine, and can
    be moved along with the logs.
    """
    import nbformat

    known = find("explore")
    values = known.read({}, {**flags, "source": _one(_there(sources, known.parameters[0].default))})
    if not sources and path.exists():
        return
    seen = {name: _from(path.parent, value) if name in _PATHS else value for name, value in values.items()}
    lines = [f"{name} = {value!r}" for name, value in seen.items() if value not in (None, [], "")]
    try:
        made = nbformat.read(path if path.exists() else known.path, as_version=4)  # type: ignore[no-untyped-call]
        _put(made, "\n".join(lines))
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, path)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UsageError(f"--out {path.name}: cannot be written ({error.strerror}).") from None
    except (ValueError, nbformat.reader.NotJSONError):
        raise UsageError(f"--out {path.name}: is there already, and is no notebook. Name another file.") from None


def _put(notebook: Any, lines: str) -> None:
    """The parameters into the cell for them, after the one that says which there are."""
    from nbformat.v4 import new_code_cell

    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    given = next((i for i, of in enumerate(tags) if _GIVEN in of), None)
    if given is None:
        first = next((i for i, of in enumerate(tags) if "parameters" in of), -1)
        cell = new_code_cell(lines, id="given", metadata={"tags": [_GIVEN]})  # type: ignore[no-untyped-call]
        notebook.cells.insert(first + 1, cell)
    else:
        notebook.cells[given].source = lines


def _there(sources: Sequence[str], sample: str) -> list[str]:
    """The sources, or the sample where none is named; raises UsageError before a browser opens on nothing."""
    if not sources and not Path(locate(sample)[0]).exists():
        raise UsageError("explore: name the logs to look at, such as retroburn explore exports/")
    for name in sources:
        if name == "-":
            raise UsageError("explore -: a notebook cannot read standard input. Name a file.")
        if not Path(name).exists() and not glob.glob(name, recursive=True):  # noqa: PTH207 - a pattern with its folder
            raise UsageError(f"{name}: there is no such file or folder.")
    return list(sources) or locate(sample)


def _one(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names


def _from(folder: Path, value: Any) -> Any:
    if isinstance(value, list):
        return [_from(folder, one) for one in value]
    return Path(os.path.relpath(value, folder)).as_posix()


def lab(path: Path, *options: str) -> int:
    """Opens JupyterLab on a notebook and waits until it is closed; its exit code.

    Everything that it and its kernels write beside the notebook lies in a folder that goes with it.
    """
    with Room() as room:
        home = str(room)
        env = {
            **os.environ,
            "TMPDIR": home,
            "JUPYTER_RUNTIME_DIR": str(Path(home, "runtime")),
            "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [home, os.environ.get("JUPYTER_CONFIG_PATH")])),
            "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this interpreter, not another one that is called the same
        }
        settings = Path(home, "labconfig", "page_config.json")
        settings.parent.mkdir()
        settings.write_text(json.dumps({"disabledExtensions": _ASKING}), encoding="utf-8")
        kept = f"--FileCheckpoints.checkpoint_dir={Path(home, 'checkpoints')}"
        command = [sys.executable, "-m", "jupyterlab", str(path), *_QUIET, kept, *options]
        with subprocess.Popen(command, env=env) as running:  # noqa: S603 - our own interpreter
            return _waited(running)


def _waited(running: subprocess.Popen[bytes]) -> int:
    """Waits for the end of it; who ends us, ends it."""
    before = signal.signal(signal.SIGTERM, lambda *_: running.terminate())
    try:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:  # JupyterLab got it too, and asks whether to stop
                continue
    finally:
        signal.signal(signal.SIGTERM, before)
