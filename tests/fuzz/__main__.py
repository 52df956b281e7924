"""`python -m tests.fuzz [SECONDS] [NAME...]`: every importer for so long (default: a minute), or those named."""

from __future__ import annotations

import sys
import time

from tests import fuzz


def main(arguments: list[str]) -> int:
    """Runs rounds until the time is over; a round that breaks prints its seed and ends with 1."""
    seconds = float(arguments[0]) if arguments else 60.0
    for folder in fuzz.importers():
        if arguments[1:] and folder.name not in arguments[1:]:
            continue
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            try:
                next(fuzz.rounds(folder, count))
            except Exception:
                print(f"{folder.name}: broken in round {count}", file=sys.stderr)
                raise
            count += 1
        print(f"{folder.name}: {count} rounds")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
