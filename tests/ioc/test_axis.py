"""The mechanics behind a motor record."""

from math import inf

import pytest

from bsh.ioc.axis import Axis, AxisSettings


def _axis(**kwargs):
    settings = {"velocity": 2.0, "acceleration_time": 0.0, "resolution": 0.001} | kwargs
    return Axis(AxisSettings("test", **settings))


def test_it_moves_at_its_velocity_and_stops_at_the_target():
    axis = _axis()
    axis.start(4.0, now=10.0)
    axis.update(11.0)
    assert axis.dial == 2.0
    assert axis.remaining(11.0) == 1.0
    axis.update(12.5)
    assert axis.dial == 4.0
    assert not axis.moving


def test_it_stops_at_whole_motor_steps():
    axis = _axis(resolution=0.1)
    axis.start(0.26, now=0.0)
    axis.update(10.0)
    assert axis.dial == pytest.approx(0.3)
    assert axis.steps == 3


def test_a_stop_needs_a_way_to_slow_down():
    axis = _axis(acceleration_time=1.0)
    axis.start(20.0, now=0.0)
    axis.stop(now=5.0)
    position = axis.dial
    assert axis.moving
    axis.update(6.0)
    assert axis.dial == pytest.approx(position + 1.0)
    assert not axis.moving


def test_a_new_target_in_mid_move_starts_from_where_it_is():
    axis = _axis()
    axis.start(4.0, now=0.0)
    axis.start(0.0, now=1.0)
    axis.update(1.5)
    assert axis.dial == 1.0


def test_a_limit_switch_ends_the_motion_and_lets_it_go_back():
    axis = _axis(high_limit=1.0, switch_distance=1.0)
    axis.start(10.0, now=0.0)
    axis.update(3.0)
    assert axis.dial == 2.0
    assert axis.at_high_switch
    assert not axis.moving
    axis.start(0.0, now=3.0)
    axis.update(4.0)
    assert not axis.at_high_switch
    assert axis.dial == 0.0


def test_a_stuck_axis_stays_and_never_arrives_until_freed():
    axis = _axis()
    axis.start(4.0, now=0.0)
    axis.update(1.0)
    axis.stuck = True
    axis.update(100.0)
    assert axis.dial == 2.0
    assert axis.remaining(100.0) == inf
    axis.stuck = False
    axis.update(101.0)
    assert axis.dial == 4.0


def test_a_stuck_axis_can_be_stopped():
    axis = _axis()
    axis.stuck = True
    axis.start(4.0, now=0.0)
    axis.stop(now=1.0)
    assert not axis.moving
    assert axis.dial == 0.0


def test_offset_and_direction_change_the_users_numbers_and_not_the_dial():
    axis = _axis(low_limit=-1.0, high_limit=3.0)
    axis.redefine(10.0)
    assert (axis.user, axis.dial) == (10.0, 0.0)
    assert axis.user_limits == (9.0, 13.0)
    axis.direction = -1
    axis.redefine(0.0)
    assert axis.user_limits == (-3.0, 1.0)
    assert axis.to_dial(-2.0) == 2.0


def test_user_limits_of_a_reversed_axis_reach_the_right_dial_limits():
    axis = _axis()
    axis.direction = -1
    axis.user_limits = (-2.0, 7.0)
    assert axis.dial_limits == (-7.0, 2.0)
    assert axis.allows(-7.0)
    assert not axis.allows(2.1)


def test_limits_of_zero_are_no_limits():
    axis = _axis()
    axis.user_limits = (0.0, 0.0)
    assert axis.allows(1e6)
    assert axis.user_limits == (0.0, 0.0)
