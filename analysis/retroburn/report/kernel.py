"""The process a notebook runs in: this interpreter, on a private line, with nobody's settings."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

_LONGEST_SOCKET = 90
"""A path longer than about a hundred bytes cannot name a socket."""


class HereKernelManager(AsyncKernelManager):
    """Starts the kernel from the interpreter that runs now, whatever `python3` kernel the machine has.

    It talks over sockets in a folder of its own, so any number of runs at a time do not take each other's ports.
    """

    def __init__(self, **options: Any) -> None:
        """Takes the options of a kernel manager; the folder ends with it."""
        super().__init__(**options)
        self._home = tempfile.TemporaryDirectory(prefix="rb-", ignore_cleanup_errors=True)
        self.connection_file = str(Path(self._home.name) / "k.json")
        if sys.platform != "win32" and len(self.connection_file) < _LONGEST_SOCKET:
            self.transport = "ipc"

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel of this interpreter: no history file to fight over, no start-up scripts of the user's."""
        options = ["--HistoryManager.enabled=False", f"--ipython-dir={self._home.name}"]
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *options]
        return KernelSpec(argv=command, display_name="Python 3", language="python")
