"""Relative plans on the real engine: whether their axes go back."""

from __future__ import annotations

import pytest

from bsh import RunEngine, RunEngineInterrupted
from bsh import plans as bp
from bsh.devices.sim import SimDetector, SimMotor


@pytest.mark.parametrize(("return_motors", "where"), [(True, 1.0), (False, 0.5)])
def test_stop_takes_axes_back_unless_told_to_leave_them(
    engine: RunEngine, return_motors: bool, where: float
) -> None:
    motor = SimMotor("m1", position=1.0, velocity=None)
    detector = SimDetector("det", motor=motor, count_time=0)
    engine.msg_hook = lambda msg: engine.request_pause(defer=True) if msg.command == "save" else None
    with pytest.raises(RunEngineInterrupted):
        engine(bp.rel_scan([detector], motor, -0.5, 0.5, 3))
    engine.msg_hook = None
    engine.stop(return_motors=return_motors)
    assert motor.position == pytest.approx(where)
