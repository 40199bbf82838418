"""Everything that the demo IOC serves, under one prefix."""

from __future__ import annotations

import asyncio
from typing import Any

from bsh.ioc.axis import AxisSettings
from bsh.ioc.beam import Beam
from bsh.ioc.detector import ImageDetector
from bsh.ioc.faults import Faults, MotorFaults, ScalerFaults
from bsh.ioc.motor import MotorRecord
from bsh.ioc.ring import Ring
from bsh.ioc.scaler import ScalerRecord
from bsh.ioc.shutter import Shutter

__all__ = ["Beamline"]

MOTORS = {
    "m1": AxisSettings("sample x"),
    "m2": AxisSettings("sample y"),
    "m3": AxisSettings("theta", units="deg", velocity=20.0, low_limit=-180.0, high_limit=180.0, precision=4),
    "m4": AxisSettings("detector z", velocity=10.0, low_limit=-5.0, high_limit=1000.0, precision=3),
}


class Beamline:
    """The records of the demo beamline.

    Parameters
    ----------
    prefix : str
        Begins every record name, for example ``"SIM:"``.
    """

    def __init__(self, prefix: str) -> None:
        self.ring = Ring(f"{prefix}ring:")
        self.shutter = Shutter(f"{prefix}shutter")
        self.motors = {
            name: MotorRecord(f"{prefix}{name}", settings=settings) for name, settings in MOTORS.items()
        }
        beam = Beam(
            m1=lambda: self.motors["m1"].axis.user,
            m2=lambda: self.motors["m2"].axis.user,
            current=lambda: self.ring.present_current,
            is_open=lambda: self.shutter.is_open,
        )
        self.scaler = ScalerRecord(f"{prefix}scaler1", beam=beam)
        self.detector = ImageDetector(f"{prefix}det1:", beam=beam)
        self.faults = Faults(f"{prefix}fault:")
        self.scaler_faults = ScalerFaults(f"{prefix}fault:scaler1:", scaler=self.scaler)
        self.motor_faults = [
            MotorFaults(f"{prefix}fault:{name}:", motor=motor) for name, motor in self.motors.items()
        ]

    @property
    def records(self) -> dict[str, Any]:
        """All records by name, as a caproto server wants them."""
        groups: list[Any] = [
            self.ring,
            self.shutter,
            self.scaler,
            self.detector,
            self.faults,
            self.scaler_faults,
        ]
        groups += [*self.motors.values(), *self.motor_faults]
        return {name: record for group in groups for name, record in group.pvdb.items()}

    async def prepare(self) -> None:
        """Give every record its first values; called once, before clients can connect."""
        for motor in self.motors.values():
            await motor.prepare()
        await self.scaler.prepare()

    def start(self) -> list[asyncio.Task[None]]:
        """Start what goes on by itself; return the tasks, to be kept and cancelled by the caller."""
        return [asyncio.get_running_loop().create_task(self.ring.run())]
