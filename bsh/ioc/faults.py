"""Faults on demand: how a beamline misbehaves, at the push of a button."""

from __future__ import annotations

import os
import time
from typing import Any

from caproto.server import PVGroup, pvproperty

from bsh.ioc.motor import MotorRecord
from bsh.ioc.scaler import ScalerRecord

__all__ = ["Faults", "MotorFaults", "ScalerFaults"]


class MotorFaults(PVGroup):
    """Faults of one motor.

    ``stuck`` (it refuses to move), ``alarm`` (MAJOR, on the readback), ``limit`` (it is on its high limit switch), ``deaf``
    (STOP does nothing).

    Parameters
    ----------
    prefix : str
        Ends with a colon.
    motor : MotorRecord
        The one that misbehaves.
    """

    async def _put_stuck(self, instance: Any, value: int) -> None:
        await self._motor.set_stuck(bool(value))

    async def _put_alarm(self, instance: Any, value: int) -> None:
        await self._motor.set_alarm(bool(value))

    async def _put_limit(self, instance: Any, value: int) -> None:
        await self._motor.set_on_switch(bool(value))

    async def _put_deaf(self, instance: Any, value: int) -> None:
        self._motor.deaf = bool(value)

    stuck = pvproperty(name="stuck", value=0, put=_put_stuck)
    deaf = pvproperty(name="deaf", value=0, put=_put_deaf)
    limit = pvproperty(name="limit", value=0, put=_put_limit)
    alarm = pvproperty(name="alarm", value=0, put=_put_alarm)

    def __init__(self, prefix: str, *, motor: MotorRecord, **kwargs: Any) -> None:
        super().__init__(prefix, **kwargs)
        self._motor = motor


class ScalerFaults(PVGroup):
    """The fault of the scaler: ``stuck`` (it counts for ever, and nothing).

    Parameters
    ----------
    prefix : str
        Ends with a colon.
    scaler : ScalerRecord
        The one that misbehaves.
    """

    async def _put_stuck(self, instance: Any, value: int) -> None:
        self._scaler.stuck = bool(value)

    stuck = pvproperty(name="stuck", value=0, put=_put_stuck)

    def __init__(self, prefix: str, *, scaler: ScalerRecord, **kwargs: Any) -> None:
        super().__init__(prefix, **kwargs)
        self._scaler = scaler


class Faults(PVGroup):
    """Faults of the whole IOC: ``exit`` ends the process at once, ``hang`` answers nobody for n seconds."""

    async def _put_exit(self, instance: Any, value: int) -> None:
        if value:
            os._exit(1)

    async def _put_hang(self, instance: Any, value: float) -> None:
        time.sleep(max(0.0, value))  # blocks the event loop on purpose, as a frozen IOC does

    exit = pvproperty(name="exit", value=0, put=_put_exit)
    hang = pvproperty(name="hang", value=0.0, units="s", put=_put_hang)
