"""Trapezoid motion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh.devices.sim import Trajectory

positions = st.floats(-1e3, 1e3).map(lambda position: round(position, 6))
moves = st.builds(Trajectory, positions, positions, st.floats(0.01, 100), st.floats(0, 5))


def test_constant_speed_takes_distance_over_velocity():
    move = Trajectory(1.0, -3.0, velocity=2.0)
    assert move.duration == 2.0
    assert move.position(1.0) == -1.0
    assert move.speed(1.0) == 2.0


def test_a_long_move_adds_one_ramp_to_the_time():
    assert Trajectory(0.0, 10.0, velocity=5.0, acceleration_time=1.0).duration == 3.0


def test_a_short_move_never_reaches_top_speed():
    move = Trajectory(0.0, 1.0, velocity=5.0, acceleration_time=1.0)
    assert move.duration == pytest.approx(2 * (1.0 / 5.0) ** 0.5)
    assert move.speed(move.duration / 2) < 5.0
    assert move.position(move.duration / 2) == pytest.approx(0.5)


def test_no_distance_takes_no_time():
    assert Trajectory(2.0, 2.0, velocity=1.0, acceleration_time=1.0).duration == 0.0


@given(moves)
def test_a_move_begins_at_the_start_and_ends_at_the_target(move):
    assert move.position(0.0) == move.start or move.duration == 0.0
    assert move.position(move.duration) == move.target
    assert move.position(move.duration + 1) == move.target


@given(moves, st.floats(0, 1), st.floats(0, 1))
def test_a_move_never_turns_back_nor_exceeds_its_speed(move, one, two):
    first, second = sorted((one * move.duration, two * move.duration))
    way = abs(move.position(second) - move.start) - abs(move.position(first) - move.start)
    slack = 1e-6 * (1 + move.distance)
    assert -slack <= way <= move.velocity * (second - first) + slack
    assert move.speed(first) <= move.velocity * (1 + 1e-9)
