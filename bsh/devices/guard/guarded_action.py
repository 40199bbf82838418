"""What an EPICS device was asked to do: it fails when the device is lost meanwhile, or did not take it."""

from __future__ import annotations

import time
from typing import Any

from bsh.devices.guard.after_callbacks import after_callbacks
from bsh.devices.guard.guarded_status import GuardedStatus
from bsh.devices.guard.overseer import overseer
from bsh.devices.guard.put_outcomes import put_outcomes
from bsh.errors import DeviceError

__all__ = ["GuardedAction"]

TELLING_S = 0.1
"""A put may have failed before the device's method, which made it, has returned: so many seconds at most."""

NEWS_S = 0.3
"""How long the news of a lost connection may take from libca to ophyd, in seconds."""

LOST = "its connection was lost, and it may be at work still: see that its IOC runs"


class GuardedAction(GuardedStatus):
    """A measurement, or a setting, that ends well only when its device was there all the time.

    Parameters
    ----------
    device : device
        Like those of ophyd: has ``connected``.
    deed : str
        What it has not done when this fails, as in ``scaler1 did not finish counting``.
    inner : Status
        What the device returned.
    target : object, optional
        What it was asked for.
    began_at : float, optional
        Monotonic seconds when the device had just been told; now if not given.
    """

    __slots__ = ("_began_at", "_deed", "_failed_at", "_failure")

    def __init__(
        self, device: Any, deed: str, inner: Any, *, target: Any = None, began_at: float | None = None
    ) -> None:
        super().__init__(device, inner, target=target)
        self._deed = deed
        self._began_at = time.monotonic() if began_at is None else began_at
        self._failure: Exception | None = None
        self._failed_at = 0.0
        inner.add_callback(lambda _: after_callbacks(self._on_done))
        if not self.done:
            overseer.watch(self)

    def look(self, now: float) -> bool:
        """Judge the action as it stands; return whether it is over.

        Parameters
        ----------
        now : float
            Monotonic seconds.
        """
        if self.done:
            return True
        if not self.obj.connected:
            self._fail(LOST)
            return True
        if self._failure is not None and now - self._failed_at > NEWS_S:
            self.set_exception(self._failure)
            return True
        return False

    def _on_done(self) -> None:
        failure = self._inner.exception(0)
        if failure is None and put_outcomes.any_since(self._began_at - TELLING_S):
            why = self._look_for_failed_put()
            failure = self._error(why) if why else None
        if failure is None:
            self.set_finished()
            return
        # If it failed because the connection is lost, ophyd will know that in a moment, and so will the cleanup.
        self._failed_at = time.monotonic()
        self._failure = failure
        overseer.ring()

    def _look_for_failed_put(self) -> str:
        device = self.obj
        walk = getattr(device, "walk_signals", None)
        signals = [device] if walk is None else [found.item for found in walk(include_lazy=False)]
        names = {signal.setpoint_pvname for signal in signals if hasattr(signal, "setpoint_pvname")}
        return put_outcomes.failure(names, self._began_at - TELLING_S)

    def _fail(self, why: str) -> None:
        self.set_exception(self._error(why))

    def _error(self, why: str) -> DeviceError:
        asked = "" if self.target is None else f" (it was asked for {self.target!r})"
        return DeviceError(f"{self.obj.name} did not {self._deed}: {why}{asked}")
