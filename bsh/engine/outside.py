"""Calls of devices and subscribers from threads other than the engine's, each with a time.

What hung the engine may hang again: the caller gets an answer all the same.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import settled
from bsh.engine.devices import name_of

if TYPE_CHECKING:
    from bsh.engine.event_loop import EngineLoop

__all__ = ["call_all"]


def call_all(
    engine_loop: EngineLoop, calls: Mapping[Any, Callable[[], Any]], timeout_s: float
) -> dict[Any, BaseException]:
    """Call functions at the same time, from daemon threads; asynchronous ones are waited for.

    Parameters
    ----------
    engine_loop : EngineLoop
        Where awaitables are awaited.
    calls : mapping
        The functions by what they belong to.
    timeout_s : float
        How long they may take together, in seconds.

    Returns
    -------
    dict
        For those that failed or did not answer, why.
    """
    errors: dict[Any, BaseException] = {}

    def call(key: Any, function: Callable[[], Any]) -> None:
        try:
            _call(engine_loop, function, timeout_s)
        except BaseException as error:
            errors[key] = error

    threads = {
        key: threading.Thread(target=call, args=(key, function), name=f"call {name_of(key)}", daemon=True)
        for key, function in calls.items()
    }
    for thread in threads.values():
        thread.start()
    deadline = monotonic() + timeout_s
    for key, thread in threads.items():
        thread.join(max(0.0, deadline - monotonic()))
        if thread.is_alive():
            errors[key] = TimeoutError(f"no answer within {timeout_s} s")
    return errors


def _call(engine_loop: EngineLoop, function: Callable[[], Any], timeout_s: float) -> Any:
    result = function()
    if inspect.isawaitable(result):
        return asyncio.run_coroutine_threadsafe(settled(result), engine_loop.loop).result(timeout_s)
    return result
