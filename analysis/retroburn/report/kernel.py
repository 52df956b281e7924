"""The process a notebook runs in: this interpreter, on a private line, with nobody's settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

_LONGEST_SOCKET = 90
"""A path longer than about a hundred bytes cannot name a socket."""


class HereKernelManager(AsyncKernelManager):
    """Starts the kernel from the interpreter that runs now, whatever `python3` kernel the machine has.

    It talks over sockets in a folder of its own, so any number of runs at a time do not take each other's ports.
    """

    home: ClassVar[Path]

    def __init__(self, **options: Any) -> None:
        """Takes the options of a kernel manager."""
        super().__init__(**options)
        self.connection_file = str(self.home / "k.json")
        if sys.platform != "win32" and len(self.connection_file) < _LONGEST_SOCKET:
            self.transport = "ipc"

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        """Starts it with nowhere to write but the notebook and its folder, which goes even when it was killed."""
        env = {**options.get("env", os.environ), "TMPDIR": str(self.home)}
        await super()._async_launch_kernel(kernel_cmd, **{**options, "env": env, "stdout": DEVNULL, "stderr": DEVNULL})

    _launch_kernel = _async_launch_kernel

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel of this interpreter: no history file to fight over, no start-up scripts of the user's."""
        options = ["--HistoryManager.enabled=False", f"--ipython-dir={self.home}"]
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *options]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def manager_in(folder: Path) -> type[HereKernelManager]:
    """The manager whose sockets and settings lie in `folder`: papermill makes it itself, and hands nothing through."""
    return type("HereKernelManager", (HereKernelManager,), {"home": folder})
