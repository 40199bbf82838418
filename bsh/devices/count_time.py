"""Where a counting time goes.

Owns the one rule by which commands and plans find the signal that takes a device's counting time.
"""

from __future__ import annotations

from typing import Any

from bsh.errors import DeviceError

__all__ = ["COUNT_TIME_ATTRIBUTES", "count_time_signal"]

COUNT_TIME_ATTRIBUTES = ("count_time", "preset_time", "cam.acquire_time")
"""Attributes looked at in this order when the profile names none."""


def count_time_signal(device: Any, override: str | None = None) -> Any | None:
    """Return the settable signal that takes a device's counting time, in seconds.

    Parameters
    ----------
    device : device
        Any detector.
    override : str, optional
        Attribute path from the profile's ``count_time`` key, for example ``"preset_time"``.

    Returns
    -------
    signal or None
        None when the device has no counting time.

    Raises
    ------
    DeviceError
        The device has no settable signal at the `override` path.
    """
    if override is not None:
        signal = _settable_at(device, override)
        if signal is None:
            name = getattr(device, "name", device)
            raise DeviceError(
                f"{name} has no settable signal {override!r} to take the counting time",
                hint=f"correct the profile's key count_time: {{{name}: ...}}",
            )
        return signal
    for path in COUNT_TIME_ATTRIBUTES:
        signal = _settable_at(device, path)
        if signal is not None:
            return signal
    return None


def _settable_at(device: Any, path: str) -> Any | None:
    found = device
    for attribute in path.split("."):
        found = getattr(found, attribute, None)
        if found is None:
            return None
    return found if callable(getattr(found, "set", None)) else None
