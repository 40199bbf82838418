"""Every pattern against a plain numpy reference, and against numbers that bluesky gives.

The tables at the end were made once with bluesky 1.15.1.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh import plan_patterns as patterns
from bsh.plan_patterns import GridAxis, Trajectory
from bsh.plans.grids import grid_axes
from tests.plans.devices import Motor, Positioner

x, y, z = Motor("x"), Motor("y"), Motor("z")
MOTORS = (x, y, z)

places = st.floats(-1e6, 1e6)
nums = st.integers(1, 5)
axes = st.lists(st.tuples(places, places, nums), min_size=1, max_size=3)


def as_array(cycler, motors):
    return np.array([[point[motor] for motor in motors] for point in cycler], dtype=float)


@given(axes, st.integers(1, 30))
def test_a_line_is_numpys_lines_side_by_side(given_axes, num):
    args = [part for motor, (start, stop, _) in zip(MOTORS, given_axes) for part in (motor, start, stop)]
    wanted = np.column_stack([np.linspace(start, stop, num) for start, stop, _ in given_axes])
    found = patterns.inner_product(num, args)
    np.testing.assert_array_equal(as_array(found, MOTORS[: len(given_axes)]), wanted)
    np.testing.assert_array_equal(patterns.line_points(num, args).array(), wanted)


def reference_grid(columns, snaking):
    """Every combination by numpy's mesh; every odd pass of a snaking axis turned round."""
    mesh = list(np.meshgrid(*columns, indexing="ij"))
    index = np.meshgrid(*(np.arange(len(column)) for column in columns), indexing="ij")
    for axis, snakes in enumerate(snaking):
        if not snakes or axis == 0:
            continue
        passes = np.zeros(mesh[0].shape, dtype=int)
        for slower in range(axis):
            passes = passes * len(columns[slower]) + index[slower]
        turned = np.where(passes % 2, len(columns[axis]) - 1 - index[axis], index[axis])
        mesh[axis] = np.asarray(columns[axis])[turned]
    return np.column_stack([each.ravel() for each in mesh])


@given(axes, st.data())
def test_a_grid_is_numpys_mesh_in_all_spellings_of_snaking(given_axes, data):
    motors = MOTORS[: len(given_axes)]
    flags = [index > 0 and data.draw(st.booleans()) for index in range(len(motors))]
    columns = [np.linspace(*axis) for axis in given_axes]
    wanted = reference_grid(columns, flags)
    flat = [[motor, *axis] for motor, axis in zip(motors, given_axes)]
    plain = [part for group in flat for part in group]
    interleaved = [
        part for index, group in enumerate(flat) for part in (*group, *([flags[index]] if index else []))
    ]
    named = [motor for motor, flag in zip(motors, flags) if flag]
    spellings = [(plain, named), (plain, iter(named)), (interleaved, None)]
    if all(flags[1:]):
        spellings.append((plain, True))
    if not any(flags):
        spellings += [(plain, False), (plain, None)]
    for args, snake_axes in spellings:
        found = patterns.grid_points(grid_axes(args, snake_axes))
        np.testing.assert_array_equal(found.array(), wanted)
    np.testing.assert_array_equal(as_array(patterns.outer_product(interleaved), motors), wanted)


@given(st.lists(st.lists(places, min_size=1, max_size=4), min_size=1, max_size=3), st.data())
def test_a_grid_of_lists_is_numpys_mesh(columns, data):
    motors = MOTORS[: len(columns)]
    flags = [index > 0 and data.draw(st.booleans()) for index in range(len(motors))]
    args = [part for pair in zip(motors, columns) for part in pair]
    named = [motor for motor, flag in zip(motors, flags) if flag]
    wanted = reference_grid(columns, flags)
    np.testing.assert_array_equal(as_array(patterns.outer_list_product(args, named), motors), wanted)
    everything = patterns.outer_list_product(args, True)
    np.testing.assert_array_equal(
        as_array(everything, motors), reference_grid(columns, [index > 0 for index in range(len(motors))])
    )


@given(st.integers(1, 20), st.data())
def test_lists_are_side_by_side(num, data):
    columns = [data.draw(st.lists(places, min_size=num, max_size=num)) for _ in range(2)]
    found = patterns.inner_list_product((x, columns[0], y, columns[1]))
    np.testing.assert_array_equal(as_array(found, (x, y)), np.column_stack(columns))


sizes = st.floats(0.5, 5)
steps = st.floats(0.1, 1)


def kept(points, x_range, y_range, aspect, tilt):
    """Keep what lies in the sheared rectangle; also tell whether a point is so near its rim that it may be either."""
    across = np.abs(points[:, 0] - points[:, 1] / np.tan(tilt + np.pi / 2))
    up = np.abs(points[:, 1])
    half_x, half_y = x_range / 2, y_range / 2 / aspect
    near = np.minimum(np.abs(across - half_x), np.abs(up - half_y)).min(initial=1.0) < 1e-9
    return points[(across <= half_x) & (up <= half_y)] * (1, aspect), near


@given(sizes, sizes, steps, st.integers(1, 8), st.none() | steps, st.floats(-0.7, 0.7), places, places)
def test_rings_are_numpys(x_range, y_range, dr, nth, dr_y, tilt, x_start, y_start):
    aspect = 1 if dr_y is None else dr_y / dr
    rings = np.arange(1, int(np.hypot(x_range / 2, y_range / 2 / aspect) / dr) + 3)
    ring = np.repeat(rings, rings * nth)
    angle = np.concatenate([np.arange(each * nth) for each in rings]) * 2 * np.pi / (ring * nth)
    round_points = np.column_stack([ring * dr * np.cos(angle), ring * dr * np.sin(angle)])
    wanted, near = kept(round_points, x_range, y_range, aspect, tilt)
    found = patterns.spiral_points(
        x, y, x_start, y_start, x_range, y_range, dr, nth, dr_y=dr_y, tilt=tilt
    ).array()
    if near:
        return
    np.testing.assert_allclose(found, wanted + np.array([x_start, y_start]), rtol=1e-9, atol=1e-9)


@given(sizes, sizes, steps, st.floats(0.5, 2), st.none() | steps, st.floats(-0.7, 0.7))
def test_fermats_spiral_is_numpys(x_range, y_range, dr, factor, dr_y, tilt):
    aspect = 1 if dr_y is None else dr_y / dr
    radius = 1.5 * np.hypot(x_range / 2, y_range / 2 / aspect)
    number = np.arange(1, int((radius / (dr / factor)) ** 2))
    angle = number * np.radians(137.508)
    round_points = (np.sqrt(number) * dr / factor)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    wanted, near = kept(round_points, x_range, y_range, aspect, tilt)
    found = patterns.spiral_fermat_points(x, y, 0, 0, x_range, y_range, dr, factor, dr_y=dr_y, tilt=tilt)
    if near:
        return
    np.testing.assert_allclose(found.array(), wanted.reshape(-1, 2), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dr_y", [0.01, 0.02, 0.04])
@pytest.mark.parametrize("pattern", [patterns.spiral_points, patterns.spiral_fermat_points])
def test_a_spiral_of_other_steps_along_y_fills_its_ranges_and_stays_in_them(pattern, dr_y):
    found = pattern(x, y, 0, 0, 2, 1, 0.02, 2, dr_y=dr_y).array()
    np.testing.assert_allclose(np.abs(found).max(axis=0), (1, 0.5), atol=0.02)
    assert (np.abs(found) <= (1 + 1e-9, 0.5 + 1e-9)).all()


def reference_square(x_num, y_num):
    """Turn right whenever the cell on the right hand was never entered; note the cells that are in the grid."""
    column, row = (x_num - 1) // 2, y_num // 2
    direction = (0, 1)  # up, so that the first turn is to the right
    entered, walked = set(), []
    while len(walked) < x_num * y_num:
        entered.add((column, row))
        if 0 <= column < x_num and 0 <= row < y_num:
            walked.append((column, row))
        right = (direction[1], -direction[0])
        if (column + right[0], row + right[1]) not in entered:
            direction = right
        column, row = column + direction[0], row + direction[1]
    return walked


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_square_spiral_turns_right_where_it_can(x_num, y_num):
    found = patterns.spiral_square_points(x, y, 0, 0, x_num - 1, y_num - 1, x_num, y_num)
    wanted = np.array(reference_square(x_num, y_num)) - ((x_num - 1) / 2, (y_num - 1) / 2)
    np.testing.assert_allclose(found.array(), wanted, atol=1e-12)


@given(
    st.integers(1, 6), st.lists(st.sampled_from("hkxy"), min_size=1, max_size=4, unique=True), st.randoms()
)
def test_merging_pseudo_axes_keeps_every_position(num, names, random):
    hkl = Positioner("hkl")
    axis_of = {"h": hkl.h, "k": hkl.k, "x": x, "y": y}
    columns = {name: [random.uniform(-1, 1) for _ in range(num)] for name in names}
    made = patterns.lockstep([axis_of[name] for name in names], list(columns.values()))
    merged = patterns.merge_cycler(made.cycler())
    assert len(merged) == num
    assert {getattr(key, "name", key) for key in merged.keys} == {
        *({"hkl"} if {"h", "k"} & set(names) else ()),
        *(name for name in names if name in "xy"),
    }
    for number, point in enumerate(merged):
        flat = {key.name: value for key, value in point.items() if key is not hkl} | point.get(hkl, {})
        assert flat == {name: columns[name][number] for name in names}


def test_a_million_points_cost_no_more_than_their_array():
    from time import process_time

    points = patterns.grid_points([GridAxis(x, 0, 1, 1000, False), GridAxis(y, 0, 1, 1000, True)])
    began = process_time()
    array = points.array()
    ours = process_time() - began
    began = process_time()
    for _ in range(10):
        np.stack(np.meshgrid(np.linspace(0, 1, 1000), np.linspace(0, 1, 1000)), axis=-1)
    assert ours < 5 * (process_time() - began)
    assert array.shape == (1_000_000, 2)
    assert array[1999].tolist() == [array[1000][0], 0.0]
    assert isinstance(points, Trajectory)


# -- facts from bluesky ------------------------------------------------------------------------------

SQUARE = {
    (2, 2): "-1+1 +1+1 +1-1 -1-1",
    (3, 3): "+0+0 +2+0 +2-2 +0-2 -2-2 -2+0 -2+2 +0+2 +2+2",
    (4, 4): "-1+1 +1+1 +1-1 -1-1 -3-1 -3+1 -3+3 -1+3 +1+3 +3+3 +3+1 +3-1 +3-3 +1-3 -1-3 -3-3",
    (3, 5): "+0+0 +2+0 +2-2 +0-2 -2-2 -2+0 -2+2 +0+2 +2+2 +2-4 +0-4 -2-4 -2+4 +0+4 +2+4",
    (5, 3): "+0+0 +2+0 +2-2 +0-2 -2-2 -2+0 -2+2 +0+2 +2+2 +4+2 +4+0 +4-2 -4-2 -4+0 -4+2",
    (4, 3): "-1+0 +1+0 +1-2 -1-2 -3-2 -3+0 -3+2 -1+2 +1+2 +3+2 +3+0 +3-2",
    (3, 4): "+0+1 +2+1 +2-1 +0-1 -2-1 -2+1 -2+3 +0+3 +2+3 +2-3 +0-3 -2-3",
    (2, 5): "-1+0 +1+0 +1-2 -1-2 -1+2 +1+2 +1-4 -1-4 -1+4 +1+4",
    (5, 2): "+0+1 +2+1 +2-1 +0-1 -2-1 -2+1 +4+1 +4-1 -4-1 -4+1",
}
"""For the points along x and y the places in half steps from the centre."""


@pytest.mark.parametrize(("nums", "walk"), SQUARE.items(), ids=str)
def test_the_order_of_a_square_spiral_is_blueskys(nums, walk):
    x_num, y_num = nums
    found = patterns.spiral_square_points(x, y, 0, 0, x_num - 1, y_num - 1, x_num, y_num)
    assert " ".join(f"{2 * px:+.0f}{2 * py:+.0f}" for px, py in found) == walk.replace("-0", "+0")


RINGS = [(1.5, -1.0), (0.75, -0.783494), (0.75, -1.216506), (2.0, -1.0), (1.5, -0.566987)]
RINGS += [(0.5, -0.566987), (0.0, -1.0), (0.5, -1.433013), (1.5, -1.433013), (2.149067, -1.482091)]
FERMAT = [(-0.368686, 0.337744), (0.061825, -0.704399), (0.526915, 0.687285)]
FERMAT += [(-0.984711, -0.174198), (0.943359, -0.600061)]


def test_spirals_are_blueskys():
    rings = patterns.spiral_points(x, y, 1, -1, 2, 1, 0.5, 3, dr_y=0.25, tilt=0.3).array()
    np.testing.assert_allclose(rings, RINGS, atol=1e-6)
    fermat = patterns.spiral_fermat_points(x, y, 0, 0, 2, 2, 0.5, 1).array()
    np.testing.assert_allclose(fermat, FERMAT, atol=1e-6)
    assert len(patterns.spiral_points(x, y, 0, 0, 2, 1, 0.02, 6, tilt=0.3)) == 4732
    assert len(patterns.spiral_fermat_points(x, y, 0, 0, 2, 1, 0.02, 1, tilt=0.3)) == 1588


def test_a_cycler_of_many_points_is_like_one_of_few():
    args = (x, 0, 1, 101, y, 0, 1, 100, True)
    made = patterns.outer_product(args)
    assert len(made) == 10_100
    assert made.keys == {x, y}
    np.testing.assert_array_equal(
        as_array(made, (x, y)), patterns.grid_points(patterns.chunk_outer_product_args(args)).array()
    )
    assert made.by_key()[y][99:101] == [1.0, 1.0]
    again = Trajectory.from_cycler(made + patterns.inner_product(10_100, (z, 0, 1)))
    assert again.axes == (x, y, z)


def test_a_million_points_that_do_not_snake_are_made_when_they_are_gone_through():
    from time import process_time

    began = process_time()
    product = patterns.outer_product((x, 0, 1, 1000, y, 0, 1, 1000))
    assert len(product) == 1_000_000
    assert len(patterns.outer_list_product((x, range(1000), y, iter(range(1000))), False)) == 1_000_000
    making = process_time() - began
    began = process_time()
    for point, _ in zip(product, range(100_000)):
        assert x in point
    assert making < process_time() - began
