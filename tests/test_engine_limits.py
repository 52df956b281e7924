"""How much memory DuckDB may use where nobody says: of what is free, and never more than it would take by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from retroburn.engine import limits

GIB = 2**30


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine of 64 GiB of which 10 are free."""
    path = tmp_path / "meminfo"
    path.write_text(f"MemTotal: {64 * GIB // 1024} kB\nMemFree: 1 kB\nMemAvailable: {10 * GIB // 1024} kB\n")
    return path


def test_beside_other_work_it_is_a_part_of_what_is_free(machine: Path) -> None:
    assert limits.left("51.2 GiB", machine) == int(8 * GIB)


def test_in_a_small_container_it_is_never_more_than_the_container_allows(machine: Path) -> None:
    assert limits.left("409.5 MiB", machine) == int(409.5 * 2**20)


def test_where_nothing_says_what_is_free_it_is_what_duckdb_takes(tmp_path: Path) -> None:
    assert limits.left("51.2 GiB", tmp_path / "none") == int(51.2 * GIB)


def test_little_that_is_free_for_the_moment_leaves_enough_for_a_log(tmp_path: Path) -> None:
    path = tmp_path / "meminfo"
    path.write_text("MemAvailable: 1000 kB\n")
    assert limits.left("51.2 GiB", path) == limits.ENOUGH
