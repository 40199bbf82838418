"""Puts a status that tells the truth in the place of one that could lie."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import Enum
from typing import Any

from bsh.devices.asynchronous import is_asynchronous
from bsh.devices.guard.guarded_action import GuardedAction
from bsh.devices.guard.guarded_async_move import GuardedAsyncMove, is_async_record, lost_channels
from bsh.devices.guard.guarded_measurement import GuardedMeasurement
from bsh.devices.guard.guarded_move import GuardedMove
from bsh.devices.guard.motor_of_signal import motor_of_signal

__all__ = ["STALL_S", "HardwareGuard"]

STALL_S = 60.0
"""A move without any change of the readback for so long has failed, in seconds."""


class _Kind(Enum):
    """What a class of devices looks like."""

    OTHER = "not of EPICS: its statuses are its own business"
    RECORD = "a motor record"
    SIGNAL = "a signal of EPICS"
    DEVICE = "made of signals, which may be lost"
    ASYNC = "lives on a loop"


class HardwareGuard:
    """Judges moves, settings and measurements of devices that stand on EPICS.

    Parameters
    ----------
    stall_s : float or None, optional
        Seconds without any change of the readback after which a move has failed, and seconds after its counting time
        after which a detector has; None for never.
    tolerances : mapping of str to float, optional
        For a motor by name, in its own units (EGU): how far off is still there.
    count_times : mapping of str to str, optional
        For a detector by name: the attribute path of its counting time.

    Examples
    --------
    >>> from bsh.devices.sim import SimMotor
    >>> from bsh.devices.status import Status
    >>> motor, status = SimMotor("th"), Status.finished()
    >>> HardwareGuard().moved(motor, 1.0, status) is status  # bsh's own motors tell the truth
    True
    """

    def __init__(
        self,
        *,
        stall_s: float | None = STALL_S,
        tolerances: Mapping[str, float] | None = None,
        count_times: Mapping[str, str] | None = None,
    ) -> None:
        self._stall_s = stall_s
        self._tolerances = dict(tolerances or {})
        self._count_times = dict(count_times or {})
        self._kinds: dict[type, _Kind] = {}

    def moved(self, device: Any, target: Any, status: Any) -> Any:
        """Return the status that tells the truth about what ``set()`` began.

        Parameters
        ----------
        device : object
            What was set.
        target : object
            To what, in its own units (EGU).
        status : Status
            What its ``set()`` returned.
        """
        kind = self._kind(device)
        if kind is _Kind.OTHER:
            return status
        if kind is _Kind.ASYNC:
            return self._moved_async(device, target, status)
        began_at = time.monotonic()  # looking for a motor may ask the IOC
        motor = device if kind is _Kind.RECORD else None
        if kind is _Kind.SIGNAL:
            motor = motor_of_signal(device)
        if motor is not None and isinstance(target, int | float):
            return GuardedMove(
                motor,
                float(target),
                status,
                stall_s=self._stall_s,
                tolerance=self._tolerances.get(motor.name),
            )
        return GuardedAction(device, "take its new value", status, target=target, began_at=began_at)

    def _moved_async(self, device: Any, target: Any, status: Any) -> Any:
        if not isinstance(target, int | float) or not is_async_record(device):
            return status
        tolerance = self._tolerances.get(device.name)
        return GuardedAsyncMove(device, float(target), status, stall_s=self._stall_s, tolerance=tolerance)

    def began(self, device: Any, verb: str, status: Any) -> Any:
        """Return the status that tells the truth about what a device has begun, other than a move.

        Parameters
        ----------
        device : object
            What was told to.
        verb : str
            The method that was called: ``trigger``, ``prepare``, ``kickoff``, ``complete``.
        status : Status
            What that returned.
        """
        if self._kind(device) in (_Kind.OTHER, _Kind.ASYNC) or (status.done and not _puts(device)):
            return status
        if verb != "trigger":
            return GuardedAction(device, f"finish its {verb}()", status)
        count_time = self._count_times.get(device.name)
        return GuardedMeasurement(device, status, stall_s=self._stall_s, count_time=count_time)

    def is_lost(self, device: Any) -> bool:
        """Tell whether a device is known not to answer, without asking it.

        Parameters
        ----------
        device : object
            Any device.
        """
        kind = self._kind(device)
        if kind is _Kind.ASYNC:
            return bool(lost_channels(device))
        return kind is not _Kind.OTHER and not device.connected

    def _kind(self, device: Any) -> _Kind:
        kind = self._kinds.get(type(device))
        if kind is None:
            kind = _Kind.ASYNC if is_asynchronous(device) else _kind_of(type(device))
            self._kinds[type(device)] = kind
        return kind


def _puts(device: Any) -> bool:
    """Tell whether a device may have told its IOC something, and ophyd be busy with the answer."""
    return hasattr(device, "walk_signals") and getattr(device, "trigger_signals", None) != []


def _kind_of(cls: type) -> _Kind:
    if not hasattr(cls, "connected"):
        return _Kind.OTHER
    if all(hasattr(cls, name) for name in ("motor_done_move", "user_readback", "motor_stop")):
        return _Kind.RECORD
    if hasattr(cls, "setpoint_pvname"):
        return _Kind.SIGNAL
    return _Kind.DEVICE if hasattr(cls, "walk_signals") else _Kind.OTHER
