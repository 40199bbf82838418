"""Functions about the engine's event loop, for code that has to run where devices are called."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from bsh.engine.event_loop import EngineLoop

__all__ = [
    "call_in_engine_event_loop",
    "get_engine_event_loop",
    "in_engine_event_loop",
    "set_engine_event_loop",
]

T = TypeVar("T")

_current: EngineLoop | None = None


def set_engine_event_loop(loop: EngineLoop | asyncio.AbstractEventLoop | None) -> None:
    """Say which loop :func:`get_engine_event_loop` returns; every new engine does this with its own."""
    global _current
    _current = EngineLoop(loop) if isinstance(loop, asyncio.AbstractEventLoop) else loop


def get_engine_event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of the engine made last; starts one if there is none, or if that one was closed."""
    global _current
    if _current is None or _current.loop.is_closed():
        _current = EngineLoop()
    return _current.loop


def in_engine_event_loop() -> bool:
    """Whether the caller is on the engine's thread."""
    return _current is not None and _current.here


def call_in_engine_event_loop(awaitable: Awaitable[T], timeout: float | None = None) -> T:
    """Run an awaitable on the engine's loop and return its result.

    Parameters
    ----------
    awaitable : awaitable
        What to wait for.
    timeout : float, optional
        How long, in seconds.

    Raises
    ------
    RuntimeError
        The caller is on the engine's thread itself, which would wait for itself.
    TimeoutError
        It took longer than ``timeout``.
    """
    if in_engine_event_loop():
        raise RuntimeError("This is the engine's thread: use 'await' here.")

    async def wait() -> Any:
        return await awaitable

    future = asyncio.run_coroutine_threadsafe(wait(), get_engine_event_loop())
    try:
        return future.result(timeout)  # type: ignore[no-any-return]  # what the awaitable gives
    except BaseException:  # the time is up, or Ctrl+C: nobody waits for it any more
        future.cancel()
        raise
