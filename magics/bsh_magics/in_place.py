"""One line that is written over and over, while the engine is busy and between two keys.

Owns the line and the engine's ``during_task`` for as long as it lasts; without a terminal nothing is written.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bsh.commands import CommandSession

__all__ = ["LiveLine", "live_line"]

PERIOD_S = 0.2


class LiveLine:
    """Writes a line in place of the one before.

    Parameters
    ----------
    text : callable
        Returns the line as it is now.
    """

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text
        self._last = ""

    def draw(self) -> None:
        """Write the line, if it has changed."""
        if not sys.stdout.isatty():
            return
        width = shutil.get_terminal_size().columns - 1
        line = self._text()[:width]
        if line != self._last:
            sys.stdout.write("\r" + line.ljust(min(len(self._last), width)) + "\r" + line)
            sys.stdout.flush()
            self._last = line

    def clear(self) -> None:
        """Take the line away."""
        if self._last:
            sys.stdout.write("\r" + " " * len(self._last) + "\r")
            sys.stdout.flush()
            self._last = ""

    def keep(self) -> None:
        """Leave the line where it is, and go on below it."""
        if self._last:
            sys.stdout.write("\n")
            self._last = ""

    def block(self, blocking_event: threading.Event) -> None:
        """Draw until the event comes: what the engine asks of its ``during_task``."""
        while not blocking_event.wait(PERIOD_S):
            self.draw()


@contextmanager
def live_line(session: CommandSession, text: Callable[[], str]) -> Iterator[LiveLine]:
    """Show a line in place of bars and tables while plans run.

    Parameters
    ----------
    session : CommandSession
        Whose engine runs them.
    text : callable
        Returns the line as it is now; called on the caller's thread.
    """
    engine, line = session.RE, LiveLine(text)
    before = engine.during_task, engine.waiting_hook
    engine.during_task, engine.waiting_hook = line, None
    try:
        line.draw()
        yield line
    finally:
        engine.during_task, engine.waiting_hook = before
        line.clear()
