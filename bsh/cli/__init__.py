"""The command line: ``bsh`` and its subcommands."""

from .program import main

__all__ = ["main"]
