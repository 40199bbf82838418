"""Stubs that move axes and ask where they are."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import name_or_repr, partition
from bsh.plan_patterns.messages import short_uid, wait_message
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.relative import relative_set_wrapper
from bsh.plan_patterns.trajectory import lockstep

__all__ = ["abs_set", "locate", "mov", "movr", "mv", "mvr", "rd", "rel_set", "stop"]


def _set(
    obj: Any, args: tuple[Any, ...], group: Hashable | None, wait: bool, kwargs: dict[str, Any]
) -> MsgGenerator:
    if wait and group is None:
        group = short_uid("set")
    status = yield Msg("set", obj, *args, group=group, **kwargs)
    if wait:
        yield Msg("wait", None, group=group)
    return status


@plan
def abs_set(
    obj: Any, *args: Any, group: Hashable | None = None, wait: bool = False, **kwargs: Any
) -> MsgGenerator:
    """Set a device to a value.

    Parameters
    ----------
    obj : device
        Anything with ``set``.
    *args, **kwargs
        Passed to ``obj.set()``.
    group : hashable, optional
        Name under which to wait for it later; made up when `wait` is True and none is given.
    wait : bool, optional
        Whether to wait until it is done.

    Returns
    -------
    Status
        What ``obj.set()`` returned.
    """
    return (yield from _set(obj, args, group, wait, kwargs))


@plan
def rel_set(
    obj: Any, *args: Any, group: Hashable | None = None, wait: bool = False, **kwargs: Any
) -> MsgGenerator:
    """Set a device to a value that is counted from where it is.

    Parameters
    ----------
    obj, *args, group, wait, **kwargs
        As for :func:`abs_set`; the first argument is the distance.

    Returns
    -------
    Status
        What ``obj.set()`` returned.
    """
    return (yield from relative_set_wrapper(_set(obj, args, group, wait, kwargs)))


def _move(
    args: tuple[Any, ...], group: Hashable | None, timeout: float | None, kwargs: dict[str, Any]
) -> MsgGenerator:
    pairs = partition(2, args, "motor, position")
    if not pairs:
        raise ValueError("tell what to move and where to: motor, position, motor, position...")
    for motor, _ in pairs:
        if not hasattr(motor, "set"):  # before anything moves
            raise TypeError(f"{name_or_repr(motor)} cannot be moved: it has no set()")
    # the pseudo axes of one positioner are moved by one message
    targets = lockstep([motor for motor, _ in pairs], [[position] for _, position in pairs]).merged()
    (row,) = targets
    group = short_uid("mv") if group is None else group
    statuses = []
    for motor, position in zip(targets.axes, row):
        status = yield Msg("set", motor, position, group=group, **kwargs)
        statuses.append(status)
    yield wait_message(group, timeout=timeout)
    return tuple(statuses)


@plan
def mv(
    *args: Any, group: Hashable | None = None, timeout: float | None = None, **kwargs: Any
) -> MsgGenerator:
    """Move one or more axes at the same time, and wait for all of them.

    Parameters
    ----------
    *args
        ``motor, position, motor, position...``, in each axis's own units.
    group : hashable, optional
        Name of the group that is waited for.
    timeout : float, optional
        Seconds that the moves may take together.
    **kwargs
        Passed to each ``motor.set()``.

    Returns
    -------
    tuple of Status
        One for each move.
    """
    return (yield from _move(args, group, timeout, kwargs))


@plan
def mvr(
    *args: Any, group: Hashable | None = None, timeout: float | None = None, **kwargs: Any
) -> MsgGenerator:
    """Move one or more axes by a distance, and wait for all of them.

    Parameters
    ----------
    *args
        ``motor, distance, motor, distance...``, in each axis's own units.
    group, timeout, **kwargs
        As for :func:`mv`.

    Returns
    -------
    tuple of Status
        One for each move.
    """
    return (yield from relative_set_wrapper(_move(args, group, timeout, kwargs), list(args[::2])))


mov = mv
movr = mvr


@plan
def locate(*objs: Any, squeeze: bool = True) -> MsgGenerator:
    """Ask axes for setpoint and readback.

    Parameters
    ----------
    *objs : devices
        Anything with ``locate``.
    squeeze : bool, optional
        Whether a single location comes on its own rather than in a list.
    """
    return (yield Msg("locate", *objs, squeeze=squeeze))


@plan
def rd(obj: Any, *, default_value: Any = 0) -> MsgGenerator:
    """Read the one value of a device, without triggering it and without an event.

    Parameters
    ----------
    obj : device
        An axis that can be located, or a device with one hinted field or one reading.
    default_value : object, optional
        What to return when the plan is only listed.

    Returns
    -------
    object
        The value: an axis's readback, else the hinted field, else the only reading.

    Raises
    ------
    ValueError
        The device has more than one value.
    """
    if hasattr(obj, "locate"):
        location = yield Msg("locate", obj)
        return default_value if location is None else location["readback"]
    fields = (getattr(obj, "hints", None) or {}).get("fields", [])
    if len(fields) > 1:
        raise _not_one_value(obj, f"hints at {len(fields)} ({', '.join(fields)})")
    parts = getattr(obj, "read_attrs", None)
    if not fields and parts is not None and len(parts) != 1:
        raise _not_one_value(obj, f"reads {len(parts)} parts ({', '.join(parts) or 'none'})")
    readings: dict[str, Any] | None = yield Msg("read", obj)
    if readings is None:
        return default_value
    if fields:
        return readings[fields[0]]["value"]
    if len(readings) != 1:
        raise _not_one_value(obj, f"gives {len(readings)} ({', '.join(readings) or 'none'})")
    (reading,) = readings.values()
    return reading["value"]


def _not_one_value(obj: Any, what: str) -> ValueError:
    name = getattr(obj, "name", obj)
    return ValueError(
        f"{name} does not have one value, it {what}; read one of its parts, or hint at exactly one field"
    )


@plan
def stop(obj: Any) -> MsgGenerator:
    """Stop a device.

    Parameters
    ----------
    obj : device
        Anything with ``stop``.
    """
    return (yield Msg("stop", obj))
