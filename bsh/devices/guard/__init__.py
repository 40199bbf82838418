"""Moves, settings and measurements of EPICS devices that tell the truth about how they ended."""

from bsh.devices.guard.guarded_action import GuardedAction
from bsh.devices.guard.guarded_move import GuardedMove
from bsh.devices.guard.hardware_guard import STALL_S, HardwareGuard

__all__ = ["STALL_S", "GuardedAction", "GuardedMove", "HardwareGuard"]
