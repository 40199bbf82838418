"""What people should know when a session begins, beside what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bsh.errors import BshError
from bsh.store.summary import IMPORTED, INTERRUPTED, RUNNING

if TYPE_CHECKING:
    from bsh.commands import Registry

__all__ = ["CUT_OFF", "ENDED_BY_SIGTERM", "TERMINAL_LOST", "interrupted_run"]

TERMINAL_LOST = "the terminal was lost"
ENDED_BY_SIGTERM = "ended by SIGTERM"
LOOKED_AT = 10
"""So many of the newest runs are looked at: those of other shells that are under way hide no older one."""

CUT_OFF = frozenset({TERMINAL_LOST, ENDED_BY_SIGTERM})
"""Reasons of runs that nobody at a prompt has ended."""


def interrupted_run(store: Any, registry: Callable[[], Registry]) -> Iterator[str]:
    """Yield a line where the last scan was cut off: with its process, or by a signal to it.

    Parameters
    ----------
    store : RunStore
        Of the session.
    registry : callable
        Returns the commands; asked only where there is such a scan.
    """
    for last in store.runs(limit=LOOKED_AT):
        if last.reason == RUNNING or IMPORTED in store.run(last.uid).start:
            continue  # of another shell, or taken elsewhere: nobody here can go on with it
        if last.exit_status is None and last.reason.startswith(INTERRUPTED):
            how = "interrupted at point {place}"
        elif last.exit_status == "abort" and last.reason in CUT_OFF:
            how = f"aborted at point {{place}} ({last.reason})"
        else:
            return
        yield _cut_off(store, registry, last, how)
        return


def _cut_off(store: Any, registry: Callable[[], Registry], last: Any, how: str) -> str:
    from .resuming import remainder

    scan = f"scan {last.scan_id} ({last.command or last.plan_name}) was "
    try:
        left = remainder(store.run(last.uid), registry())
    except BshError:  # not by a line alone; resume says why
        return scan + how.format(place=last.num_points) + "; its data are kept"
    return scan + how.format(place=left.place) + f": resume {last.scan_id} continues"
