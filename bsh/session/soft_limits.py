"""The soft limits of a session's axes: remembered, put back when the session begins, and kept to by every plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bsh.commands import axes_of
from bsh.commands.values import own_limits_of
from bsh.devices.soft_limits import put_soft_limits, refuse_beyond, soft_limits_of
from bsh.errors import LimitError
from bsh.msg import Msg, MsgGenerator

from .known_axes import KnownAxes

__all__ = ["SoftLimits"]

SLACK = 1e-9


class SoftLimits:
    """Gives axes soft limits, which are never wider than the device's own.

    Parameters
    ----------
    known : KnownAxes
        Where they are kept.
    devices : callable
        Returns the session's devices by name.
    """

    def __init__(self, known: KnownAxes, devices: Callable[[], Mapping[str, Any]]) -> None:
        self._known = known
        self._devices = devices

    def put_back(self) -> None:
        """Give the axes the limits that were set in earlier sessions."""
        limits = self._known.soft_limits()
        if not limits:
            return
        for _, axis in axes_of(self._devices()):
            if axis.name in limits and not hasattr(type(axis), "offline_error"):
                put_soft_limits(axis, limits[axis.name])

    def put(self, axis: Any, limits: tuple[float, float] | None) -> None:
        """Set soft limits, or take them away.

        Parameters
        ----------
        axis : device
            An axis.
        limits : (float, float) or None
            Lowest and highest target in its own units; None for those of the device alone.

        Raises
        ------
        LimitError
            They are wider than the device's own.
        """
        own = own_limits_of(axis)
        if limits is not None and own is not None:
            slack = SLACK * (own[1] - own[0])
            if limits[0] < own[0] - slack or limits[1] > own[1] + slack:
                raise LimitError(
                    f"set_lm: {limits[0]:g} to {limits[1]:g} is wider than {axis.name} allows by itself: "
                    f"{own[0]:g} to {own[1]:g}",
                    hint="change the limits of the device where it is configured",
                )
            if abs(limits[0] - own[0]) <= slack and abs(limits[1] - own[1]) <= slack:
                limits = None
        put_soft_limits(axis, limits)
        self._known.note_soft_limits(axis.name, limits)

    def shift(self, axis: Any, by: float) -> None:
        """Let the limits follow where positions of an axis got other numbers.

        Parameters
        ----------
        axis : device
            An axis.
        by : float
            What was added to its positions, in its own units.
        """
        soft = soft_limits_of(axis)
        if soft is not None:
            put_soft_limits(axis, (soft[0] + by, soft[1] + by))
            self._known.note_soft_limits(axis.name, (soft[0] + by, soft[1] + by))

    def guarded(self, plan: MsgGenerator) -> MsgGenerator:
        """Return a plan that is refused where it sends an axis beyond its soft limits.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        if not any(soft_limits_of(axis) for _, axis in axes_of(self._devices())):
            return plan
        from bsh.preprocessors import msg_mutator

        def judged(msg: Msg) -> Msg:
            if msg.command == "set" and msg.args:
                refuse_beyond(msg.obj, msg.args[0])
            return msg

        found: MsgGenerator = msg_mutator(plan, judged)
        return found
