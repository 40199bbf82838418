"""The axes of a session, and where each of them rests.

Owns which devices, and which parts of devices, are axes. Reads cached values only where it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bsh.commands.values import answer_of, position_of, precision_of
from bsh.devices.supposed import supposed_place
from bsh.devices.traversal import children, labels_of

__all__ = ["axes_of", "axis_named", "is_axis", "near_enough", "resting_place", "setpoint_of", "tolerance_of"]


def axes_of(devices: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return name and object of each axis, parts of larger devices included.

    Parameters
    ----------
    devices : mapping
        Devices by name; nothing is read.
    """
    return [axis for name, device in devices.items() for axis in _axes(name, device)]


def axis_named(name: str, devices: Mapping[str, Any]) -> Any | None:
    """Return the axis of that name, None where there is none.

    Parameters
    ----------
    name : str
        Its own name, or that of the profile.
    devices : mapping
        Devices by name.
    """
    if name in devices:
        return devices[name]
    return next((axis for _, axis in axes_of(devices) if getattr(axis, "name", None) == name), None)


def _axes(name: str, device: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(type(device), "offline_error"):
        behind = getattr(device, "device", None)
        if "motors" in labels_of(device) or is_axis(behind):
            yield name, device
    elif hasattr(device, "RealPosition"):  # a positioner as a whole: its pseudo axes and its real ones
        for part in (*device.pseudo_positioners, *device.real_positioners):
            yield part.name, part
    elif is_axis(device):
        yield name, device
    elif not hasattr(type(device), "set"):
        for _, part in children(device):
            if is_axis(part):
                yield part.name, part


def is_axis(device: Any) -> bool:
    """Tell whether an object can be sent somewhere and says where it is; looks at its class only."""
    kind = type(device)
    if not hasattr(kind, "set"):
        return False
    # what has no position as an attribute can be located; of signals the same is true, but they hint at nothing
    return hasattr(kind, "position") or (hasattr(kind, "locate") and hasattr(kind, "hints"))


def setpoint_of(motor: Any) -> float | None:
    """Return where a motor was sent last, None when it does not tell.

    Parameters
    ----------
    motor : device
        Asked for ``locate()``, else for its signal ``user_setpoint`` or ``setpoint``.
    """
    supposed = supposed_place(motor, decides=True)
    if isinstance(supposed, int | float):
        return float(supposed)
    locate = getattr(motor, "locate", None)
    if callable(locate):
        location = answer_of(locate())
        value = location.get("setpoint") if isinstance(location, dict) else None
    else:
        signal = getattr(motor, "user_setpoint", None) or getattr(motor, "setpoint", None)
        value = signal.get() if signal is not None and hasattr(signal, "get") else None
    try:
        return float(value)  # type: ignore[arg-type]  # whatever a device keeps there
    except (TypeError, ValueError):
        return None


def tolerance_of(motor: Any, chosen: Mapping[str, float] | None = None) -> float:
    """Return how far from its target a motor still is at it, in its own units.

    Parameters
    ----------
    motor : device
        Its ``tolerance`` if it has one, else its precision decides.
    chosen : mapping, optional
        The profile's tolerances by name; they win.
    """
    if chosen and motor.name in chosen:
        return float(chosen[motor.name])
    tolerance = getattr(motor, "tolerance", None)
    if isinstance(tolerance, int | float) and tolerance > 0:
        return float(tolerance)
    precision = precision_of(motor)
    return float(10.0 ** -(4 if precision is None else precision))


GUESSED_FACTOR = 10.0
"""An axis that names no tolerance is where it should be within so many of its last decimals."""


def near_enough(motor: Any, chosen: Mapping[str, float] | None = None) -> float:
    """Return how far off an axis counts as being where it should be: its tolerance, generous where that is a guess.

    Parameters
    ----------
    motor : device
        An axis.
    chosen : mapping, optional
        The profile's tolerances by name; they win.
    """
    tolerance = tolerance_of(motor, chosen)
    is_known = motor.name in (chosen or ()) or getattr(motor, "tolerance", None)
    return tolerance if is_known else GUESSED_FACTOR * tolerance


def resting_place(motor: Any) -> Any:
    """Return the setpoint of a motor that rests at it, else where it is.

    Going back there later does not drift by what the motor missed.

    Parameters
    ----------
    motor : device
        An axis.
    """
    position = position_of(motor)
    if isinstance(position, bool) or not isinstance(position, int | float):
        return position
    setpoint = setpoint_of(motor)
    at_rest = setpoint is not None and not getattr(motor, "moving", False)
    return setpoint if at_rest and abs(setpoint - position) <= tolerance_of(motor) else position  # type: ignore[operator]
