# mypy: disallow-untyped-calls=False
# IPython's methods carry no annotations.
"""``await`` at the prompt, on the engine's event loop: asynchronous devices live there."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

__all__ = ["autoawait_in_engine_event_loop"]


def autoawait_in_engine_event_loop(ip: Any = None) -> None:
    """Let lines with ``await`` run on the engine's event loop.

    Such a line runs as a whole on the engine's thread: it cannot call ``RE(...)`` as well.

    Parameters
    ----------
    ip : InteractiveShell, optional
        The IPython; without it the one that runs.

    Raises
    ------
    RuntimeError
        There is no IPython.
    """
    if ip is None:
        from IPython import get_ipython

        ip = get_ipython()
    if ip is None:
        raise RuntimeError("there is no IPython here; in a script use bsh.engine.call_in_engine_event_loop")
    ip.loop_runner = _run
    ip.autoawait = True


def _run(awaitable: Awaitable[Any]) -> Any:
    from bsh.engine import call_in_engine_event_loop

    return call_in_engine_event_loop(awaitable)
