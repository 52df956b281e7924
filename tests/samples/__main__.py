"""`python -m tests.samples`: writes every golden again. Read the difference before you commit it."""

from __future__ import annotations

from tests.samples.golden import folders, rows, write

for folder in folders():
    write(folder, rows(folder))
