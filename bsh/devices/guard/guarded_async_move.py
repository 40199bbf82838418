"""A move of a motor record of ophyd-async that is done when the motor is where it was sent.

The status of such a motor ends with the put-callback, whatever ended the motion, and libca ends that with an error that
nobody looks at when the IOC dies.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Any

from bsh.devices.guard.guarded_motion import ELSEWHERE, LOST, GuardedMotion
from bsh.devices.guard.guarded_status import reason

__all__ = ["GuardedAsyncMove", "is_async_record", "lost_channels"]

LOOK_EVERY_S = 0.1

ANSWER_WITHIN_S = 2.0

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


class GuardedAsyncMove(GuardedMotion):
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

    __slots__ = ("_severity", "_task")

    def __init__(
        self, motor: Any, target: float, inner: Any, *, stall_s: float | None, tolerance: float | None
    ) -> None:
        super().__init__(motor, target, inner, stall_s=stall_s, tolerance=tolerance)
        self._severity = 0
        self._task = asyncio.get_running_loop().create_task(self._oversee())

    async def _oversee(self) -> None:
        readback = self.obj.user_readback
        try:
            readback.subscribe_reading(self._on_reading)
            try:
                why = await self._until_it_ends()
            finally:
                readback.clear_sub(self._on_reading)
        except Exception as error:  # it cannot be judged: that is a failure, not a success
            self.give_up(error)
            return
        if why is None:
            self.set_finished()
        else:
            self._fail(why)

    async def _until_it_ends(self) -> str | None:
        """Return why the move failed, None when it arrived."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        self._inner.add_callback(lambda _: ended.set())
        seen, changed_at = self._seen, loop.time()
        with suppress(Exception):  # it may have none
            self._unit = await asyncio.wait_for(self.obj.motor_egu.get_value(), ANSWER_WITHIN_S)
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY_S)
            if lost_channels(self.obj):
                return LOST
            if self._seen != seen:
                seen, changed_at = self._seen, loop.time()
            elif self._stall_s is not None and loop.time() - changed_at > self._stall_s:
                with suppress(Exception):  # it does not answer: stopping it is worth a try
                    await asyncio.wait_for(self.obj.motor_stop.set(1), ANSWER_WITHIN_S)
                return self._stalled()
        failure = self._inner.exception(0.0)
        return reason(failure) if failure is not None else await self._what_is_wrong()

    async def _what_is_wrong(self) -> str | None:
        motor, near = self.obj, await self._near_enough()
        self._seen = await asyncio.wait_for(motor.user_readback.get_value(cached=False), ANSWER_WITHIN_S)
        if self._severity > 0:
            return f"its readback is in alarm ({'MINOR' if self._severity == 1 else 'MAJOR'})"
        if abs(self._seen - self.target) <= near:
            return None
        kept = await asyncio.wait_for(motor.user_setpoint.get_value(cached=False), ANSWER_WITHIN_S)
        if self._tolerance is None and abs(kept - self.target) <= near:
            return None  # for its record it has arrived: deadbands and encoders differ
        return ELSEWHERE

    async def _near_enough(self) -> float:
        if self._tolerance is not None:
            return self._tolerance
        precision = None
        with suppress(Exception):
            precision = await asyncio.wait_for(self.obj.precision.get_value(), ANSWER_WITHIN_S)
        return self._steps(precision)

    def _on_reading(self, reading: Any) -> None:
        (one,) = reading.values()
        self._seen = one["value"]
        self._severity = one.get("alarm_severity", 0)
        if self._start is None:
            self._start = self._seen
