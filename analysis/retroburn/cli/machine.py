"""What works on this machine: packages, a browser, room to write, Spark. Nothing is changed, nothing is fetched."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from importlib import metadata
from importlib.util import find_spec
from typing import Any

_PACKAGES = {
    "duckdb": "reads and queries logs",
    "pandas": "frames in notebooks",
    "altair": "charts",
    "vl-convert-python": "charts as SVG in pages",
    "papermill": "runs reports",
    "ipykernel": "runs reports",
    "jupyterlab": "retroburn explore",
    "genai-prices": "prices of models",
    "zstandard": "reads .zst files",
}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def examine() -> list[dict[str, Any]]:
    """One item a thing looked at: name, ok, summary, and how to mend it where it is not ok."""
    return [_python(), *[_package(name, use) for name, use in _PACKAGES.items()], _room(), _browser(), _spark()]


def _item(name: str, ok: bool, summary: str, mend: str = "") -> dict[str, Any]:
    return {"name": name, "ok": ok, "summary": summary, "mend": "" if ok else mend}


def _python() -> dict[str, Any]:
    return _item("python", sys.version_info >= (3, 11), platform.python_version(), "install Python 3.11 or newer")


def _package(name: str, use: str) -> dict[str, Any]:
    try:
        return _item(name, True, f"{metadata.version(name)}, {use}")
    except metadata.PackageNotFoundError:
        return _item(name, False, f"not installed; {use}", f"pip install {name}")


def _room() -> dict[str, Any]:
    free = shutil.disk_usage(tempfile.gettempdir()).free / 1e9
    return _item(
        "temporary folder",
        free > 2,
        f"{free:.0f} GB free",
        "set TMPDIR to a disk with a few GB free: large logs are unpacked there",
    )


def _browser() -> dict[str, Any]:
    named = os.environ.get("CHROMIUM")
    found = named if named and shutil.which(named) else next((b for b in _BROWSERS if shutil.which(b)), None)
    return _item(
        "browser",
        found is not None,
        "found; only the project's own tests need one" if found else "none; only the project's own tests need one",
        "install chromium, or set CHROMIUM",
    )


def _spark() -> dict[str, Any]:
    found = find_spec("pyspark") is not None
    return _item(
        "spark",
        found,
        "pyspark is there, not yet used by this version" if found else "not installed; not yet used by this version",
        'pip install "retroburn[spark]"',
    )
