"""A simulated scaler: several counters that count together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.devices.sim.detector import SimDetector
from bsh.devices.sim.device import DataKeys
from bsh.protocols import Hints, Reading

__all__ = ["SimScaler"]


class SimScaler(SimDetector):
    """Counters that are started, and stop, together; each is read under a name of its own.

    Parameters
    ----------
    name : str
        Name of the device; none of its readings has it.
    channels : mapping of str to mapping
        Name of each counter, and what it takes as a :class:`SimDetector`: amplitude, motor...
    **keywords
        As for :class:`SimDetector`: what all counters share, `count_time`, `labels`, `clock`.

    Examples
    --------
    >>> scaler = SimScaler("scaler", channels={"mon": {"amplitude": 10, "noise": None}}, count_time=0)
    >>> scaler.trigger().success, scaler.read()["mon"]["value"]
    (True, 10.0)
    """

    def __init__(self, name: str, *, channels: Mapping[str, Mapping[str, Any]], **keywords: Any) -> None:
        super().__init__(name, **keywords)
        self.channels = tuple(
            SimDetector(channel, parent=self, clock=self.clock, **settings)
            for channel, settings in channels.items()
        )

    @property
    def hints(self) -> Hints:
        """The counters."""
        return {"fields": [channel.name for channel in self.channels]}

    def read(self) -> dict[str, Reading[Any]]:
        """Return the counts of the last trigger, of each counter; before its end those so far."""
        self._count_on()
        return {key: reading for channel in self.channels for key, reading in channel.read().items()}

    def describe(self) -> DataKeys:
        """Return the data key of each counter."""
        return {key: data_key for channel in self.channels for key, data_key in channel.describe().items()}

    def _count(self, seconds: float, *, more: bool = False, is_over: bool = True) -> None:
        for channel in self.channels:
            channel._count(seconds, more=more, is_over=is_over)
        super()._count(seconds, more=more, is_over=is_over)  # its subscribers hear of the end of the count
