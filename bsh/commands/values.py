"""What a device is to a command: its position, its unit, whether it can be moved or read.

Asks by duck typing and never connects, so that devices of any library fit. What has to be awaited is awaited on the
engine's loop, where asynchronous devices live.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import isawaitable, iscoroutinefunction
from typing import Any
from weakref import WeakKeyDictionary

from bsh.devices.soft_limits import narrowed
from bsh.devices.supposed import supposed_place
from bsh.errors import BshError

__all__ = [
    "answer_of",
    "described",
    "device_named",
    "is_device",
    "is_movable",
    "is_readable",
    "limits_of",
    "own_limits_of",
    "position_of",
    "precision_of",
    "units_of",
    "value_of",
]

ANSWER_S = 10.0
"""How long a device may take to answer what has to be awaited, in seconds."""

_data_keys: WeakKeyDictionary[Any, Mapping[str, Any]] = WeakKeyDictionary()
"""What devices that have to be awaited said of themselves; they are asked once."""


def answer_of(result: Any) -> Any:
    """Return what a device's method gave; what has to be awaited is awaited on the engine's loop.

    Parameters
    ----------
    result : object
        Of ``read()``, ``describe()``, ``locate()``.
    """
    if not isawaitable(result):
        return result
    from bsh.engine import call_in_engine_event_loop

    return call_in_engine_event_loop(result, ANSWER_S)


def described(device: Any) -> Mapping[str, Any]:
    """Return what a device says of itself: a data key for each of its fields.

    Parameters
    ----------
    device : device
        One that is readable.
    """
    found: Mapping[str, Any] = answer_of(device.describe())
    return found


def _data_key(device: Any) -> Mapping[str, Any]:
    """Return the data key of the position of a device whose attributes have to be awaited; else nothing."""
    if not iscoroutinefunction(getattr(type(device), "describe", None)):
        return {}
    known = _data_keys.get(device)
    if known is None:
        try:
            keys = described(device)
        except Exception:  # not connected yet, or asked for on the engine's own thread: later, then
            return {}
        known = _data_keys[device] = keys.get(device.name) or next(iter(keys.values()), {})
    return known


def is_device(obj: Any) -> bool:
    """Tell whether an object is a device of any kind, offline ones included."""
    if isinstance(obj, type):
        return False
    return is_movable(obj) or is_readable(obj)


def is_movable(obj: Any) -> bool:
    """Tell whether an object can be set and has a name; looks at its class, never at the hardware."""
    kind = type(obj)
    return hasattr(kind, "set") and not isinstance(obj, type | set | frozenset | Mapping) and _has_name(obj)


def is_readable(obj: Any) -> bool:
    """Tell whether an object can be read and has a name; looks at its class, never at the hardware."""
    kind = type(obj)
    return hasattr(kind, "read") and hasattr(kind, "describe") and _has_name(obj)


def _has_name(obj: Any) -> bool:
    return isinstance(getattr(obj, "name", None), str)


def device_named(name: str, devices: Mapping[str, Any]) -> Any | None:
    """Return the device of that name or dotted path (``stage.x``), or None.

    Parameters
    ----------
    name : str
        A name, or names joined by dots.
    devices : mapping
        The session's devices.
    """
    head, *rest = name.split(".")
    device = devices.get(head)
    for attribute in rest:
        if device is None or attribute.startswith("_"):
            return None
        device = getattr(device, attribute, None)
    return device


def position_of(device: Any) -> Any:
    """Return where a device is (or what a signal reads) in its own units.

    Parameters
    ----------
    device : device
        With a ``position``, or readable.

    Raises
    ------
    DeviceOffline
        Its connection is lost, and it cannot tell.
    """
    supposed = supposed_place(device)
    if supposed is not None:
        return supposed
    try:
        return _told_position(device)
    except BshError:
        raise
    except Exception as error:
        if getattr(device, "connected", None) is not False:
            raise
        from bsh.devices.not_connected import not_connected_error

        raise not_connected_error(device) from error


def _told_position(device: Any) -> Any:
    if hasattr(type(device), "position"):
        return device.position
    reading = answer_of(device.read())
    if device.name in reading:
        return reading[device.name]["value"]
    return next(iter(reading.values()))["value"]


def value_of(obj: Any) -> Any:
    """Return a device's position, and anything else unchanged.

    Parameters
    ----------
    obj : object
        An operand of an expression that was typed as a command's argument.
    """
    if isinstance(obj, int | float | str) or not is_device(obj):
        return obj
    supposed = supposed_place(obj, decides=True)
    return position_of(obj) if supposed is None else supposed


def units_of(device: Any) -> str:
    """Return the name of a device's units, empty when it has none."""
    units = getattr(device, "egu", None) or _data_key(device).get("units")
    return units if isinstance(units, str) else ""


def precision_of(device: Any) -> int | None:
    """Return how many decimals of a device's position are worth showing, or None when it does not say."""
    precision = getattr(device, "precision", None)
    if precision is None:
        precision = _data_key(device).get("precision")
    return precision if isinstance(precision, int) and precision >= 0 else None


def limits_of(device: Any) -> tuple[float, float] | None:
    """Return the limits that count for a device, in its own units: the narrower ones of its own and bsh's soft ones.

    None where it has none (``(0, 0)`` included).
    """
    return narrowed(device, own_limits_of(device))


def own_limits_of(device: Any) -> tuple[float, float] | None:
    """Return the limits that a device itself has, in its own units, or None where it has none."""
    limits: Any = getattr(device, "limits", None)
    if limits is None:
        control = (_data_key(device).get("limits") or {}).get("control") or {}
        limits = (control.get("low"), control.get("high"))
    try:
        low, high = limits  # whatever a device library keeps there
        low, high = float(low), float(high)
    except (TypeError, ValueError):
        return None
    return (low, high) if low < high else None
