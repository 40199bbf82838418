"""Simulated devices: the same protocol as ophyd's, without ophyd, threads of their own, or hardware."""

from bsh.devices.sim.clock import Clock, ManualClock, WallClock, default_clock
from bsh.devices.sim.detector import SimDetector
from bsh.devices.sim.device import SimDevice
from bsh.devices.sim.motor import SimMotor
from bsh.devices.sim.ring import SimRing
from bsh.devices.sim.scaler import SimScaler
from bsh.devices.sim.shutter import SimShutter
from bsh.devices.sim.signal import SimSignal
from bsh.devices.sim.trajectory import Deceleration, Trajectory

__all__ = [
    "Clock",
    "Deceleration",
    "ManualClock",
    "SimDetector",
    "SimDevice",
    "SimMotor",
    "SimRing",
    "SimScaler",
    "SimShutter",
    "SimSignal",
    "Trajectory",
    "WallClock",
    "default_clock",
]
