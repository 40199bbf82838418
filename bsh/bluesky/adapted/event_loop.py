"""The engine's event loop under bluesky's names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from bsh.engine import (
    call_in_engine_event_loop,
    get_engine_event_loop,
    in_engine_event_loop,
    set_engine_event_loop,
)

__all__ = [
    "autoawait_in_bluesky_event_loop", "call_in_bluesky_event_loop", "get_bluesky_event_loop",
    "in_bluesky_event_loop", "set_bluesky_event_loop",
]  # fmt: skip

T = TypeVar("T")


def get_bluesky_event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of the engine made last; starts one if there is none."""
    return get_engine_event_loop()


def set_bluesky_event_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """Say which loop :func:`get_bluesky_event_loop` returns.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop or None
        The loop.
    """
    set_engine_event_loop(loop)


def in_bluesky_event_loop() -> bool:
    """Tell whether the caller is on the engine's thread."""
    return in_engine_event_loop()


def call_in_bluesky_event_loop(coro: Awaitable[T], timeout: float | None = None) -> T:
    """Run an awaitable on the engine's loop and return its result.

    Parameters
    ----------
    coro : awaitable
        What is waited for.
    timeout : float, optional
        How long, in seconds.
    """
    return call_in_engine_event_loop(coro, timeout)


def autoawait_in_bluesky_event_loop(ip: Any = None) -> None:
    """Let ``await`` at an IPython prompt run on the engine's loop.

    Parameters
    ----------
    ip : InteractiveShell, optional
        IPython; the one that runs without it.
    """
    if ip is None:
        from IPython import get_ipython

        ip = get_ipython()
    if ip is None:
        raise RuntimeError("autoawait_in_bluesky_event_loop() works in IPython only.")
    ip.loop_runner = call_in_bluesky_event_loop
    ip.autoawait = True
