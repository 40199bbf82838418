"""``with cleanup(th, restore=True):`` in functions of lines: whatever happens, axes stand still and are where they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from bsh.commands import resting_place
from bsh.commands.values import answer_of

if TYPE_CHECKING:
    from .session import Session

__all__ = ["cleanup"]


@contextmanager
def cleanup(session: Session, *axes: Any, restore: bool = False) -> Iterator[None]:
    """Stop axes at the end of a block, however it ends, and bring them back if that is wanted.

    Parameters
    ----------
    session : Session
        What moves them back; the prompt's ``cleanup`` has it already.
    *axes : devices
        Which.
    restore : bool
        Whether they go back to where they were before the block; Ctrl+C leaves them where they are then.

    Examples
    --------
    >>> with cleanup(th, restore=True):  # doctest: +SKIP
    ...     mv(th, 5)
    ...     ascan(samx, -1, 1, 20, 0.1)
    """
    places = [(axis, resting_place(axis)) for axis in axes]
    try:
        yield
    finally:
        for axis in axes:
            if getattr(axis, "moving", False):
                with suppress(Exception):  # what cannot be stopped must not keep the others from it
                    answer_of(axis.stop())
        if restore and session.state == "idle":
            from bsh.plan_stubs import mv

            flat = [part for pair in places for part in pair]
            session.execute(lambda: mv(*flat), command="cleanup", interrupt="stop")
