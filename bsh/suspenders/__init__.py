"""Suspenders hold plans back while a signal is bad, and let them go on when it is good again."""

from bsh.suspenders.acting import SkipPoints, StopRun
from bsh.suspenders.bands import SuspendInBand, SuspendOutBand, SuspendWhenOutsideBand
from bsh.suspenders.base import SuspenderBase, SuspenderReport
from bsh.suspenders.changed import SuspendWhenChanged
from bsh.suspenders.levels import SuspendBoolHigh, SuspendBoolLow, SuspendCeil, SuspendFloor

__all__ = [
    "SkipPoints",
    "StopRun",
    "SuspendBoolHigh",
    "SuspendBoolLow",
    "SuspendCeil",
    "SuspendFloor",
    "SuspendInBand",
    "SuspendOutBand",
    "SuspendWhenChanged",
    "SuspendWhenOutsideBand",
    "SuspenderBase",
    "SuspenderReport",
]
