"""Where in which file something was written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

__all__ = ["Position"]


class Position(NamedTuple):
    """A place in a profile.

    Parameters
    ----------
    file : Path
        The file as the user named it (not made absolute), so that a terminal can open it.
    line, column : int
        Counted from 1, as editors do.

    Examples
    --------
    >>> str(Position(Path("eh1.yml"), 12, 5))
    'eh1.yml:12:5'
    """

    file: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
