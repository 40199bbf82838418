"""Waiting for devices to answer, all at the same time.

Owns the threads of the start: one for each device that has to be waited for, none of which can keep the
shell from opening or from leaving. A device that answers late is told when it does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from .connect_progress import ConnectProgress

__all__ = ["connect_all"]

PATIENCE_S = 60.0
"""How long a device that did not answer in time is waited for in the background, in seconds."""

_NAMED = 2
"""So many silent process variables are named; of the others the number."""


def connect_all(
    devices: Mapping[str, Any],
    timeout_s: float,
    *,
    later: Callable[[str], None] | None = None,
    loop: Callable[[], AbstractEventLoop] | None = None,
    progress: ConnectProgress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, str]:
    """Wait until devices answer.

    Parameters
    ----------
    devices : mapping of str to device
        Those with neither ``wait_for_connection`` nor an asynchronous ``connect`` need no waiting.
    timeout_s : float
        How long, in seconds, for all together.
    later : callable, optional
        Called with the name of a device that answers after all, on a thread of its own.
    loop : callable, optional
        Returns the loop on which asynchronous devices are to live; called only if there are any.
    progress : ConnectProgress, optional
        Hears who is waited for.
    clock : callable
        Monotonic seconds.

    Returns
    -------
    dict of str to str
        For each device that does not answer: why.
    """
    patience_s = PATIENCE_S if later is not None else timeout_s
    waits = {}
    for name, device in devices.items():
        how = _how_to_wait(device, loop)
        if how is not None:
            waits[name] = _Wait(name, device, how, patience_s, later, progress)
    if progress is not None:
        progress.begin(waits)
    for name, wait in waits.items():
        threading.Thread(target=wait.run, name=f"bsh-connect-{name}", daemon=True).start()
    deadline = clock() + timeout_s
    found = {
        name: wait.problem_after(max(0.0, deadline - clock()), timeout_s) for name, wait in waits.items()
    }
    return {name: problem for name, problem in found.items() if problem is not None}


def _how_to_wait(
    device: Any, loop: Callable[[], AbstractEventLoop] | None
) -> Callable[[Any, float], None] | None:
    from bsh.devices.asynchronous import connect_on_loop, is_asynchronous
    from bsh.devices.epics import wait_connected

    if callable(getattr(device, "wait_for_connection", None)):
        return wait_connected
    if loop is not None and is_asynchronous(device):
        return partial(connect_on_loop, loop=loop())
    return None


class _Wait:
    """One device that is waited for, on a thread of its own."""

    def __init__(
        self,
        name: str,
        device: Any,
        wait: Callable[[Any, float], None],
        patience_s: float,
        later: Callable[[str], None] | None,
        progress: ConnectProgress | None,
    ) -> None:
        self._progress = progress
        self._name = name
        self._device = device
        self._wait = wait
        self._patience_s = patience_s
        self._later = later
        self._ended = threading.Event()
        self._problem: str | None = None
        self._given_up = False
        self._deciding = threading.Lock()

    def run(self) -> None:
        """Wait, and note what went wrong."""
        problem = None
        try:
            self._wait(self._device, self._patience_s)
        except BaseException as error:
            text = " ".join(str(error).split()).removeprefix(f"{self._name} is not connected: ")
            problem = text or type(error).__name__
        if self._progress is not None:
            self._progress.answered(self._name)
        with self._deciding:
            self._problem = problem
            self._ended.set()
            is_late = self._given_up
        if is_late and problem is None and self._later is not None:
            self._later(self._name)

    def problem_after(self, wait_s: float, timeout_s: float) -> str | None:
        """Return what is wrong once there is no more time, None where the device has answered."""
        self._ended.wait(wait_s)
        with self._deciding:
            if self._ended.is_set():
                return self._problem
            self._given_up = True
        if self._progress is not None:
            self._progress.answered(self._name)
        return f"no answer{self._from_whom()} within {timeout_s:g} s"

    def _from_whom(self) -> str:
        from bsh.devices.epics import silent_signals

        try:
            names = silent_signals(self._device)
        except Exception:  # a device that cannot be asked about itself
            return ""
        if not names:
            return ""
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f" from {', '.join(names[:_NAMED])}{more}"
