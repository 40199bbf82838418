from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh.plan_patterns import (
    spiral,
    spiral_fermat,
    spiral_fermat_points,
    spiral_points,
    spiral_square_pattern,
    spiral_square_points,
)
from tests.plans.devices import Motor

x, y = Motor("x"), Motor("y")

sizes = st.floats(0.5, 5)


def reference_spiral(x_range, y_range, dr, nth, dr_y, tilt):
    aspect = 1 if dr_y is None else dr_y / dr
    half_x, half_y = x_range / 2, y_range / (2 * aspect)
    rings = 1 + int(np.sqrt(half_x**2 + half_y**2) / dr)
    found = []
    for ring in range(1, rings + 2):
        for step in range(int(ring * nth)):
            angle = step * 2 * np.pi / (ring * nth)
            px, py = ring * dr * np.cos(angle), ring * dr * np.sin(angle) * aspect
            if abs(px - (py / aspect) / np.tan(tilt + np.pi / 2)) <= half_x and abs(py / aspect) <= half_y:
                found.append((px, py))
    return np.array(found).reshape(-1, 2)


@given(
    sizes, sizes, st.floats(0.2, 1), st.integers(1, 8), st.none() | st.floats(0.2, 1), st.floats(-0.7, 0.7)
)
def test_a_spiral_follows_its_formula(x_range, y_range, dr, nth, dr_y, tilt):
    found = spiral_points(x, y, 0, 0, x_range, y_range, dr, nth, dr_y=dr_y, tilt=tilt).array()
    wanted = reference_spiral(x_range, y_range, dr, nth, dr_y, tilt)
    assert abs(len(found) - len(wanted)) <= 4  # a point on the rim may be in or out by the last bit
    if len(found) == len(wanted):
        np.testing.assert_allclose(found.astype(float), wanted, atol=1e-9)


def test_a_spiral_is_placed_at_its_start():
    at_origin = spiral_points(x, y, 0, 0, 2, 2, 0.3, 5).array()
    moved = spiral_points(x, y, 10, -20, 2, 2, 0.3, 5).array()
    np.testing.assert_allclose(moved - at_origin, np.tile([10, -20], (len(moved), 1)))


@given(sizes, sizes, st.floats(0.1, 0.5), st.floats(0.5, 2))
def test_fermats_spiral_stays_in_its_window_and_starts_inside(x_range, y_range, dr, factor):
    points = np.array(
        list(spiral_fermat_points(x, y, 1, 2, x_range, y_range, dr, factor)), dtype=float
    ).reshape(-1, 2)
    assert (np.abs(points[:, 0] - 1) <= x_range / 2 + 1e-9).all()
    assert (np.abs(points[:, 1] - 2) <= y_range / 2 + 1e-9).all()
    radii = np.hypot(points[:, 0] - 1, points[:, 1] - 2)
    assert (np.diff(radii) > 0).all()


def test_fermats_spiral_has_the_density_that_its_step_says():
    points = spiral_fermat_points(x, y, 0, 0, 10, 10, 0.5, 1)
    assert len(points) == pytest.approx(10 * 10 / (np.pi * 0.5**2), rel=0.05)


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_square_spiral_visits_every_point_of_the_grid_once(x_num, y_num):
    found = list(spiral_square_points(x, y, 0, 0, 4, 2, x_num, y_num))
    assert len(found) == len(set(found)) == x_num * y_num
    assert len({px for px, _ in found}) == x_num
    assert len({py for _, py in found}) == y_num


@given(st.integers(2, 9))
def test_a_square_spiral_goes_from_neighbour_to_neighbour_outwards(num):
    found = list(spiral_square_points(x, y, 0, 0, num - 1, num - 1, num, num))
    for before, after in pairwise(found):
        assert abs(before[0] - after[0]) + abs(before[1] - after[1]) == pytest.approx(1)
    distances = [max(abs(px), abs(py)) for px, py in found]
    assert all(after >= before - 1e-9 for before, after in pairwise(distances))


def test_a_square_spiral_of_odd_size_starts_at_its_centre():
    assert next(iter(spiral_square_points(x, y, 3, 4, 2, 2, 5, 5))) == pytest.approx((3, 4))


def test_a_square_spiral_of_even_size_ends_in_the_lower_corner():
    assert list(spiral_square_points(x, y, 0, 0, 4, 4, 10, 10))[-1] == (-2, -2)


def test_the_cyclers_hold_the_points_of_the_trajectories():
    for made, points in (
        (spiral(x, y, 0, 0, 2, 2, 0.5, 4), spiral_points(x, y, 0, 0, 2, 2, 0.5, 4)),
        (spiral_fermat(x, y, 0, 0, 2, 2, 0.5, 1), spiral_fermat_points(x, y, 0, 0, 2, 2, 0.5, 1)),
        (spiral_square_pattern(x, y, 0, 0, 2, 2, 3, 3), spiral_square_points(x, y, 0, 0, 2, 2, 3, 3)),
    ):
        assert [(point[x], point[y]) for point in made] == list(points)


@pytest.mark.parametrize("dr", [0, -1])
def test_a_ring_distance_that_never_ends_is_refused(dr):
    with pytest.raises(ValueError, match="distance of rings"):
        spiral_points(x, y, 0, 0, 1, 1, dr, 4)


def test_no_angles_and_no_factor_are_refused():
    with pytest.raises(ValueError, match="nth=0"):
        spiral_points(x, y, 0, 0, 1, 1, 0.1, 0)
    with pytest.raises(ValueError, match="factor"):
        spiral_fermat_points(x, y, 0, 0, 1, 1, 0.1, 0)
