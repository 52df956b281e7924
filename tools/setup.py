"""Makes `.venv` as `uv.lock` says, with nothing but a Python that has venv and pip. Called by the Makefile.

uv does not read pip's configuration. Where pip is told to use another index or another certificate file, uv is told so
too; the lock names PyPI, so with another index its pinned versions and hashes are handed over as requirements.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OWN_PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
UV = BIN / ("uv.exe" if os.name == "nt" else "uv")
STAMP = VENV / ".ready"
PYPI = "https://pypi.org/simple"


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Runs one command in the checkout. Its failure ends the set-up with its own exit code."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def works(*command: object) -> bool:
    """Whether a command runs and exits with 0."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Makes `.venv`, or makes it anew where it no longer works: the checkout was moved, or its Python is gone."""
    moved = STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() != str(ROOT)
    if moved or not works(OWN_PYTHON, "-c", ""):
        run(sys.executable, "-m", "venv", "--clear", VENV)
    if not works(UV, "--version"):
        if not works(OWN_PYTHON, "-m", "pip", "--version"):
            run(OWN_PYTHON, "-m", "ensurepip")
        run(OWN_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.9,<1")


def pip_settings(listing: str) -> dict[str, str]:
    r"""What `pip config list` says, by the option's name; `:env:` stands above `install.`, and that above `global.`.

    >>> pip_settings("global.index-url='https://a/simple'\n:env:.index-url='https://b/simple'")
    {'index-url': 'https://b/simple'}
    """
    found = {}
    for section in ("global.", "install.", ":env:."):
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section):
                found[key.removeprefix(section)] = value.strip().strip("'\"")
    return found


def uv_environment(environ: dict[str, str], pip: dict[str, str]) -> dict[str, str]:
    """The environment for uv: this one, and pip's index and certificates where uv has none of its own."""
    env = dict(environ)
    env.pop("VIRTUAL_ENV", None)
    env.setdefault("UV_PYTHON_DOWNLOADS", "never")
    # once here, rather than in every command and kernel that the tests start
    env.setdefault("UV_COMPILE_BYTECODE", "1")
    env["UV_PROJECT_ENVIRONMENT"] = str(VENV)
    if "index-url" in pip and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(env):
        env["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "cert" in pip:
        env.setdefault("SSL_CERT_FILE", pip["cert"])
    return env


def other_index(env: dict[str, str]) -> bool:
    """Whether packages are to come from elsewhere than PyPI."""
    index = env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL") or PYPI
    return index.rstrip("/") != PYPI


def sync(env: dict[str, str]) -> None:
    """Installs what the lock says, from PyPI or from the configured index. What is there besides, uv too, stays."""
    if not other_index(env):
        run(UV, "sync", "--locked", "--inexact", "--quiet", env=env)
        return
    pinned = VENV / "requirements.txt"
    run(UV, "export", "--frozen", "--quiet", "--no-emit-project", "--output-file", pinned, env=env)
    run(UV, "pip", "install", "--quiet", "--python", OWN_PYTHON, "--require-hashes", "-r", pinned, env=env)
    run(UV, "pip", "install", "--quiet", "--python", OWN_PYTHON, "--no-deps", "-e", ROOT, env=env)


def main() -> None:
    """Makes or mends the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything has checked
        version = sys.version.split()[0]
        sys.exit(f"retroburn needs Python 3.11 or newer, and this is {version}. Try: make PYTHON=python3.11")
    if not shutil.which("git"):
        print("git is not on the PATH: the tests that look at tracked files will be skipped", file=sys.stderr)
    print("setting up .venv from uv.lock", file=sys.stderr)
    make_venv()
    listing = subprocess.run([OWN_PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    sync(uv_environment(dict(os.environ), pip_settings(listing.stdout)))
    run(OWN_PYTHON, "-m", "compileall", "-q", ROOT / "analysis")
    STAMP.write_text(f"{ROOT}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
