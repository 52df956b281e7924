"""JupyterLab, opened as `retroburn explore` opens it, and driven in a browser by what a person would do."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PlaywrightTimeout = pytest.importorskip("playwright.sync_api").TimeoutError
PATIENCE = 240
"""Seconds to wait for one thing: a machine that does much else is slow, and no reason to fail."""

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from pathlib import Path
from retroburn.explore import desk
own = ["--IdentityProvider.token=t", f"--port={sys.argv[1]}", "--ServerApp.port_retries=0"]
desk.lab(Path("look.ipynb"), "--no-browser", "--allow-root", *own)
"""
WHOLE = {"windowingMode": "none"}
"""Cells out of sight are in the page too: a test need not scroll to find them."""


def until(there: Callable[[], Any], what: str) -> Any:
    """What a condition gives once it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = there()
        if found:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{PATIENCE} s, and still not: {what}")


@contextmanager
def opened(folder: Path) -> Iterator[str]:
    """JupyterLab on `look.ipynb` in a folder, with settings of its own; its address."""
    settings = folder / "home/lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(WHOLE), encoding="utf-8")
    (folder / "tmp").mkdir()
    own = {"TMPDIR": "tmp", "HOME": "home", "JUPYTER_CONFIG_DIR": "home"}
    env = {**os.environ, **{name: str(folder / at) for name, at in own.items()}, "TZ": "UTC"}
    env["PYTHONPATH"] = str(ROOT / "analysis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", START, str(port)]
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL) as running:
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: running.poll() is not None or _answers(f"{address}/api?token=t"), "JupyterLab answers")
            if running.poll() is not None:
                raise RuntimeError("JupyterLab ended before it answered")
            yield address
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(PATIENCE)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


def run_all(page: Any) -> None:
    """Runs every cell once the kernel can: before that, JupyterLab takes the click and runs none."""
    page.locator(".jp-Toolbar-kernelName", has_text="Python").wait_for()
    _idle(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-CodeCell .jp-InputArea-prompt")
    until(lambda: all(re.search(r"\d", said) for said in prompts.all_inner_texts()), "every cell has run")
    _idle(page)


def _idle(page: Any) -> None:
    page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()


def drag(page: Any, chart: Any, first: float, last: float) -> None:
    """Draws a box over a part of a chart, once the chart stands still."""
    chart.scroll_into_view_if_needed()

    def still() -> Any:
        before = chart.bounding_box()
        page.wait_for_timeout(300)
        return before if before == chart.bounding_box() else None

    box = until(still, "the chart stands still")
    left, width, y = box["x"] + 50, box["width"] - 70, box["y"] + box["height"] / 2
    page.mouse.move(left + width * first, y)
    page.mouse.down()
    page.mouse.move(left + width * last, y, steps=8)
    page.mouse.up()


def pick(page: Any, first: float, last: float, says: str) -> None:
    """Draws a box over a part of the chart and waits for a slice in the answer beneath it.

    On a crowded machine the chart is there before it listens: who sees no answer clears the box and draws it again.
    """
    chart = page.locator(".vega-embed svg, .vega-embed canvas").first
    told = page.locator(".widget-html .retroburn td", has_text=says).first
    for last_try in (False, False, True):
        drag(page, chart, first, last)
        try:
            told.wait_for(timeout=None if last_try else PATIENCE * 1000 / 4)
            break
        except PlaywrightTimeout:
            if last_try:
                raise
            chart.dblclick()
    _idle(page)  # a box that stood still for a moment while it was drawn is asked about too
    told.wait_for()


def add(page: Any, text: str) -> None:
    """Writes a cell beneath the last one and runs it."""
    page.locator(".jp-Notebook .jp-CodeCell").last.locator(".cm-content").click()
    page.locator(".jp-Cell.jp-mod-active .cm-content:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator(".jp-Notebook.jp-mod-commandMode").wait_for()
    page.keyboard.press("b")
    page.locator(".jp-Cell.jp-mod-active .jp-InputArea-prompt", has_text="[ ]:").wait_for()
    page.keyboard.press("Enter")
    page.locator(".jp-Cell.jp-mod-active .cm-content:focus").wait_for()
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")
