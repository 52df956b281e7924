"""The command line: parse, call, print. One module a group of commands; standard output carries results alone."""

from retroburn.cli.app import app, main

__all__ = ["app", "main"]
