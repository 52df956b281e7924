"""JupyterLab itself, in a browser without a network: open, run all, pick, why, keep, report."""

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
from pathlib import Path
from typing import Any

import pytest

from retroburn import assets, report
from retroburn.explore import desk
from tests.browser import ARGUMENTS
from tests.explore.conftest import SECRET, write

playwright = pytest.importorskip("playwright.sync_api")

PATIENCE = 240
"""Seconds to wait for one thing: a machine that does much else is slow, and no reason to fail."""

START = """
import sys
from pathlib import Path
from retroburn.explore import desk
desk.lab(Path("look.ipynb"), "--no-browser", "--allow-root", "--IdentityProvider.token=t", f"--port={sys.argv[1]}")
"""
PLACE = (
    "from pathlib import Path; from retroburn.explore import desk; desk.place(Path('look.ipynb'), ['log.jsonl'], {})"
)
KEEP = 'logs.keep(picker, "seen in the lab")'
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
    return pytest.fail(f"{PATIENCE} s, and still not: {what}")


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log with a fault, and the ready notebook on it: of its charts the one to pick on, which is what is tried."""
    write(tmp_path / "log.jsonl", per_day=200)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(assets, "folder", lambda name: root / name)
    placed = tmp_path / "look.ipynb"
    desk.place(placed, ["log.jsonl"], {})
    notebook = json.loads(placed.read_text(encoding="utf-8"))
    kept = [one for one in notebook["cells"] if "section" not in one["metadata"].get("tags", []) or "pick" in str(one)]
    placed.write_text(json.dumps({**notebook, "cells": kept}), encoding="utf-8")
    settings = tmp_path / "home/lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(WHOLE), encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    return tmp_path


@pytest.fixture
def lab(folder: Path, root: Path) -> Iterator[str]:
    """JupyterLab as `retroburn explore` opens it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"TMPDIR": "tmp", "HOME": "home", "JUPYTER_CONFIG_DIR": "home"}
    env = {**os.environ, **{name: str(folder / at) for name, at in own.items()}, "TZ": "UTC"}
    env["PYTHONPATH"] = str(root / "analysis")
    command = [sys.executable, "-c", START, str(port)]
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL) as running:
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: running.poll() is not None or _answers(f"{address}/api?token=t"), "JupyterLab answers")
            assert running.poll() is None, "JupyterLab ended before it answered"
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


def add(page: Any, text: str) -> None:
    """Writes a cell beneath the last one and runs it."""
    page.locator(".jp-Notebook .jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.locator(".jp-Cell.jp-mod-active .jp-InputArea-prompt", has_text="[ ]:").wait_for()
    page.keyboard.press("Enter")
    page.locator(".jp-Cell.jp-mod-active .cm-content:focus").wait_for()
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


@pytest.mark.slow
def test_a_time_picked_in_jupyterlab_is_answered_kept_and_stands_in_the_report(chromium: str, lab: str, folder: Path):
    outside: list[str] = []
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS), timeout=PATIENCE * 1000)
        page = opened.new_page(viewport={"width": 1300, "height": 1000}, timezone_id="America/New_York")
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda asked: outside.append(asked.url) if lab not in asked.url else None)
        page.goto(f"{lab}/lab/tree/look.ipynb?token=t")
        run_all(page)
        # the fault lies in the first third of the fifth of six days
        drag(page, page.locator(".vega-embed svg, .vega-embed canvas").first, 0.64, 0.76)
        page.locator(".widget-html .retroburn td", has_text="tenant = acme").wait_for()
        page.screenshot(path=os.environ.get("RETROBURN_PICTURE") or folder / "lab.png")
        add(page, KEEP)
        until((folder / "retroburn-incident" / "kept.jsonl").is_file, "what was picked is kept")
        page.keyboard.press("Control+s")
        until(lambda: KEEP in _saved(folder), "the notebook is saved")
        opened.close()
    assert [url for url in outside if url.startswith("http")] == []
    assert SECRET not in _saved(folder)
    assert str(folder) not in _saved(folder)
    shown = report.run("incident", ["log.jsonl"], out=folder / "incident").page.read_text(encoding="utf-8")
    assert "seen in the lab" in shown
    assert "tenant acme" in shown


def _saved(folder: Path) -> str:
    notebook = json.loads((folder / "look.ipynb").read_text(encoding="utf-8"))
    return json.dumps(notebook, ensure_ascii=False).replace('\\"', '"')
