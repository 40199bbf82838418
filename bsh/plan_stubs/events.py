"""Stubs that read devices into events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.devices.traversal import separate_devices
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import DROP, NULL, SAVE
from bsh.plan_patterns.plan import plan

__all__ = [
    "create",
    "declare_stream",
    "drop",
    "monitor",
    "null",
    "read",
    "read_together",
    "save",
    "trigger_and_read",
    "unmonitor",
]


@plan
def create(name: str = "primary") -> MsgGenerator:
    """Open an event; what is read until :func:`save` goes into it.

    Parameters
    ----------
    name : str, optional
        Name of the event stream.
    """
    return (yield Msg("create", name=name))


@plan
def save() -> MsgGenerator:
    """Close the open event and emit it."""
    return (yield SAVE)


@plan
def drop() -> MsgGenerator:
    """Close the open event without emitting it."""
    return (yield DROP)


@plan
def read(obj: Any) -> MsgGenerator:
    """Read a device, into the open event if there is one.

    Parameters
    ----------
    obj : device
        Anything with ``read``.

    Returns
    -------
    dict
        Value and timestamp of each data key; None when the plan is only listed.
    """
    return (yield Msg("read", obj))


@plan
def read_together(*objs: Any) -> MsgGenerator:
    """Read several devices at the same time, into the open event if there is one.

    Those that are asynchronous or have ``concurrent_read = True`` are read while the others are; the order in
    the event is the one given.

    Parameters
    ----------
    *objs : devices
        Anything with ``read``; a part of another device of the list is read only once.

    Returns
    -------
    dict
        Value and timestamp of each data key of all devices; None when the plan is only listed.
    """
    return (yield Msg("read_together", None, *separate_devices(objs)))


@plan
def null() -> MsgGenerator:
    """Do nothing."""
    return (yield NULL)


@plan
def declare_stream(*objs: Any, name: str, collect: bool = False) -> MsgGenerator:
    """Tell before the first event what a stream will hold.

    Parameters
    ----------
    *objs : devices
        Whose readings will be in it.
    name : str
        Name of the event stream.
    collect : bool, optional
        Whether the devices are collected rather than read.
    """
    return (yield Msg("declare_stream", None, *separate_devices(objs), name=name, collect=collect))


@plan
def monitor(obj: Any, *, name: str | None = None, **kwargs: Any) -> MsgGenerator:
    """Emit an event at each change of a device, from now on.

    Parameters
    ----------
    obj : device
        Anything with ``subscribe``.
    name : str, optional
        Name of the event stream.
    **kwargs
        Passed to ``obj.subscribe()``.
    """
    return (yield Msg("monitor", obj, name=name, **kwargs))


@plan
def unmonitor(obj: Any) -> MsgGenerator:
    """End the monitoring of a device.

    Parameters
    ----------
    obj : device
        One that is monitored.
    """
    return (yield Msg("unmonitor", obj))


@plan
def trigger_and_read(devices: Iterable[Any], name: str = "primary") -> MsgGenerator:
    """Take one event: trigger what can be triggered, wait, read everything.

    Parameters
    ----------
    devices : iterable of devices
        A part of another device of the list is read only once.
    name : str, optional
        Name of the event stream.

    Returns
    -------
    dict
        The readings of all devices.
    """
    return (yield from Bundle(devices, name).take())
