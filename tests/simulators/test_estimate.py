from __future__ import annotations

from math import inf

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh.devices.sim import ManualClock, SimDetector, SimMotor
from bsh.errors import LimitError
from bsh.msg import Msg
from bsh.plans import spec
from bsh.simulators import Estimate, Travel, estimate, learned_overhead, preflight
from tests.plans.devices import Motor, Signal


def motor(name="m", **kwargs):
    return SimMotor(name, units="deg", **{"velocity": 2.0, **kwargs})


def det(seconds=0.5, name="det"):
    return SimDetector(name, count_time=seconds)


def test_a_scan_is_moving_and_counting():
    m = motor(position=-1)
    found = estimate(bp.scan([det()], m, 0, 4, 5))
    assert (found.points, found.moves) == (5, 5)
    assert found.moving == pytest.approx((1 + 4) / 2)
    assert found.counting == pytest.approx(5 * 0.5)
    assert found.seconds == pytest.approx(5.0)
    assert found.complete


def test_the_travel_tells_range_and_way():
    m = motor(position=2)
    found = estimate(spec.dscan([det()], m, -1, 3, 2, None))
    assert found.travel == {
        "m": Travel(start=2.0, low=1.0, high=5.0, distance=1 + 4 + 3, unit="deg", moves=4)
    }
    assert found.moves == 4


def test_the_moves_of_each_axis_are_counted():
    x, y = motor(), Motor("y")
    found = estimate(bp.grid_scan([], x, 0, 1, 3, y, 1, 2, 4, snake_axes=True))
    assert (found.travel["m"].moves, found.travel["y"].moves) == (2, 10)
    assert found.moves == 12


def test_the_travel_may_be_asked_for_by_device():
    x, y = motor(position=2), motor("y", position=7)
    found = estimate(spec.ascan([], x, 3, 5, 2, None), [y])
    assert found.travel == {"y": Travel(7, 7, 7, unit="deg")}
    assert found.moves == 3


def test_what_a_device_takes_beyond_its_speed_is_added_to_each_move_and_trigger():
    plan = lambda: spec.ascan([det()], motor(velocity=1), 0, 4, 4, 0.5)  # noqa: E731
    found, plain = estimate(plan(), overheads={"m": 0.25, "det": 0.1}), estimate(plan())
    assert found.moving - plain.moving == pytest.approx(4 * 0.25)
    assert found.counting - plain.counting == pytest.approx(5 * 0.1)


def test_the_overhead_of_a_point_is_learned_from_how_long_a_plan_took():
    foreseen = Estimate(points=10, moves=0, seconds=20.0)
    assert learned_overhead(foreseen, 25.0) == 0.5
    assert learned_overhead(foreseen, 15.0) == 0.0
    assert learned_overhead(Estimate(points=None, moves=0), 15.0) == 0.0


def test_the_count_time_of_the_command_counts_not_the_present_one():
    assert estimate(spec.ascan([det(99)], motor(velocity=None), 0, 1, 9, 0.2)).counting == pytest.approx(2.0)


def test_detectors_count_at_the_same_time_and_axes_move_at_the_same_time():
    a, b = motor("a", velocity=1), motor("b", velocity=10)
    found = estimate(bp.scan([det(0.5, "d"), det(2, "e")], a, 0, 3, b, 0, 3, 2))
    assert found.counting == pytest.approx(4.0)
    assert found.moving == pytest.approx(3.0)


def test_acceleration_and_settle_time_count():
    m = motor(acceleration=0.5)
    m.settle_time = 0.25
    long = estimate(bps.mv(m, 10))
    assert long.seconds == pytest.approx(10 / 2 + 0.5 + 0.25)
    m.settle_time = 0.0
    assert estimate(bps.mv(m, 0.25)).seconds == pytest.approx(m.move_time(0, 0.25))


def test_the_estimate_is_what_simulated_motors_take():
    clock = ManualClock()
    m = SimMotor("m", velocity=3, acceleration=0.2, clock=clock)
    predicted = estimate(bp.list_scan([], m, [1, 5, -2, 0.1])).seconds
    for target in (1, 5, -2, 0.1):
        status = m.set(target)
        while not status.done:
            assert clock.advance_to_next()
    assert predicted == pytest.approx(clock.now(), rel=0.01)


def test_sleeps_and_a_fixed_time_for_each_point_are_overheads():
    found = estimate(spec.ascan([], motor(velocity=None), 0, 1, 3, None, settle=0.1), overhead=0.2)
    assert found.overheads == pytest.approx(4 * 0.1 + 4 * 0.2)
    assert found.seconds == pytest.approx(found.overheads)


def test_delays_between_shots_count():
    assert estimate(bp.count([], 3, delay=10)).seconds == pytest.approx(20, abs=0.5)


def test_the_profile_may_name_the_count_time():
    class Other:
        name, parent = "other", None
        exposure = Signal("exposure", 3.0)

        def trigger(self): ...
        def read(self): ...

    Other.exposure._value = 3.0
    assert estimate(bp.count([Other()], 2), count_time={"other": "exposure"}).seconds == pytest.approx(6.0)
    assert estimate(bp.count([Other()], 2)).seconds == 0


@pytest.mark.parametrize("plan", [lambda: spec.timescan([det()], 1), lambda: bp.count([det()], None)])
def test_an_endless_plan_has_no_number_of_points(plan):
    found = estimate(plan())
    assert found.points is None
    assert found.seconds == inf


def test_a_scan_of_several_runs_has_all_points():
    def plan():
        yield from bp.count([det()], 3)
        yield from bp.count([det()], 4)

    assert estimate(plan()).points == 7


def test_the_baseline_is_no_point():
    from bsh.preprocessors import baseline_wrapper

    assert estimate(baseline_wrapper(bp.count([det()], 3), [motor()])).points == 3


def test_a_plan_that_decides_by_readings_is_followed_as_far_as_possible():
    m, d = motor(), det()
    for plan in (
        bp.adaptive_scan([d], "det", m, 0, 5, 0.1, 1, 1, False),
        bp.tune_centroid([d], "det", m, 0, 5, 0.1),
    ):
        found = estimate(plan)
        assert found.points > 3
        assert not found.complete

    def unforeseeable():
        readings = yield from bps.trigger_and_read([d])
        yield from bps.sleep(readings["nowhere"]["value"])

    assert not estimate(unforeseeable()).complete


def test_a_plan_that_only_passes_readings_on_is_complete():
    def plan():
        readings = yield from bps.trigger_and_read([det(), motor()])
        return {**readings}, (yield from bps.rd(motor("other"))), dict(readings["det"])

    assert estimate(plan()).complete
    assert estimate(spec.dscan([det()], motor(), 0, 1, 3, 0.1)).complete


@pytest.mark.parametrize("look", [lambda reading: reading["value"], lambda reading: reading.get("value")])
def test_looking_at_a_measured_value_makes_the_estimate_a_guess(look):
    def plan():
        readings = yield from bps.trigger_and_read([det()])
        look(readings["det"])

    assert not estimate(plan()).complete


def test_a_ramp_and_a_flight_can_be_estimated():
    m = motor()
    ramp = bp.ramp_plan(lambda: bps.abs_set(m, 5), m, lambda: bps.trigger_and_read([det()]))
    assert estimate(ramp).points == 2


def test_tweak_can_be_estimated():
    assert estimate(bp.tweak(det(), "det", motor(), 1)).points is None


def test_readings_are_where_the_plan_put_the_axes():
    m = motor(position=1.5)
    places = []

    def plan():
        places.append((yield from bps.rd(m)))
        yield from bps.mv(m, 4)
        places.append((yield from bps.rd(m)))
        reading = yield from bps.read(m)
        places.append(reading["m"]["value"])
        location = yield from bps.locate(m)
        places.append(location["setpoint"])
        many = yield from bps.locate(m, m, squeeze=False)
        places.append(len(many))

    estimate(plan())
    assert places == [1.5, 4, 4, 4, 2]


def test_devices_that_are_read_together_are_where_the_plan_put_them():
    m, d = motor(position=1.5), det()
    readings = {}

    def plan():
        yield from bps.mv(m, 4)
        readings.update((yield from bps.read_together(d, m)))

    assert estimate(plan()).complete
    assert readings["m"]["value"] == 4
    assert set(readings) == {"m", "det"}


def test_answers_let_ordinary_plans_go_on():
    seen = {}

    def plan():
        for command in (
            "rewindable",
            "input",
            "wait",
            "set",
            "kickoff",
            "configure",
            "collect",
            "stage",
            "open_run",
        ):
            seen[command] = yield Msg(command, motor())
        seen["unknown"] = yield Msg("whatever")

    estimate(plan())
    assert seen["rewindable"] is True
    assert seen["input"] == ""
    assert seen["wait"] is True
    assert seen["set"].done
    assert seen["set"].success
    assert seen["configure"] == ({}, {})
    assert seen["collect"] == seen["stage"] == []
    assert isinstance(seen["open_run"], str)
    assert seen["unknown"] is None


def test_an_estimate_costs_a_few_times_the_making_of_the_plans_messages():
    from time import process_time

    m, d = motor(), det()

    def cost(walk):
        began = process_time()
        for _ in range(30):
            walk(spec.ascan([d], m, 0, 1, 200, 0.1))
        return process_time() - began

    made, estimated = zip(*((cost(list), cost(estimate)) for _ in range(5)))
    assert min(estimated) < 10 * min(made)


def test_devices_that_know_nothing_take_no_time():
    assert estimate(bp.scan([], Motor("m"), 0, 1, 3)).seconds == 0


def test_a_disconnected_velocity_is_not_asked_for():
    class Dead:
        connected = False

        def get(self):
            raise AssertionError("asked")

    m = Motor("m")
    m.velocity = Dead()
    assert estimate(bps.mv(m, 3)).seconds == 0


def test_preflight_checks_limits_and_estimates_in_one_walk():
    m = motor(limits=(-1, 1))
    assert preflight(bp.scan([det()], m, 0, 1, 3)).points == 3
    with pytest.raises(LimitError, match="outside"):
        preflight(bp.scan([det()], m, 0, 2, 3))
