"""`python -m retroburn`."""

from retroburn.cli import main

main()
