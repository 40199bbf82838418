"""Devices that are offline at the start: how they are told of, and how they come in later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .offline import OfflineDevice

if TYPE_CHECKING:
    from .building import DeviceSet

__all__ = ["LateDevices", "offline_notices", "summary"]

MANY = 3
"""Of more offline devices than this only the names are told."""


class LateDevices:
    """Takes the names of devices that answer late, and keeps them until somebody takes the devices in."""

    def __init__(self) -> None:
        self._early: list[str] = []
        self._welcome: Callable[[str], None] | None = None
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        """Take the name of a device that answers now."""
        with self._lock:
            if self._welcome is None:
                self._early.append(name)
                return
        self._welcome(name)

    def hand_over(self, welcome: Callable[[str], None]) -> None:
        """Call ``welcome(name)`` for those that are waiting, and from now on at once.

        Parameters
        ----------
        welcome : callable
            Runs on any thread.
        """
        with self._lock:
            self._welcome = welcome
        for name in self._early:
            welcome(name)


def offline_notices(device_set: DeviceSet) -> list[str]:
    """Return a line for each offline device, or two for all of them where they are many.

    Parameters
    ----------
    device_set : DeviceSet
        As it was built.
    """
    offline = device_set.offline
    if len(offline) <= MANY:
        return [device.offline_error().message for device in offline]
    names = ", ".join(device.name for device in offline)
    return [
        f"{len(offline)} of {len(device_set.devices)} devices are offline: {names}",
        f"the first of them: {offline[0].reason}; reconnect tries again",
    ]


MOST_NAMED = 6


def summary(devices: Mapping[str, Any]) -> str:
    """Return ``42 ok, 2 offline: samx (SIM:m1), und (S08ID:)``.

    Parameters
    ----------
    devices : mapping of str to device
        Offline ones included.
    """
    offline = [device for device in devices.values() if isinstance(device, OfflineDevice)]
    counted = f"{len(devices) - len(offline)} ok"
    if not offline:
        return counted
    named = ", ".join(f"{device.name}{_address(device.device)}" for device in offline[:MOST_NAMED])
    more = f" and {len(offline) - MOST_NAMED} more (lsdev)" if len(offline) > MOST_NAMED else ""
    return f"{counted}, {len(offline)} offline: {named}{more}"


def _address(device: Any) -> str:
    """Return where a device is looked for, in brackets; nothing where it does not say."""
    for attribute in ("prefix", "pvname"):
        address = getattr(device, attribute, None)
        if isinstance(address, str) and address:
            return f" ({address})"
    return ""
