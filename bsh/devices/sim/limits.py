"""Checking a target against the limits of an axis."""

from __future__ import annotations

from math import isfinite
from typing import Any

from bsh.errors import DeviceError, LimitError

__all__ = ["Limits", "check_within"]

Limits = tuple[float, float] | None


def check_within(name: str, value: Any, limits: Limits, units: str = "", *, hint: str | None = None) -> float:
    """Return a value as a float if it lies within limits.

    Parameters
    ----------
    name : str
        Of the axis, for the message.
    value : object
        The target, in the axis's own units.
    limits : (float, float) or None
        Lowest and highest target; None or two equal numbers are no limit, as in the motor record.
    units : str, optional
        Name of the units, for the message.
    hint : str, optional
        What to type to change the limits.

    Raises
    ------
    LimitError
        The value is out of limits.
    DeviceError
        It is not a finite number.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DeviceError(f"{name} cannot be set to {value!r}: that is not a number") from None
    if not isfinite(number):
        raise DeviceError(f"{name} cannot be set to {number}: that is not a finite number")
    if limits is None or limits[0] == limits[1]:
        return number
    low, high = limits
    if number < low:
        raise LimitError(_text(name, number, "below", "low", low, units), hint=hint)
    if number > high:
        raise LimitError(_text(name, number, "above", "high", high, units), hint=hint)
    return number


def _text(name: str, value: float, side: str, which: str, limit: float, units: str) -> str:
    unit = f" {units}" if units else ""
    return f"{name}: {value:g}{unit} is {side} the {which} limit {limit:g}{unit}"
