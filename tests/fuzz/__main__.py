"""`python -m tests.fuzz [SECONDS] [NAME...]`: every importer for so long (default: a minute), or those named.

Each run begins with a seed of its own, which it prints; `--seed` takes up an earlier one.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests import fuzz


def main() -> int:
    """Runs rounds until the time is over; a round that breaks prints its seed and ends with 1."""
    drawn = random.SystemRandom().randrange(1 << 31)
    names = [folder.name for folder in fuzz.importers()]
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0, help="for each importer (default: %(default)s)")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names)}")
    parser.add_argument("--seed", type=int, default=drawn, help="of the first round (default: drawn)")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"no importer {', '.join(sorted(unknown))}; known: {', '.join(names)}")
    print(f"seed {given.seed}", flush=True)
    for folder in fuzz.importers():
        if given.names and folder.name not in given.names:
            continue
        end, count = time.monotonic() + given.seconds, 0
        while time.monotonic() < end:
            try:
                next(fuzz.rounds(folder, given.seed + count))
            except Exception:
                print(f"{folder.name}: broken with --seed {given.seed + count}", file=sys.stderr)
                raise
            count += 1
        print(f"{folder.name}: {count} rounds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
