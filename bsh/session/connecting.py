"""Waiting for devices to answer, all at the same time.

Owns the threads of the start: one for each device that has to be waited for, none of which can keep the
shell from opening or from leaving.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["connect_all"]


def connect_all(
    devices: Mapping[str, Any], timeout_s: float, *, clock: Callable[[], float] = time.monotonic
) -> dict[str, str]:
    """Wait until devices answer.

    Parameters
    ----------
    devices : mapping of str to device
        Those without ``wait_for_connection`` need no waiting.
    timeout_s : float
        How long, in seconds, for all together.
    clock : callable
        Monotonic seconds.

    Returns
    -------
    dict of str to str
        For each device that does not answer: why.
    """
    waits = {name: _Wait(device, timeout_s) for name, device in devices.items() if _has_to_connect(device)}
    for name, wait in waits.items():
        threading.Thread(target=wait.run, name=f"bsh-connect-{name}", daemon=True).start()
    deadline = clock() + timeout_s + 0.2  # the devices' own timeouts come first: they know more
    reasons: dict[str, str] = {}
    for name, wait in waits.items():
        if not wait.ended.wait(max(0.0, deadline - clock())):
            reasons[name] = f"no answer within {timeout_s:g} s"
        elif wait.problem is not None:
            reasons[name] = wait.problem
    return reasons


def _has_to_connect(device: Any) -> bool:
    return callable(getattr(device, "wait_for_connection", None))


class _Wait:
    """One device that is waited for, on a thread of its own."""

    def __init__(self, device: Any, timeout_s: float) -> None:
        self._device = device
        self._timeout_s = timeout_s
        self.ended = threading.Event()
        self.problem: str | None = None

    def run(self) -> None:
        """Wait, and note what went wrong."""
        from bsh.devices.epics import wait_connected

        try:
            wait_connected(self._device, self._timeout_s)
        except BaseException as error:
            text = " ".join(str(error).split()).removeprefix(f"{self._device.name} is not connected: ")
            self.problem = text or type(error).__name__
        finally:
            self.ended.set()
