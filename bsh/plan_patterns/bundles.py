"""One event: trigger devices, wait, read them, save. The messages are made once and sent at each point.

Devices that may be read at the same time, if there are two of them or more, are read by one message, with
all others of the point.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.devices.traversal import all_safe_rewind, reads_concurrently, separate_devices
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.cleanup import rewindable_wrapper
from bsh.plan_patterns.messages import DROP, NULL, SAVE, short_uid, wait_message

__all__ = ["Bundle"]


class Bundle:
    """The messages that take one event from a list of devices.

    Parameters
    ----------
    devices : iterable of devices
        Those with a ``trigger`` are triggered together; all are read, parts of others only once. Those that
        are asynchronous or have ``concurrent_read = True`` are read at the same time.
    name : str, optional
        Name of the event stream.
    partial : bool, optional
        Whether the stream's events may be of other devices each time.

    Examples
    --------
    >>> [msg.command for msg in Bundle([]).take()]
    ['null', 'create', 'save']
    """

    __slots__ = ("_create", "_guarded", "_reads", "_triggers", "devices", "name")

    def __init__(self, devices: Iterable[Any], name: str = "primary", *, partial: bool = False) -> None:
        self.devices: list[Any] = separate_devices(devices)
        self.name = name
        self._triggers = _trigger_messages(self.devices)
        self._create = Msg("create", name=name, **({"partial": True} if partial else {}))
        self._reads = _read_messages(self.devices)
        self._guarded = tuple(device for device in self.devices if hasattr(device, "rewindable"))

    def take(self) -> MsgGenerator:
        """Return the plan of one event; its result is the readings of all devices in one dict."""
        if self._guarded and not all_safe_rewind(self._guarded):
            return rewindable_wrapper(self._messages(), False)
        return self._messages()

    def look(self) -> MsgGenerator:
        """Return the plan that triggers and reads without an event; it needs no run."""
        for msg in self._triggers:
            yield msg
        readings: dict[str, Any] = {}
        for msg in self._reads:
            reading = yield msg
            if reading is not None:
                readings.update(reading)
        return readings

    def _messages(self) -> MsgGenerator:
        for msg in self._triggers:
            yield msg
        yield self._create
        readings: dict[str, Any] = {}
        try:
            for msg in self._reads:
                reading = yield msg
                if reading is not None:  # None: the plan is only listed
                    readings.update(reading)
        except Exception:
            yield DROP  # the engine must not be left with an open bundle
            raise
        yield SAVE
        return readings


def _read_messages(devices: list[Any]) -> tuple[Msg, ...]:
    if sum(map(reads_concurrently, devices)) > 1:
        return (Msg("read_together", None, *devices),)
    return tuple(Msg("read", device) for device in devices)


def _trigger_messages(devices: list[Any]) -> tuple[Msg, ...]:
    if not devices:
        return (NULL,)
    triggerable = [device for device in devices if hasattr(device, "trigger")]
    if not triggerable:
        return ()
    group = short_uid("trigger")
    return (*(Msg("trigger", device, group=group) for device in triggerable), wait_message(group))
