"""Public helpers for tests of plans, devices and beamline packages; nothing at run time imports them."""

from bsh.devices.sim import ManualClock
from bsh.testing.documents import DocumentCollector, assert_emitted
from bsh.testing.plans import messages_of

__all__ = ["DocumentCollector", "ManualClock", "assert_emitted", "messages_of"]
