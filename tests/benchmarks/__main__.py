"""`python -m tests.benchmarks [NAME ...]`: runs the comparisons, all without a name, and prints their tables."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import tempfile
from pathlib import Path

from tests.benchmarks import harness

HERE = Path(__file__).parent


def names() -> list[str]:
    """Every comparison that there is."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())}")
    parser.add_argument(
        "--spans", type=int, default=1_000_000, help="size of the log (default: %(default)s, about 1 GB)"
    )
    parser.add_argument("--folder", type=Path, help="keep the inputs here and use them again")
    parser.add_argument("--out", type=Path, help="write the tables here too")
    given = parser.parse_args()
    unknown = set(given.names) - set(names())
    if unknown:
        parser.error(f"no comparison {', '.join(sorted(unknown))}; known: {', '.join(names())}")
    return given


def compare(name: str, folder: Path, spans: int) -> str:
    """Runs one comparison in a folder of its own."""
    own = folder / name
    own.mkdir(parents=True, exist_ok=True)
    comparison = importlib.import_module(f"tests.benchmarks.bench_{name}").comparison(own, spans)
    return harness.table(comparison, harness.measure(comparison, own / "output.log"))


def main() -> None:
    """Runs and prints; a folder that was not named is removed at the end."""
    given = arguments()
    with tempfile.TemporaryDirectory(prefix="retroburn-bench-") as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        head = f"{given.spans:,} spans; {machine}; the second of two runs.\n"
        parts = [head]
        print(head)
        for name in given.names or names():
            parts.append(compare(name, folder, given.spans))
            print(parts[-1], flush=True)
        if given.out:
            given.out.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
