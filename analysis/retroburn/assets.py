"""Where `queries/` and `notebooks/` lie: in the checkout, or inside the wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `queries` or `notebooks`.

    A checkout is looked at first: an editable install may keep a stale copy of the packaged folders.
    """
    checkout = _HERE.parents[1]
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return _HERE / "_assets" / name


def queries(*parts: str) -> list[Path]:
    """Every `.sql` file below `queries/<parts>`, in the order of their paths."""
    return sorted(folder("queries").joinpath(*parts).rglob("*.sql"))


def relative(path: Path) -> str:
    """A query's path as findings name it: `queries/…`, with forward slashes."""
    return f"queries/{path.relative_to(folder('queries')).as_posix()}"
