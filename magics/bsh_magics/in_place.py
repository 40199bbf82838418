"""Lines at the bottom of the screen that change while somebody looks: for ``uct``, ``tw`` and ``wa -w``.

Borrows the live display of the session's engine where there is one, so that bars, messages and typed lines keep
their places; where there is none, the lines have the screen to themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bsh.commands import CommandSession

if TYPE_CHECKING:
    from bsh.display.console import Line
    from bsh.display.in_place import InPlace

__all__ = ["in_place"]


@contextmanager
def in_place(
    session: CommandSession,
    lines: Callable[[], Sequence[Line]],
    divert: Callable[[str], str] | None = None,
) -> Iterator[InPlace]:
    """Show lines in place of bars and tables while plans run, and in between.

    Parameters
    ----------
    session : CommandSession
        Whose engine runs them.
    lines : callable
        Returns the lines as they are now; called on the caller's thread.
    divert : callable, optional
        Gets the keys that are typed while a plan runs; returns those that are none of its.

    Yields
    ------
    InPlace
        Draws the lines when no plan runs.
    """
    from bsh.display import ConsoleOwner, LiveDisplay
    from bsh.display.in_place import InPlace

    display = session.RE.during_task
    if isinstance(display, LiveDisplay):
        with display.in_place(lines, divert) as shown:
            yield shown
        return
    shown = InPlace(ConsoleOwner(), lines)
    try:
        yield shown
    finally:
        shown.clear()
