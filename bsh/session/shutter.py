"""The profile's shutter: the plans ``open_shutter()`` and ``close_shutter()``, and whether it is open."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.plan import Plan, plan
from bsh.profile import ShutterSpec

from .references import resolve_ref

__all__ = ["names_of_devices", "shutter_plans", "state_named"]


def names_of_devices(session: Any) -> Mapping[str, Any]:
    """Return what the shutter's name is looked up in: devices and aliases, as they are at that moment.

    Parameters
    ----------
    session : Session
        Whose devices.
    """
    return ChainMap(session.devices, session.aliases)


def shutter_plans(spec: ShutterSpec, devices: Mapping[str, Any]) -> dict[str, Callable[[], Plan]]:
    """Return the plans by name.

    Parameters
    ----------
    spec : ShutterSpec
        The profile's key ``shutter``.
    devices : mapping
        Devices and aliases by name.
    """

    @plan
    def open_shutter() -> MsgGenerator:
        """Let beam in."""
        return (yield from _put(spec.open))

    @plan
    def close_shutter() -> MsgGenerator:
        """Keep beam out."""
        return (yield from _put(spec.close))

    def _put(value: Any) -> MsgGenerator:
        from bsh.plan_stubs import mv

        return (yield from mv(resolve_ref(spec.device, devices), value))

    return {"open_shutter": open_shutter, "close_shutter": close_shutter}


def state_named(spec: ShutterSpec, device: Any, value: Any) -> str:
    """Return ``"open"`` or ``"closed"``, or the value itself where it is neither of the profile's two.

    Parameters
    ----------
    spec : ShutterSpec
        The profile's key ``shutter``.
    device : device
        The shutter.
    value : object
        What it reads.
    """
    is_open = getattr(device, "is_open", None)  # it may read otherwise than it is set: set 1, reads Open
    if isinstance(is_open, bool):
        return "open" if is_open else "closed"
    for name, word in (("open", spec.open), ("closed", spec.close)):
        if value == word or str(value).casefold() == str(word).casefold():
            return name
    return str(value)
