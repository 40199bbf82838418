"""Public helpers for tests of plans, devices and beamline packages; nothing at run time imports them."""

from bsh.devices.sim import ManualClock
from bsh.testing.documents import DocumentCollector, assert_emitted

__all__ = ["DocumentCollector", "ManualClock", "assert_emitted"]
