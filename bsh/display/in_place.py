"""Lines that are written over and over at the bottom of the screen, for commands that last as long as somebody looks.

Owns when they are drawn; where they are drawn is the console's business, and while a plan runs the live display's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bsh.display.console import ConsoleOwner, Line, Mode

__all__ = ["InPlace"]

LINES_EVERY_S = 5.0
"""A terminal on which the cursor cannot be moved gets the lines this often."""


class InPlace:
    """Draw lines in place of the ones before.

    Parameters
    ----------
    owner : ConsoleOwner
        Where to draw.
    lines : callable
        Returns the lines as they are now; called on the main thread. What does not fit on the screen is left out.
    """

    def __init__(self, owner: ConsoleOwner, lines: Callable[[], Sequence[Line]]) -> None:
        self.owner = owner
        self.lines = lines
        self._printed_at = float("-inf")

    def draw(self) -> None:
        """Draw the lines as they are now; a pipe gets none."""
        mode = self.owner.mode
        if mode is Mode.LIVE:
            self.owner.set_footer(self.lines()[: max(1, self.owner.size[1] - 1)])
        elif mode is Mode.LINES and time.monotonic() - self._printed_at >= LINES_EVERY_S:
            self._printed_at = time.monotonic()
            self.owner.print_rows(self.lines())

    def keep(self, rows: Sequence[Line]) -> None:
        """Write rows that stay, above the lines.

        Parameters
        ----------
        rows : sequence of str or Text
            The rows.
        """
        self.owner.print_rows(rows)

    def clear(self) -> None:
        """Take the lines away."""
        self.owner.clear_footer()
