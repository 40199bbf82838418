"""One event from devices of which some may be lost: those that do not answer are left out, the others are read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

from bsh.devices.epics import is_connected
from bsh.devices.traversal import root_ancestor, separate_devices
from bsh.errors import FailedStatus, RunEngineControlException
from bsh.msg import Msg
from bsh.plan_patterns.bundles import Bundle

__all__ = ["take_what_answers"]

NOT_CONNECTED = "not connected any more"


def take_what_answers(
    devices: Iterable[Any], stream: str, left_out: Callable[[dict[Any, str]], None]
) -> Generator[Msg, Any, list[Any]]:
    """Take one event from the devices that answer; no event where none does.

    Parameters
    ----------
    devices : iterable of devices
        What to trigger and read.
    stream : str
        Name of the event stream.
    left_out : callable
        Takes those that do not answer, and why.

    Returns
    -------
    list of devices
        Those that were read.
    """
    present = separate_devices(devices)
    lost = {device: NOT_CONNECTED for device in present if not is_connected(device)}
    while True:
        if lost:
            left_out(lost)
        present = [device for device in present if device not in lost]
        if not present:
            return []
        try:
            yield from Bundle(present, stream, partial=True).take()
            return present
        except RunEngineControlException:
            raise
        except Exception as error:
            lost = yield from _silent(present, error)
            if not lost:
                raise


def _silent(devices: Iterable[Any], error: Exception) -> Generator[Msg, Any, dict[Any, str]]:
    """Return the devices that an event cannot have, and why: found by reading each by itself."""
    from bsh.callbacks.waiting import root_name

    failed = root_name(error.status) if isinstance(error, FailedStatus) else ""
    lost = {}
    for device in devices:
        if not is_connected(device):
            lost[device] = NOT_CONNECTED
        elif root_ancestor(device).name == failed:
            lost[device] = str(error)
        else:
            try:
                yield Msg("read", device)
            except RunEngineControlException:
                raise
            except Exception as reason:
                lost[device] = str(reason) or type(reason).__name__
    return lost
