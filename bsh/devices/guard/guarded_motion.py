"""What guarded moves of motor records have in common: from where to where, and how a failure is told."""

from __future__ import annotations

from typing import Any

from bsh.devices.guard.guarded_status import GuardedStatus
from bsh.errors import DeviceError

__all__ = ["ELSEWHERE", "LOST", "GuardedMotion", "shown"]

LOST = "its connection was lost, and it may be moving still: see that its IOC runs"

ELSEWHERE = "it was stopped, or sent elsewhere"

STEPS = 20
"""Without a tolerance for the motor: so many times its last decimal is near enough."""


class GuardedMotion(GuardedStatus):
    """A move of a motor record; whether it has arrived is judged by those that derive from it.

    Parameters
    ----------
    motor : device
        A motor record of ophyd or ophyd-async.
    target : float
        In the motor's units (EGU).
    inner : Status
        What the motor's ``set()`` returned.
    stall_s : float or None
        Seconds without any change of the readback after which it has failed; None for never.
    tolerance : float or None
        How far off is still there, in the motor's units (EGU); None if nobody has said.
    """

    __slots__ = ("_seen", "_stall_s", "_start", "_tolerance", "_unit")

    def __init__(
        self, motor: Any, target: float, inner: Any, *, stall_s: float | None, tolerance: float | None
    ) -> None:
        super().__init__(motor, inner, target=target)
        self._stall_s = stall_s
        self._tolerance = tolerance
        self._start: float | None = None
        self._seen: float | None = None
        self._unit = ""  # kept: a motor that is lost cannot be asked

    def _steps(self, precision: Any) -> float:
        """Return how far off is near enough for a motor with so many decimals, in its units."""
        digits = precision if isinstance(precision, int) and precision > 0 else 3
        return float(STEPS * 10.0**-digits)

    def _stalled(self) -> str:
        return f"nothing has changed for {self._stall_s:g} s; it was told to stop"

    def _fail(self, why: str) -> None:
        name = self.obj.name
        unit = f" {self._unit}".rstrip()
        places = f"it was sent from {shown(self._start)} to {shown(self.target)}{unit}"
        if self._seen is not None:
            places += f" and was last seen at {shown(self._seen)}{unit}"
        self.set_exception(
            DeviceError(f"{name} did not arrive: {why} ({places})", hint=f"look where it is: wm {name}")
        )


def shown(value: float | None) -> str:
    """Return a position as messages show it.

    Parameters
    ----------
    value : float or None
        None if it is not known.
    """
    return "?" if value is None else f"{value:.6g}"
