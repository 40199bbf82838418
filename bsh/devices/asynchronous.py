"""Devices that live on an asyncio loop, such as those of ophyd-async.

They are recognised by what they offer; bsh needs no such library.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import re
from typing import Any

from bsh.errors import DeviceOffline

__all__ = ["connect_on_loop", "is_asynchronous"]

GRACE_S = 1.0
"""So much longer than it is told to may a device take to give up."""


def is_asynchronous(device: Any) -> bool:
    """Tell whether a device is connected by awaiting its ``connect()``.

    Parameters
    ----------
    device : device
        Any.
    """
    return inspect.iscoroutinefunction(getattr(type(device), "connect", None))


def connect_on_loop(device: Any, timeout_s: float, loop: asyncio.AbstractEventLoop) -> None:
    """Connect a device, and wait until it is; from any thread but the loop's.

    Parameters
    ----------
    device : device
        Has an asynchronous ``connect(timeout=...)``.
    timeout_s : float
        Seconds.
    loop : asyncio.AbstractEventLoop
        Runs on another thread; where the device lives from now on.

    Raises
    ------
    DeviceOffline
        It did not answer; says what is silent.
    """
    future = asyncio.run_coroutine_threadsafe(device.connect(timeout=timeout_s), loop)
    try:
        future.result(timeout_s + GRACE_S)
    except concurrent.futures.TimeoutError as error:
        future.cancel()
        raise DeviceOffline(f"{device.name} is not connected: no answer within {timeout_s:g} s") from error
    except Exception as error:
        raise DeviceOffline(f"{device.name} is not connected: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    silent = re.findall(r"\b(?:ca|pva)://(\S+)", str(error))
    if silent:
        more = f" and {len(silent) - 2} more" if len(silent) > 2 else ""
        return f"no answer from {', '.join(silent[:2])}{more}"
    return " ".join(str(error).split()) or type(error).__name__
