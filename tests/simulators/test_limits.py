from __future__ import annotations

import asyncio
import warnings
from time import process_time

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.devices.sim import SimDetector, SimMotor, SimSignal
from bsh.errors import DeviceOffline, LimitError
from bsh.msg import Msg
from bsh.plans import spec
from bsh.simulators import check_limits, check_limits_async, preflight
from tests.plans.devices import Motor, Positioner


@pytest.fixture
def m1():
    return SimMotor("m1", limits=(-10, 10), units="mm", position=1.0)


@pytest.fixture
def det():
    return SimDetector("det", count_time=0)


def test_a_scan_within_limits_passes(m1, det):
    check_limits(spec.ascan([det], m1, -10, 10, 4, 0.1))
    assert m1.position == 1.0


def test_the_first_offending_point_is_named_with_device_value_limits_unit_and_point(m1, det):
    with pytest.raises(LimitError) as error:
        check_limits(spec.ascan([det], m1, -6, 14, 10, 0.1))
    assert str(error.value) == "m1: 12 mm is outside [-10, 10] mm (point 9 of 11)"
    assert "m1" in error.value.hint


def test_nothing_moves_and_nothing_is_set(m1, det):
    with pytest.raises(LimitError):
        check_limits(spec.dscan([det], m1, -5, 20, 5, 3.0))
    assert (m1.position, det.count_time.get()) == (1.0, 0.0)


def test_relative_targets_count_from_where_the_motor_is(m1, det):
    check_limits(spec.dscan([det], m1, -11, 9, 5, 0.1))
    with pytest.raises(LimitError, match=r"m1: 10\.5 mm"):
        check_limits(spec.dscan([det], m1, 0, 9.5, 1, 0.1))


def test_relative_targets_count_from_where_the_plan_will_have_moved_the_motor(m1, det):
    def plan():
        yield from bps.mv(m1, 8)
        yield from spec.dscan([det], m1, 0, 3, 3, 0.1)

    with pytest.raises(LimitError, match=r"m1: 11 mm .* \(point 3 of 4\)"):
        check_limits(plan())


def test_a_move_outside_of_a_run_has_no_point(m1):
    with pytest.raises(LimitError) as error:
        check_limits(bps.mv(m1, 99))
    assert str(error.value) == "m1: 99 mm is outside [-10, 10] mm"


def test_the_points_are_counted_in_each_run(m1, det):
    def plan():
        yield from bp.count([det], 5)
        yield from bp.scan([det], m1, 0, 11, 2)

    with pytest.raises(LimitError, match=r"\(point 1 of 2\)"):
        check_limits(plan())


def test_a_device_that_explains_itself_is_quoted_with_the_point(m1, det):
    with pytest.raises(LimitError, match=r"m1 cannot be set to nan.*\(point 0 of 1\)"):
        check_limits(bpp.run_wrapper(bps.abs_set(m1, float("nan")), md={"num_points": 1}))


def test_errors_of_arguments_come_out_as_they_are(m1, det):
    with pytest.raises(ValueError, match="not a step size"):
        check_limits(bp.scan([det], m1, 0, 1, 2.5))


def test_an_axis_without_check_is_told_once_and_a_plain_signal_never():
    bare = Motor("bare")
    with pytest.warns(UserWarning, match="bare has no check_value") as caught:
        check_limits(bp.scan([], bare, 0, 1, 5))
    assert len(caught) == 1

    class Plain:
        name, parent = "plain", None

        def set(self, value): ...

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_limits(bps.abs_set(Plain(), 3))


def test_a_signal_with_limits_is_checked():
    with pytest.raises(LimitError, match="s: 9"):
        check_limits(bps.abs_set(SimSignal("s", limits=(0, 5)), 9))


def test_an_offline_device_stays_offline():
    class Offline(Motor):
        def check_value(self, value):
            raise DeviceOffline("m is offline")

    with pytest.raises(DeviceOffline):
        check_limits(bps.mv(Offline("m"), 3))


class Geometry(Positioner):
    """Its real axis is the sum of the pseudo axes, and may go up to 10."""

    def __init__(self, name):
        super().__init__(name)
        self.checked = []
        for axis in self.pseudo_positioners:
            axis.check_value = lambda value: None

    def check_value(self, position):
        self.checked.append(tuple(position))
        if sum(position) > 10:
            raise ValueError(f"{self.name}_real: {sum(position)} is above 10")


def test_a_pseudo_axis_is_checked_together_with_its_siblings_and_the_real_axes():
    hkl = Geometry("hkl")  # at h=1, k=2
    check_limits(bp.scan([], hkl.h, 0, 8, 3))
    with pytest.raises(LimitError, match=r"hkl_real: 10\.5 is above 10 \(point 1 of 2\)"):
        check_limits(bp.scan([], hkl.h, 0, 8.5, 2))


def test_pseudo_axes_that_move_together_are_checked_together():
    hkl = Geometry("hkl")
    with pytest.raises(LimitError, match=r"point 2 of 3"):
        check_limits(bp.scan([], hkl.h, 0, 6, hkl.k, 0, 6, 3))
    assert hkl.checked == [(0, 0), (3, 3), (6, 6)]


def test_a_pseudo_axis_that_is_set_on_its_own_is_checked_with_its_siblings():
    hkl = Geometry("hkl")
    with pytest.raises(LimitError, match="12"):
        check_limits(bps.abs_set(hkl.h, 10))
    check_limits(bps.abs_set(hkl, (4, 5)))


def test_an_endless_scan_is_checked_and_comes_to_an_end(det):
    check_limits(spec.timescan([det], 1))


def test_a_plan_that_never_ends_is_given_up():
    check_limits(bps.repeater(None, lambda: [Msg("null")]))


def test_a_plan_that_lives_on_readings_does_not_stop_the_check(m1, det):
    def plan():
        readings = yield from bps.trigger_and_read([det])
        yield from bps.mv(m1, readings["a key that only a real measurement has"]["value"])

    check_limits(plan())


def test_a_bug_in_a_plan_is_not_hidden():
    def plan():
        yield Msg("null")
        raise KeyError("bug")

    with pytest.raises(KeyError, match="bug"):
        check_limits(plan())


def test_the_plan_is_closed_at_the_first_offender(m1):
    closed = []

    def plan():
        try:
            yield from bps.mv(m1, 99)
        finally:
            closed.append(True)

    with pytest.raises(LimitError):
        check_limits(plan())
    assert closed == [True]


def test_limits_can_be_checked_inside_a_running_loop(m1):
    async def inside():
        check_limits(bps.mv(m1, 5))
        await check_limits_async(bps.mv(m1, 5))
        with pytest.raises(LimitError):
            await check_limits_async(bps.mv(m1, 50))

    asyncio.run(inside())


def test_coroutines_of_async_devices_are_awaited():
    class Async(Motor):
        async def check_value(self, value):
            if value > 10:
                raise ValueError("m: too far")

    asyncio.run(check_limits_async(bps.mv(Async("m"), 5)))
    with pytest.raises(ValueError, match="too far"):
        asyncio.run(check_limits_async(bps.mv(Async("m"), 50)))
    check_limits(bps.mv(Async("m"), 50))  # cannot wait; must not leave an unawaited coroutine behind


def test_ten_thousand_points_are_checked_and_timed_at_once(m1, det):
    best = min(_seconds(lambda: preflight(spec.ascan([det], m1, 0, 10, 9999, 0.1))) for _ in range(5))
    assert best < 0.2


def _seconds(function):
    began = process_time()
    function()
    return process_time() - began
