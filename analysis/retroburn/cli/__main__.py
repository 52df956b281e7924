"""`python -m retroburn.cli`."""

from retroburn.cli import main

main()
