"""What a killed process left is removed at the next start, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retroburn.engine import Engine, room

KILLED = "import os; from retroburn.engine import Engine; print(Engine().folder); os.kill(os.getpid(), 9)"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, looked at afresh, where every lock is old enough."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(room, "YOUNG_S", -1.0)
    room._tidy.cache_clear()
    return tmp_path


def test_the_copy_of_a_log_that_a_killed_run_left_goes_at_the_next_start(place: Path) -> None:
    env = {**os.environ, "TMPDIR": str(place)}
    done = subprocess.run([sys.executable, "-c", "import sys; sys.stdout.reconfigure(line_buffering=True); " + KILLED],
                          env=env, capture_output=True, text=True, check=False)  # fmt: skip
    left = Path(done.stdout.strip())
    assert done.returncode < 0
    assert (left / "work.duckdb").exists()
    with Engine() as engine:
        assert list(place.iterdir()) == [engine.folder]
    assert list(place.iterdir()) == []


def test_a_folder_in_use_one_just_made_one_without_a_lock_and_a_link_stay(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = room.Room()
    unlocked, elsewhere, linked = place / "retroburn-notes", place / "elsewhere", place / "retroburn-link"
    for folder in (unlocked, elsewhere):
        folder.mkdir()
        (folder / "mine.txt").touch()
    (elsewhere / "lock").touch()
    linked.symlink_to(elsewhere)
    room._tidy(str(place))
    monkeypatch.setattr(room, "YOUNG_S", 60.0)
    young = place / "retroburn-young"
    young.mkdir()
    (young / "lock").touch()
    room._tidy.cache_clear()
    with room.Room() as another:
        assert set(place.iterdir()) == {living.path, unlocked, elsewhere, linked, young, another}
    assert (elsewhere / "mine.txt").exists()
    os.utime(young / "lock", times=(time.time() - 3600,) * 2)
    room._tidy.cache_clear()
    room._tidy(str(place))
    assert not young.exists()
    living.close()
    assert not living.path.exists()
