"""What every answer of a command has in common: a plain-text form."""

from __future__ import annotations

from abc import ABC, abstractmethod

__all__ = ["Report"]


class Report(ABC):
    """An answer to the person at the prompt."""

    @abstractmethod
    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return the answer as plain text, without a final newline.

        Parameters
        ----------
        width : int
            Characters a line.
        ascii_only : bool
            Use no character beyond ASCII.
        """

    def __str__(self) -> str:
        return self.plain()
