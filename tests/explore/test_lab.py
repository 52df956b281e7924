"""JupyterLab itself, in a browser without a network: open, run all, pick, why, keep, report."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from retroburn import assets, report
from tests.browser import ARGUMENTS
from tests.explore.conftest import SECRET, write

playwright = pytest.importorskip("playwright.sync_api")

START = """
import sys
from pathlib import Path
from retroburn.explore import desk
desk.place(Path("look.ipynb"), ["log.jsonl"], {})
desk.lab(Path("look.ipynb"), "--no-browser", "--allow-root", "--IdentityProvider.token=t", f"--port={sys.argv[1]}")
"""
KEEP = 'logs.keep(picker, "seen in the lab")'
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'


@pytest.fixture
def lab(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """JupyterLab on a notebook over a small log; its address."""
    monkeypatch.setattr(assets, "folder", lambda name: root / name)
    write(tmp_path / "log.jsonl", per_day=200)
    (tmp_path / "tmp").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path / "home"), "TZ": "UTC"}
    command = [sys.executable, "-c", START, str(port)]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.DEVNULL) as running:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{address}/api?token=t")
            yield address
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
        else:
            return
    pytest.fail("JupyterLab did not start")


@pytest.mark.slow
def test_a_time_picked_in_jupyterlab_is_answered_kept_and_stands_in_the_report(  # noqa: PLR0915 - one way, in steps
    chromium: str, lab: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    outside: list[str] = []
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = opened.new_page(viewport={"width": 1300, "height": 1000}, timezone_id="America/New_York")
        page.set_default_timeout(60_000)
        page.on("request", lambda asked: outside.append(asked.url) if lab not in asked.url else None)
        page.goto(f"{lab}/lab/tree/look.ipynb?token=t")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.locator(IDLE).wait_for()  # the kernel is there
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.locator(".jp-Notebook .retroburn").first.wait_for(state="attached")
        chart = page.locator(".vega-embed svg, .vega-embed canvas").first
        page.mouse.move(700, 500)
        for _ in range(200):  # what is out of sight is not in the page
            if chart.is_visible():
                break
            page.mouse.wheel(0, 400)
            page.wait_for_timeout(250)
        chart.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        box = chart.bounding_box()
        assert box is not None
        # the fifth of six days: the fault lies in its first third
        left, width, y = box["x"] + 50, box["width"] - 70, box["y"] + box["height"] / 2
        page.mouse.move(left + width * 0.64, y)
        page.mouse.down()
        page.mouse.move(left + width * 0.70, y, steps=4)
        page.mouse.move(left + width * 0.76, y, steps=4)
        page.mouse.up()
        page.locator(".widget-html .retroburn td", has_text="tenant = acme").wait_for()
        page.screenshot(path=os.environ.get("RETROBURN_PICTURE") or tmp_path / "lab.png")
        page.get_by_role("button", name="Insert a cell below").first.click()
        page.keyboard.press("Enter")
        page.keyboard.type(KEEP)
        page.keyboard.press("Control+Enter")
        kept = tmp_path / "retroburn-incident" / "kept.jsonl"
        for _ in range(200):
            if kept.is_file():
                break
            page.wait_for_timeout(200)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1500)
        opened.close()
    assert [url for url in outside if url.startswith("http")] == []
    monkeypatch.chdir(tmp_path)
    made = report.run("incident", ["log.jsonl"], out=tmp_path / "incident")
    shown = made.page.read_text(encoding="utf-8")
    assert "seen in the lab" in shown
    assert "tenant acme" in shown
    saved = (tmp_path / "look.ipynb").read_text(encoding="utf-8")
    assert SECRET not in saved
    assert str(tmp_path) not in saved
