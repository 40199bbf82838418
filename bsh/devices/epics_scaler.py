"""A scaler record of which only the channels in use are read, under their own names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bsh.devices.epics import prepare
from bsh.errors import DeviceError

__all__ = ["scaler"]

N_CHANNELS = 32


def scaler(
    prefix: str, *, name: str, channels: Mapping[str, int], labels: Iterable[str] = (), **keywords: Any
) -> Any:
    """Make an ophyd EpicsScaler with named channels.

    Reading all 32 channels of a scaler record costs 20 ms and fills the table; this reads those named.

    Parameters
    ----------
    prefix : str
        Name of the record.
    name : str
        Name of the device; its counting time is ``preset_time``.
    channels : mapping of str to int
        Name in documents and on screen, and channel number (1 to 32) of each counter.
    labels : iterable of str, optional
        As for any device.
    **keywords
        Passed to ophyd.EpicsScaler.

    Raises
    ------
    DeviceError
        A channel number does not exist.
    """
    prepare()
    from ophyd import EpicsScaler

    wrong = {key: number for key, number in channels.items() if not 1 <= number <= N_CHANNELS}
    if wrong:
        raise DeviceError(f"{name}: a scaler has channels 1 to {N_CHANNELS}, not {wrong}")
    device = EpicsScaler(prefix, name=name, labels=set(labels), **keywords)
    names_by_number = {number: key for key, number in channels.items()}
    for number in range(1, N_CHANNELS + 1):
        channel = getattr(device.channels, f"chan{number}")
        channel.kind = "hinted" if number in names_by_number else "omitted"
        channel.name = names_by_number.get(number, channel.name)
        getattr(device.names, f"name{number}").kind = "omitted"
    return device
