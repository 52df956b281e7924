"""What all tests share: a machine that is nobody's, no network, and a browser if there is one."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import browser

ROOT = Path(__file__).resolve().parents[1]

# a zone that is not UTC and an odd width: what depends on the machine shows here
os.environ.update({"TZ": "Asia/Seoul", "COLUMNS": "100", "NO_COLOR": "1", "JUPYTER_PLATFORM_DIRS": "1"})
time.tzset()

hypothesis.settings.register_profile("retroburn", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("retroburn")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuses every connection that leaves this machine: nothing in retroburn may need one."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser. Without one the test is skipped, and the end of the run says so."""
    found = browser.find()
    if found is None:
        pytest.skip("no browser: set CHROMIUM, or put chromium on the PATH")
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what was not tested for want of a browser."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "no browser" in str(report.longrepr)]
    if skipped:
        terminalreporter.section("NOT TESTED: there is no browser", sep="!", red=True, bold=True)
        for report in skipped:
            terminalreporter.write_line(f"  {report.nodeid}")
        terminalreporter.write_line("Set CHROMIUM to one, or install it (Debian: apt-get install chromium).")
