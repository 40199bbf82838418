"""From a name in the profile to the object that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.errors import DeviceError, DeviceOffline
from bsh.profile import DeviceRef

from .offline import OfflineDevice

__all__ = ["resolve_ref"]


def resolve_ref(ref: DeviceRef, devices: Mapping[str, Any]) -> Any:
    """Return the device, or the part of it, that a reference names.

    Parameters
    ----------
    ref : DeviceRef
        For example ``ring.current``.
    devices : mapping
        Devices and aliases by name.

    Raises
    ------
    DeviceOffline
        The device is offline and a part of it was asked for.
    DeviceError
        There is no such device or part; the text names file and line.
    """
    device = devices.get(ref.name)
    if device is None:
        raise DeviceError(f"{ref.position}: there is no device '{ref.name}'")
    found = device
    for part in ref.attribute.split(".") if ref.attribute else ():
        if isinstance(found, OfflineDevice):
            raise found.offline_error()
        try:
            found = getattr(found, part)
        except DeviceOffline:
            raise
        except Exception as error:
            raise DeviceError(f"{ref.position}: {ref.name} has no '{part}' ({error})") from error
    return found
