"""The wheel, installed into an empty environment far from the checkout, holds its queries and notebooks and works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import setup

ROOT = Path(__file__).resolve().parents[1]
LOG = """\
{"id": "a", "start": "2026-10-05T08:00:00Z", "duration_ms": 40, "status": "ok", "input": "hello", "output": "hi"}
{"id": "b", "start": "2026-10-05T08:01:00Z", "duration_ms": 55, "status": "error", "error_type": "Overloaded"}
"""


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and a folder that is nobody's to run in."""

    bin: Path
    folder: Path

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints, run without the checkout in sight."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
        env = kept | {"PATH": f"{self.bin}{os.pathsep}{kept['PATH']}"}
        command = [str(self.bin / arguments[0]), *arguments[1:]]
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it, made by the build backend itself so that no network is asked."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def uv() -> str:
    """The uv that `make` put beside the interpreter, or the one on the PATH."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if found is None:
        pytest.fail("there is no uv: run the tests with `make test`, which fetches it")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An empty environment with the wheel and what it asks for.

    What it asks for comes from uv's cache by the lock, as `make` has just installed the same; only where the cache does
    not have it is an index asked.
    """
    home = tmp_path_factory.mktemp("empty")
    venv, folder = home / "venv", home / "elsewhere"
    folder.mkdir()
    env = setup.uv_environment(dict(os.environ), {}) | {"UV_PROJECT_ENVIRONMENT": str(venv)}
    python = venv / setup.BIN.name / "python"

    def run(*command: str) -> bool:
        return subprocess.run([uv(), *command], cwd=ROOT, env=env, capture_output=True, check=False).returncode == 0

    assert run("venv", "--quiet", "--python", sys.executable, str(venv))
    locked = ("sync", "--frozen", "--no-dev", "--no-install-project")
    if run(*locked, "--offline"):
        assert run("pip", "install", "--offline", "--no-deps", "--python", str(python), str(wheel))
    else:
        assert run("pip", "install", "--python", str(python), str(wheel))
    assert run("pip", "check", "--python", str(python))
    (folder / "log.jsonl").write_text(LOG, encoding="utf-8")
    return Installed(python.parent, folder)


def names(folder: Path) -> set[str]:
    """The files below a folder of the checkout."""
    return {path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("folder", ["queries", "notebooks"])
def test_the_wheel_holds_every_query_and_notebook(wheel: Path, folder: str) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if f"_assets/{folder}/" in name}
    assert {name.removeprefix("retroburn/_assets/") for name in held} == names(ROOT / folder)


def test_the_wheel_holds_nothing_but_the_package_and_its_licence(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == {"retroburn"}
    assert "retroburn/py.typed" in held
    assert any(name.endswith("licenses/LICENSE") for name in held)


@pytest.mark.slow
def test_the_installed_package_is_the_one_from_the_wheel(installed: Installed) -> None:
    where = installed.run("python", "-c", "import retroburn, retroburn.assets as a; print(a.folder('queries'))")
    assert not Path(where.strip()).is_relative_to(ROOT)
    assert "_assets" in where


@pytest.mark.slow
def test_formats_are_listed_from_the_wheel(installed: Installed) -> None:
    listed = {one["name"] for one in json.loads(installed.run("retroburn", "formats", "--json"))}
    assert listed >= {path.stem for path in (ROOT / "queries" / "importers").glob("*.sql")}


@pytest.mark.slow
def test_a_log_is_checked_from_the_wheel(installed: Installed) -> None:
    document = json.loads(installed.run("retroburn", "check", "log.jsonl", "--json", "-"))
    assert document["status"] == "complete"
    assert [(one["path"], one["records"], one["accepted"]) for one in document["inputs"]] == [("log.jsonl", 2, 2)]


@pytest.mark.slow
def test_a_report_is_written_from_the_wheel(installed: Installed) -> None:
    installed.run("retroburn", "report", "weekly", "log.jsonl", "--out", "out")
    written = {path.name for path in (installed.folder / "out").iterdir()} - {"evidence"}
    assert written == {"weekly.html", "weekly.md", "weekly.ipynb", "findings.json", "run.json"}
