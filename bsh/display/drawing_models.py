"""Which display draws what callbacks compute and bars show: one at a time, since a process has one terminal."""

from __future__ import annotations

from collections.abc import Callable

from bsh.callbacks.printed_tables import hear_of_printed_tables
from bsh.callbacks.views import register_view
from bsh.display.live import LiveDisplay
from bsh.display.progress_bars import show_waits_in

__all__ = ["draw_models_in"]

_unregister: list[Callable[[], None]] = []
"""Ends what the last display of the process draws."""


def draw_models_in(live: LiveDisplay) -> Callable[[], None]:
    """Let this display draw what callbacks compute and bars show, and no other one: a process has one terminal.

    Parameters
    ----------
    live : LiveDisplay
        Owns the terminal.

    Returns
    -------
    callable
        Ends it, unless another display has taken over.
    """
    end_waits = show_waits_in(live.waiting)
    while _unregister:
        _unregister.pop()()
    mine = [register_view(live.view_of), hear_of_printed_tables(live.leave_table)]
    _unregister.extend(mine)

    def end() -> None:
        end_waits()
        if _unregister == mine:
            _unregister.clear()
        for each in mine:
            each()

    return end
