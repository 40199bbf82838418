"""What is told of a device that was there, and whose connection is lost."""

from __future__ import annotations

from typing import Any

from bsh.devices.traversal import root_ancestor
from bsh.errors import DeviceOffline

__all__ = ["not_connected_error"]


def not_connected_error(device: Any) -> DeviceOffline:
    """Return the error that using a device raises which is not connected.

    Parameters
    ----------
    device : device
        Itself, or a part of it.
    """
    return DeviceOffline(
        f"{device.name} is not connected",
        hint=f"see that it is on and reachable, then: reconnect {root_ancestor(device).name}",
    )
