"""What devices are like: units, limits, velocity, precision, value; kept for their simulated twins.

Owns what is asked of a device. Only cached values and attributes, on a thread that nobody waits for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from bsh.commands.values import limits_of, precision_of, units_of
from bsh.devices.epics import is_connected

from .known_axes import KnownAxes

__all__ = ["facts_of", "remember_facts"]


def facts_of(device: Any) -> dict[str, Any]:
    """Return what is known of a device; what cannot be asked is left out.

    Parameters
    ----------
    device : device
        A motor or a signal; of others little is known.
    """
    facts: dict[str, Any] = {}
    with suppress(Exception):
        if units := units_of(device) or getattr(device, "units", ""):
            facts["units"] = str(units)
    with suppress(Exception):
        if (precision := precision_of(device)) is not None:
            facts["precision"] = precision
    is_axis = hasattr(type(device), "position")
    with suppress(Exception):
        limits = limits_of(device)
        if is_axis and limits is not None:
            facts["limits"] = list(limits)
    with suppress(Exception):
        velocity: Any = getattr(device, "velocity", None)
        velocity = velocity.get() if hasattr(velocity, "get") else velocity
        if is_axis and isinstance(velocity, int | float) and velocity > 0:
            facts["velocity"] = float(velocity)
    with suppress(Exception):
        value = device.position if is_axis else device.get()
        if isinstance(value, int | float | str):
            facts["value"] = value
    return facts


def remember_facts(known: KnownAxes, devices: Mapping[str, Any], parts: Iterable[tuple[str, str]]) -> None:
    """Ask all devices, and the parts of them that the profile names, on a thread of its own.

    Parameters
    ----------
    known : KnownAxes
        Where it is kept.
    devices : mapping of str to device
        By name.
    parts : iterable of (str, str)
        Device, and dotted path of a part.
    """

    real = {name: device for name, device in devices.items() if _is_real(device)}

    def ask() -> None:
        wanted = dict(real)
        for name, path in parts:
            found: Any = real.get(name)
            with suppress(Exception):
                for attribute in path.split("."):
                    found = getattr(found, attribute)
                wanted[f"{name}.{path}"] = found
        facts = {name: facts_of(device) for name, device in wanted.items() if is_connected(device)}
        known.note_facts({name: found for name, found in facts.items() if found})

    if real:
        threading.Thread(target=ask, name="bsh-facts", daemon=True).start()


def _is_real(device: Any) -> bool:
    simulated = type(device).__module__.startswith("bsh.devices.sim")
    return not simulated and not hasattr(type(device), "offline_error")
