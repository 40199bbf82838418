"""Soft limits: limits of bsh's own, inside of those that a device has.

Owns which devices have some in this process, and the words of a refusal. Devices are not changed: whoever moves them from
elsewhere is not bound.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from bsh.errors import LimitError

__all__ = ["narrowed", "put_soft_limits", "refuse_beyond", "soft_limits_of"]

_soft: WeakKeyDictionary[Any, tuple[float, float]] = WeakKeyDictionary()


def soft_limits_of(device: Any) -> tuple[float, float] | None:
    """Return a device's soft limits in its own units, None where it has none."""
    try:
        return _soft.get(device)
    except TypeError:  # it cannot be remembered
        return None


def put_soft_limits(device: Any, limits: tuple[float, float] | None) -> None:
    """Give a device soft limits, or take them away.

    Parameters
    ----------
    device : device
        An axis.
    limits : (float, float) or None
        Lowest and highest target, in its own units.
    """
    if limits is None:
        _soft.pop(device, None)
    else:
        _soft[device] = limits


def narrowed(device: Any, own: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return the limits that count: the narrower ones of the device's own and the soft ones.

    Parameters
    ----------
    device : device
        An axis.
    own : (float, float) or None
        Its own limits, None where it has none.
    """
    soft = soft_limits_of(device)
    if own is None or soft is None:
        return soft or own
    return max(own[0], soft[0]), min(own[1], soft[1])


def refuse_beyond(device: Any, target: Any) -> None:
    """Raise where a target lies outside of the soft limits.

    Parameters
    ----------
    device : device
        An axis.
    target : object
        In its own units; what is no number is passed over.

    Raises
    ------
    LimitError
        Names device, target, limit and unit.
    """
    limits = soft_limits_of(device)
    if limits is None or not isinstance(target, int | float) or limits[0] <= target <= limits[1]:
        return
    unit = getattr(device, "egu", "") or getattr(device, "units", "") or ""
    unit = f" {unit}" if unit else ""
    side, limit = ("below", limits[0]) if target < limits[0] else ("above", limits[1])
    raise LimitError(
        f"{device.name}: {target:g}{unit} is {side} the soft limit {limit:g}{unit}",
        hint=f"lm {device.name} shows the limits, set_lm {device.name} changes them",
    )
