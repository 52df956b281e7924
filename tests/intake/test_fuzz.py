"""One round of what `make fuzz` does for a minute: whatever is in a file, it is read to its end, and all is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import fuzz


@pytest.mark.parametrize("folder", fuzz.importers(), ids=lambda folder: folder.name)
def test_bent_samples_are_read_to_their_end_with_an_exact_account(folder: Path) -> None:
    assert next(fuzz.rounds(folder, seed=1, times=4)).startswith(folder.name)
