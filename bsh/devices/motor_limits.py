"""Limits of motor records that are those of the record, also after they have changed.

ophyd takes a motor's limits from what comes with its target. News of the target that were on their way when the limits or
the offset changed bring the old ones back, and they stay until the motor moves, which they may forbid. The record's
own fields HLM and LLM are monitored as well, and right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["follow_limits"]

_FIELDS = ("user_setpoint", "low_limit_travel", "high_limit_travel", "motor_done_move")


def follow_limits(device: Any) -> None:
    """Keep the limits of a device's motor records right from now on; harmless when repeated.

    Parameters
    ----------
    device : device
        Connected; one of ophyd, or any other.
    """
    for motor in _records(device):
        if getattr(motor, "_bsh_follows_limits", False):
            continue
        motor._bsh_follows_limits = True
        follow = _follower(motor)
        for name in _FIELDS[:3]:
            getattr(motor, name).subscribe(follow)


def _records(device: Any) -> Iterator[Any]:
    walk = getattr(device, "walk_subdevices", None)
    parts = [part for _, part in walk()] if callable(walk) else []
    for part in (device, *parts):
        if all(hasattr(type(part), name) for name in _FIELDS):
            yield part


def _follower(motor: Any) -> Any:
    setpoint, low, high = motor.user_setpoint, motor.low_limit_travel, motor.high_limit_travel

    def follow(**_: Any) -> None:
        limits = low._readback, high._readback
        if all(isinstance(limit, int | float) for limit in limits) and tuple(setpoint.limits) != limits:
            setpoint._metadata.update(lower_ctrl_limit=limits[0], upper_ctrl_limit=limits[1])

    return follow
