"""The command line: ``bsh`` and its subcommands."""

from .leaving import run
from .program import main

__all__ = ["main", "run"]
