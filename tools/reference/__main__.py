"""`python -m tools.reference` writes the pages; with `--check` it writes nothing, shows a diff, and ends with 1."""

from __future__ import annotations

import sys

from tools import reference


def main() -> int:
    """Writes the pages, or checks them."""
    if "--check" not in sys.argv[1:]:
        reference.write()
        return 0
    lines = reference.stale()
    print("\n".join([*lines, "", "Out of date: run `make docs`."]) if lines else "docs/reference is current")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
