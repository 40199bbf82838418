"""A move of a motor record of ophyd-async that is done when the motor is where it was sent.

The status of such a motor ends with the put-callback, whatever ended the motion, and libca ends that with an error that
nobody looks at when the IOC dies.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Any

from bsh.devices.status import Status
from bsh.errors import DeviceError

__all__ = ["GuardedAsyncMove", "is_async_record", "lost_channels"]

LOOK_EVERY_S = 0.1

ANSWER_WITHIN_S = 2.0

STEPS = 20
"""So many times its last decimal is near enough, where nobody has said what is."""

_SIGNALS = ("user_readback", "user_setpoint", "motor_done_move", "motor_stop")


def is_async_record(device: Any) -> bool:
    """Tell whether a device looks like ophyd-async's motor record.

    Parameters
    ----------
    device : device
        An asynchronous one.
    """
    return all(hasattr(device, name) for name in _SIGNALS)


def lost_channels(device: Any) -> list[str]:
    """Return the process variables of a device that have lost their connection, as far as aioca knows.

    Parameters
    ----------
    device : device
        An asynchronous one.
    """
    aioca = sys.modules.get("aioca")
    if aioca is None:
        return []
    names = {source.removeprefix("ca://") for source in _sources(device)}
    infos = aioca.get_channel_infos()
    return [info.name for info in infos if not info.connected and info.name in names]


def _sources(device: Any) -> list[str]:
    """Return the sources of a device's signals, its own if it is one."""
    found = [device.source] if isinstance(getattr(device, "source", None), str) else []
    children = getattr(device, "children", None)
    for _, child in children() if callable(children) else ():
        found += _sources(child)
    return found


class GuardedAsyncMove(Status):
    """A move of an asynchronous motor record.

    Made on the loop on which the motor lives.

    Parameters
    ----------
    motor : device
        Like ophyd-async's ``epics.motor.Motor``.
    target : float
        In the motor's units (EGU).
    inner : AsyncStatus
        What its ``set()`` returned.
    stall_s : float or None
        Seconds without any change of the readback after which it has failed; None for never.
    tolerance : float or None
        How far off is still there, in the motor's units (EGU); None if nobody has said.
    """

    __slots__ = ("_inner", "_seen", "_stall_s", "_start", "_task", "_tolerance")

    def __init__(
        self, motor: Any, target: float, inner: Any, *, stall_s: float | None, tolerance: float | None
    ) -> None:
        super().__init__(obj=motor, target=target)
        self._inner = inner
        self._stall_s = stall_s
        self._tolerance = tolerance
        self._start: float | None = None
        self._seen: float | None = None
        self._task = asyncio.get_running_loop().create_task(self._oversee())

    def watch(self, callback: Any) -> None:
        """Call a function while the motor moves, as the motor's own status does.

        Parameters
        ----------
        callback : callable
            Takes ophyd's keywords: name, current, initial, target, unit, precision, fraction...
        """
        watch = getattr(self._inner, "watch", None)
        if watch is not None:
            watch(callback)

    async def _oversee(self) -> None:
        readback = self.obj.user_readback
        try:
            readback.subscribe_reading(self._on_reading)
            try:
                why = await self._until_it_ends()
            finally:
                readback.clear_sub(self._on_reading)
        except Exception as error:  # it cannot be judged: that is a failure, not a success
            why = f"it could not be watched ({_words(error)})"
        if why is None:
            self.set_finished()
        else:
            self.set_exception(DeviceError(self._told(why), hint=f"look where it is: wm {self.obj.name}"))

    async def _until_it_ends(self) -> str | None:
        """Return why the move failed, None when it arrived."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        self._inner.add_callback(lambda _: ended.set())
        seen, changed_at = self._seen, loop.time()
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY_S)
            if lost_channels(self.obj):
                return "its connection was lost, and it may be moving still: see that its IOC runs"
            if self._seen != seen:
                seen, changed_at = self._seen, loop.time()
            elif self._stall_s is not None and loop.time() - changed_at > self._stall_s:
                with suppress(Exception):  # it does not answer: stopping it is worth a try
                    await asyncio.wait_for(self.obj.motor_stop.set(1), ANSWER_WITHIN_S)
                return f"nothing has changed for {self._stall_s:g} s; it was told to stop"
        failure = self._inner.exception(0.0)
        return _words(failure) if failure is not None else await self._what_is_wrong()

    async def _what_is_wrong(self) -> str | None:
        motor, near = self.obj, await self._near_enough()
        self._seen = await asyncio.wait_for(motor.user_readback.get_value(cached=False), ANSWER_WITHIN_S)
        if abs(self._seen - self.target) <= near:
            return None
        kept = await asyncio.wait_for(motor.user_setpoint.get_value(cached=False), ANSWER_WITHIN_S)
        if self._tolerance is None and abs(kept - self.target) <= near:
            return None  # for its record it has arrived: deadbands and encoders differ
        return "it was stopped, or sent elsewhere"

    async def _near_enough(self) -> float:
        if self._tolerance is not None:
            return self._tolerance
        digits = 0
        with suppress(Exception):
            digits = await asyncio.wait_for(self.obj.precision.get_value(), ANSWER_WITHIN_S)
        return float(STEPS * 10.0 ** -(digits if digits > 0 else 3))

    def _on_reading(self, reading: Any) -> None:
        (value,) = (one["value"] for one in reading.values())
        self._seen = value
        if self._start is None:
            self._start = value

    def _told(self, why: str) -> str:
        start, seen = ("?" if value is None else f"{value:.6g}" for value in (self._start, self._seen))
        return (
            f"{self.obj.name} did not arrive: {why} (it was sent from {start} to {self.target:.6g} "
            f"and was last seen at {seen})"
        )


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
