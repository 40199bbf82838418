"""A simulated motor behaves like a motor."""

import sys

import pytest

from bsh.devices.sim import ManualClock, SimMotor
from bsh.errors import DeviceError, LimitError


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def th(clock):
    return SimMotor("th", units="deg", limits=(-180, 180), velocity=10.0, clock=clock)


def test_without_velocity_it_arrives_before_set_returns():
    motor = SimMotor("m")
    status = motor.set(2.5)
    assert status.success
    assert motor.position == 2.5
    assert not motor.moving


def test_with_velocity_it_takes_its_time_and_passes_all_positions(th, clock):
    status = th.set(20.0)
    assert th.moving
    clock.advance(0.5)
    assert th.position == pytest.approx(5.0)
    assert not status.done
    clock.advance(1.5)
    assert status.success
    assert th.position == 20.0
    assert not th.moving


def test_readings_are_readback_and_setpoint_under_the_fields_names(th, clock):
    th.set(10.0)
    clock.advance(0.5)
    reading = th.read()
    assert list(reading) == ["th", "th_setpoint"]
    assert reading["th"] == {"value": pytest.approx(5.0), "timestamp": clock.time()}
    assert reading["th_setpoint"] == {"value": 10.0, "timestamp": clock.time() - 0.5}
    assert th.locate() == {"setpoint": 10.0, "readback": pytest.approx(5.0)}
    assert th.hints == {"fields": ["th"]}


def test_a_target_out_of_limits_names_motor_value_limit_unit_and_what_to_type(th):
    with pytest.raises(LimitError) as raised:
        th.set(200)
    assert str(raised.value) == "th: 200 deg is above the high limit 180 deg"
    assert "wm th" in raised.value.hint
    with pytest.raises(LimitError, match="below the low limit -180 deg"):
        th.check_value(-180.1)
    assert th.position == 0.0
    assert not th.moving


@pytest.mark.parametrize("target", ["abc", None, float("nan"), float("inf")])
def test_a_target_that_is_no_finite_number_is_refused(th, target):
    with pytest.raises(DeviceError, match="number"):
        th.set(target)
    assert not th.moving


@pytest.mark.parametrize("limits", [None, (0, 0)])
def test_no_limits_means_anywhere(limits):
    motor = SimMotor("m", limits=limits)
    motor.set(1e6)
    assert motor.limits == (0.0, 0.0)
    assert motor.position == 1e6


def test_limits_can_be_changed_in_any_order(th):
    th.limits = [5, -5]
    assert th.limits == (-5.0, 5.0)
    assert (th.low_limit, th.high_limit) == (-5.0, 5.0)
    with pytest.raises(LimitError):
        th.set(6)


def test_stop_ends_the_move_as_told_and_the_motor_stays_where_it_is(th, clock):
    status = th.set(20.0)
    clock.advance(0.5)
    th.stop(success=True)
    assert status.success
    clock.advance(10)
    assert th.position == pytest.approx(5.0)
    assert th.setpoint == th.position


def test_an_unsuccessful_stop_says_where_and_on_the_way_to_what(th, clock):
    status = th.set(20.0)
    clock.advance(0.5)
    th.stop(success=False)
    assert str(status.exception()) == "th was stopped at 5.000 deg on its way to 20.000 deg"


def test_stopping_a_motor_at_rest_does_nothing(th):
    th.stop()
    assert th.position == 0.0


def test_a_second_target_replaces_the_first_whose_status_fails(th, clock):
    first = th.set(20.0)
    clock.advance(0.5)
    second = th.set(0.0)
    assert str(first.exception()) == "th: the move to 20.000 deg was replaced by one to 0.000 deg"
    clock.advance(0.5)
    assert second.success
    assert th.position == 0.0


def test_progress_goes_from_all_to_nothing_left(th, clock):
    seen = []
    th.set(10.0).watch(lambda **progress: seen.append(progress))
    clock.advance(1.0)
    assert seen[0]["fraction"] == 1.0
    assert seen[0]["time_remaining"] == pytest.approx(1.0)
    middle = min(seen, key=lambda progress: abs(progress["time_elapsed"] - 0.5))
    assert middle["current"] == pytest.approx(5.0)
    assert middle["fraction"] == pytest.approx(0.5)
    assert (middle["initial"], middle["target"], middle["unit"], middle["precision"]) == (0.0, 10.0, "deg", 3)
    assert seen[-1]["fraction"] == 0.0
    assert seen[-1]["time_remaining"] == 0.0


def test_subscribers_hear_of_a_move_twenty_times_a_second(th, clock):
    seen = []
    th.subscribe(lambda *, value, **_: seen.append(value), run=False)
    th.set(10.0)
    clock.advance(1.0)
    assert len(seen) == 20
    assert seen == sorted(seen)
    assert seen[-1] == 10.0


def test_a_subscriber_that_comes_in_mid_move_hears_the_present_value_and_the_rest(th, clock):
    seen = []
    th.set(10.0)
    clock.advance(0.5)

    def listen(*, value, **_):
        seen.append(value)

    th.subscribe(listen)
    assert seen == [pytest.approx(5.0)]
    clock.advance(0.5)
    assert seen[-1] == 10.0
    th.clear_sub(listen)
    th.set(0.0)
    clock.advance(5)
    assert seen[-1] == 10.0


def test_a_stop_is_told_to_subscribers(th, clock):
    seen = []
    th.subscribe(lambda *, value, **_: seen.append(value), run=False)
    th.set(10.0)
    clock.advance(0.52)
    th.stop()
    assert seen[-1] == pytest.approx(5.2)


def test_an_unwatched_move_needs_one_timer_only(th, clock):
    th.set(10.0)
    assert clock.advance_to_next()
    assert th.position == 10.0
    assert not clock.advance_to_next()


def test_a_stuck_motor_never_arrives_until_it_is_stopped(th, clock):
    th.stuck = True
    status = th.set(10.0)
    clock.advance(1000)
    assert not status.done
    assert th.moving
    assert th.position == 0.0
    th.stop(success=False)
    assert status.done
    th.stuck = False
    th.set(10.0)
    clock.advance(1)
    assert th.position == 10.0


def test_a_motor_that_misses_says_success_at_the_wrong_place(th, clock):
    th.misses_by = 0.2
    status = th.set(10.0)
    clock.advance(2)
    assert status.success
    assert th.position == 10.2
    assert abs(th.position - 10.0) > th.tolerance


def test_velocity_and_acceleration_are_configuration_and_change_the_duration(th, clock):
    assert th.move_time(0, 20) == 2.0
    old, new = th.configure({"velocity": 5, "th_acceleration": 1.0})
    assert old["th_velocity"]["value"] == 10.0
    assert new["th_velocity"]["value"] == 5.0
    assert th.move_time(0, 20) == 5.0
    status = th.set(20)
    clock.advance(4.9)
    assert not status.done
    clock.advance(0.2)
    assert status.done


def test_configuring_an_unknown_setting_changes_nothing(th):
    with pytest.raises(KeyError, match="speed"):
        th.configure({"velocity": 1.0, "speed": 2.0})
    assert th.velocity.get() == 10.0


def test_redefining_the_position_moves_nothing_and_takes_limits_and_offset_along(th):
    th.set_current_position(5.0)
    assert th.position == 5.0
    assert th.dial_position == 0.0
    assert th.limits == (-175.0, 185.0)
    assert th.user_offset.get() == 5.0
    assert th.read_configuration()["th_user_offset"]["value"] == 5.0


def test_the_position_cannot_be_redefined_in_mid_move(th):
    th.set(10)
    with pytest.raises(DeviceError, match="th is moving"):
        th.set_current_position(0)


def test_staging_returns_the_device_itself(th):
    assert th.stage() == [th]
    assert th.unstage() == [th]


def test_units_and_egu_are_the_same_keyword():
    assert SimMotor("a", units="mm").egu == SimMotor("a", egu="mm").units == "mm"


def test_simulated_devices_import_neither_ophyd_nor_numpy(tmp_path):
    import subprocess

    code = "import sys, bsh.devices.sim; print(sorted({'ophyd', 'numpy', 'epics'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "[]"
