"""A simulated shutter."""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock
from typing import Any

from bsh.devices.sim.clock import Clock, Timer
from bsh.devices.sim.device import DataKeys, SimDevice
from bsh.devices.sim.signal import SimSignal
from bsh.devices.status import Status
from bsh.errors import DeviceError
from bsh.protocols import Reading

__all__ = ["SimShutter"]

_STATES = {
    **dict.fromkeys(("open", "opened", "opening", "o", "1", "true", "on", "yes"), "open"),
    **dict.fromkeys(("close", "closed", "closing", "shut", "c", "0", "false", "off", "no"), "closed"),
}


class SimShutter(SimDevice):
    """A shutter that takes a moment to open and close.

    Parameters
    ----------
    name : str
        Name in documents and on screen.
    delay : float, optional
        Seconds from command to effect; 0 acts at once.
    state : str, optional
        ``"open"`` or ``"closed"`` at the start.
    labels, parent, clock : optional
        As for :class:`SimDevice`.

    Attributes
    ----------
    status : SimSignal
        ``"open"`` or ``"closed"``, read-only.
    stuck : bool
        Fault for tests: the shutter does not answer and its status never ends.

    Examples
    --------
    >>> shutter = SimShutter("shutter", delay=0)
    >>> shutter.set("Open").success, shutter.read()["shutter"]["value"]
    (True, 'open')
    """

    component_names = ("status",)

    def __init__(
        self,
        name: str,
        *,
        delay: float = 0.2,
        state: str = "closed",
        labels: Iterable[str] = (),
        parent: Any | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name, labels=labels, parent=parent, clock=clock)
        self.delay = delay
        self.stuck = False
        self.status = SimSignal(
            f"{name}_status", value=self._state_of(state), read_only=True, parent=self, clock=self.clock
        )
        self._lock = RLock()
        self._pending: tuple[Status, Timer | None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the beam passes."""
        return bool(self.status.get() == "open")

    @property
    def position(self) -> str:
        """The present state, ``"open"`` or ``"closed"``."""
        return str(self.status.get())

    @property
    def moving(self) -> bool:
        """Whether it is opening or closing."""
        return self._pending is not None

    def check_value(self, value: Any) -> None:
        """Raise DeviceError if a value is no state of a shutter.

        Parameters
        ----------
        value : str, bool or int
            Such as ``"open"``, ``"Close"``, ``"closed"``, 1, False.
        """
        self._state_of(value)

    def set(self, value: Any) -> Status:
        """Open or close.

        Parameters
        ----------
        value : str, bool or int
            Such as ``"open"``, ``"Close"``, ``"closed"``, 1, False.

        Returns
        -------
        Status
            Done when the shutter has arrived.
        """
        state = self._state_of(value)
        with self._lock:
            superseded = self._take_pending()
            status = Status(obj=self, target=state)
            at_once = not self.stuck and (not self.delay or state == self.status.get())
            timer = None
            if not at_once and not self.stuck:
                timer = self.clock.call_later(self.delay, lambda: self._arrive(status, state))
            self._pending = (status, timer)
        if at_once:
            self._arrive(status, state)
        if superseded is not None:
            superseded.set_exception(DeviceError(f"{self.name}: the order was replaced by {state!r}"))
        return status

    def stop(self, success: bool = True) -> None:
        """Drop an order that is not carried out yet.

        Parameters
        ----------
        success : bool, optional
            The outcome of that order's status.
        """
        with self._lock:
            status = self._take_pending()
        if status is None:
            return
        if success:
            status.set_finished()
        else:
            status.set_exception(DeviceError(f"{self.name} was stopped while {self.position}"))

    def read(self) -> dict[str, Reading[Any]]:
        """Return the present state."""
        state, timestamp = self.status._present()
        return {self.name: {"value": state, "timestamp": timestamp}}

    def describe(self) -> DataKeys:
        """Return the data key of the state."""
        return {self.name: {"source": f"SIM:{self.name}", "dtype": "string", "shape": []}}

    def locate(self) -> Any:
        """Return setpoint and readback."""
        pending = self._pending
        setpoint = self.position if pending is None else pending[0].target
        return {"setpoint": setpoint, "readback": self.position}

    def _state_of(self, value: Any) -> str:
        state = _STATES.get(str(value).strip().lower())
        if state is None:
            raise DeviceError(f"{self.name} cannot be set to {value!r}", hint="use open or close")
        return state

    def _take_pending(self) -> Status | None:
        pending, self._pending = self._pending, None
        if pending is None:
            return None
        status, timer = pending
        if timer is not None:
            timer.cancel()
        return status

    def _arrive(self, status: Status, state: str) -> None:
        with self._lock:
            pending = self._pending
            if pending is None or pending[0] is not status:
                return  # stopped, or another order came in between
            self._pending = None
            old = self.status.get()
            self.status._change(state)
        if self._subscriptions and state != old:
            self._notify(state, old, self.clock.time())
        status.set_finished()

    def _present(self) -> tuple[Any, float]:
        return self.status._present()
