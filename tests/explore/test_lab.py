"""JupyterLab itself, in a browser without a network: open, run all, pick, why, keep, report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retroburn import assets, report
from retroburn.explore import desk
from tests.browser import ARGUMENTS
from tests.explore import lab
from tests.explore.conftest import SECRET, write

playwright = pytest.importorskip("playwright.sync_api")

KEEP = 'logs.keep(picker, "seen in the lab")'


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
    return tmp_path


@pytest.mark.slow
def test_a_time_picked_in_jupyterlab_is_answered_kept_and_stands_in_the_report(chromium: str, folder: Path):
    outside: list[str] = []
    with lab.opened(folder) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS), timeout=lab.PATIENCE * 1000)
        page = browser.new_page(viewport={"width": 1300, "height": 1000}, timezone_id="America/New_York")
        page.set_default_timeout(lab.PATIENCE * 1000)
        page.on("request", lambda asked: outside.append(asked.url) if address not in asked.url else None)
        page.goto(f"{address}/lab/tree/look.ipynb?token=t")
        lab.run_all(page)
        lab.pick(page, 0.64, 0.76, "tenant = acme")  # the fault lies in the first third of the fifth of six days
        lab.add(page, KEEP)
        lab.until((folder / "retroburn-incident" / "kept.jsonl").is_file, "what was picked is kept")
        page.keyboard.press("Control+s")
        lab.until(lambda: KEEP in _saved(folder), "the notebook is saved")
        browser.close()
    assert [url for url in outside if url.startswith("http")] == []
    assert SECRET not in _saved(folder)
    assert str(folder) not in _saved(folder)
    shown = report.run("incident", ["log.jsonl"], out=folder / "incident").page.read_text(encoding="utf-8")
    assert "seen in the lab" in shown
    assert "tenant acme" in shown


def _saved(folder: Path) -> str:
    notebook = json.loads((folder / "look.ipynb").read_text(encoding="utf-8"))
    return json.dumps(notebook, ensure_ascii=False).replace('\\"', '"')
