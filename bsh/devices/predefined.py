"""Devices that somebody else has made, under a name of one's own: what a ``devices.yml`` of apsbits calls predefined.

Stands in for ``apsbits.utils.sim_creator.predefined_device`` where apsbits is not installed, so that such files load as they
are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.errors import DeviceError

__all__ = ["predefined_device"]


def predefined_device(
    *, creator: str, name: str = "", prefix: str = "", labels: Iterable[str] = (), **keywords: Any
) -> Any:
    """Return a device that exists, or make one.

    Parameters
    ----------
    creator : str
        Dotted name of the device, or of a class or function that makes it, such as ``ophyd.sim.motor``.
    name : str
        What it is called here.
    prefix : str, optional
        For a class that takes one.
    labels : iterable of str, optional
        Its groups.
    **keywords
        For the class or function.

    Raises
    ------
    DeviceError
        There is no such thing.
    """
    from pkgutil import resolve_name

    from bsh.devices.epics import prepare

    if not creator.startswith("bsh."):
        prepare()
    try:
        found = resolve_name(creator)
    except (ImportError, AttributeError, ValueError) as error:
        raise DeviceError(
            f"cannot import {creator!r}: {error}", hint="write the dotted name of a device or a class"
        ) from error
    if callable(found):
        given = {"name": name, "prefix": prefix} | keywords
        device = found(**{key: value for key, value in given.items() if value != ""})
    else:
        device = found
        if name:
            device.name = name
    known = getattr(device, "_ophyd_labels_", None)
    if isinstance(known, set):
        known.update(labels)
    return device
