from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from cycler import cycler
from hypothesis import given
from hypothesis import strategies as st

from bsh.plan_patterns import (
    Trajectory,
    grid,
    inner_list_product,
    inner_product,
    linspace,
    lockstep,
    logspace,
    merge_cycler,
    outer_list_product,
    outer_product,
    snake_cyclers,
)
from tests.plans.devices import Motor, Positioner

x, y, z = Motor("x"), Motor("y"), Motor("z")

numbers = st.floats(-1e9, 1e9)
columns = st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=4), min_size=1, max_size=4)


@given(numbers, numbers, st.integers(0, 200))
def test_linspace_gives_the_same_bits_as_numpy(start, stop, num):
    assert linspace(start, stop, num) == np.linspace(start, stop, num).tolist()


def test_linspace_ends_exactly_at_its_ends():
    assert linspace(0.1, 0.7, 4)[0] == 0.1
    assert linspace(0.1, 0.7, 4)[-1] == 0.7
    assert all(type(position) is float for position in linspace(0, 1, 5))


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(0, 50))
def test_logspace_is_numpys(start, stop, num):
    assert logspace(start, stop, num) == np.logspace(start, stop, num).tolist()


def reference_grid(columns, snake):
    """The grid by definition: the n-th pass through a snaking axis is reversed for odd n."""
    rows = []
    for index in product(*(range(len(column)) for column in columns)):
        row = []
        for axis, column in enumerate(columns):
            passes = 0
            for slower in range(axis):
                passes = passes * len(columns[slower]) + index[slower]
            backwards = snake[axis] and axis > 0 and passes % 2
            row.append(column[-1 - index[axis]] if backwards else column[index[axis]])
        rows.append(tuple(row))
    return rows


@given(columns, st.data())
def test_a_grid_visits_what_its_definition_says(columns, data):
    snake = [data.draw(st.booleans()) for _ in columns]
    points = grid([Motor(str(i)) for i in range(len(columns))], columns, snake)
    rows = list(points)
    assert rows == reference_grid(columns, snake)
    assert len(points) == len(rows)


@given(columns)
def test_a_snaking_grid_moves_one_axis_at_a_time(columns):
    columns = [sorted(set(column)) for column in columns]
    rows = list(grid([Motor(str(i)) for i in range(len(columns))], columns, [True] * len(columns)))
    for before, after in pairwise(rows):
        assert sum(a != b for a, b in zip(before, after)) == 1


def test_a_grid_of_a_million_points_costs_nothing_until_it_is_walked():
    points = grid([x, y], [range(1000), range(1000)], [False, True])
    assert len(points) == 1_000_000
    assert next(iter(points)) == (0, 0)


def test_a_trajectory_can_be_walked_twice_and_becomes_an_array():
    points = lockstep([x, y], [[0, 1, 2], [5, 6, 7]])
    assert list(points) == list(points)
    assert points.array().shape == (3, 2)
    assert points.array().tolist() == [[0, 5], [1, 6], [2, 7]]


def test_columns_of_different_lengths_are_refused_with_their_lengths():
    with pytest.raises(ValueError, match="x: 2, y: 3"):
        lockstep([x, y], [[0, 1], [1, 2, 3]])


def test_an_axis_may_appear_only_once():
    with pytest.raises(ValueError, match="x is given twice"):
        lockstep([x, x], [[0], [1]])


def test_a_cycler_and_back_is_the_same_trajectory():
    points = grid([x, y], [[1, 2], [3, 4, 5]], [False, True])
    again = Trajectory.from_cycler(points.cycler())
    assert again.axes == (x, y)
    assert list(again) == list(points)


def test_the_axes_of_a_cycler_keep_the_order_of_its_points():
    for first, second in ((x, y), (y, x), (z, x)):
        made = cycler(first, [1, 2]) + cycler(second, [3, 4])
        assert Trajectory.from_cycler(made).axes == (first, second)


def test_inner_product_moves_in_lockstep():
    made = list(inner_product(3, (x, 0, 1, y, 10, 30)))
    assert made == [{x: 0.0, y: 10.0}, {x: 0.5, y: 20.0}, {x: 1.0, y: 30.0}]


def test_inner_product_wants_whole_triples():
    with pytest.raises(ValueError, match="motor, start, stop"):
        inner_product(3, (x, 0, 1, y, 10))


def test_outer_product_has_the_last_motor_fastest_and_snakes_where_told():
    made = [(point[x], point[y]) for point in outer_product((x, 0, 1, 2, y, 0, 1, 2, True))]
    assert made == [(0, 0), (0, 1), (1, 1), (1, 0)]


def test_list_products_keep_positions_as_they_are():
    assert list(inner_list_product((x, ["in", "out"], y, [1, 2]))) == [{x: "in", y: 1}, {x: "out", y: 2}]
    made = [(point[x], point[y]) for point in outer_list_product((x, [1, 2], y, ["a", "b"]), True)]
    assert made == [(1, "a"), (1, "b"), (2, "b"), (2, "a")]


def test_numpy_positions_become_plain_numbers():
    (point,) = inner_list_product((x, np.array([0.5])))
    assert type(point[x]) is float


def test_outer_list_product_snakes_only_the_named_motors():
    made = [
        (point[x], point[y], point[z]) for point in outer_list_product((x, [0, 1], y, [0, 1], z, [0, 1]), [z])
    ]
    assert made[:4] == [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)]
    assert made[4:] == [(1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0)]


def test_a_motor_without_a_list_is_refused():
    with pytest.raises(ValueError, match="x needs a list of positions, got 3"):
        inner_list_product((x, 3))


def test_snake_cyclers_combines_cyclers_of_several_axes():
    slow = cycler(x, [0, 1, 2])
    fast = cycler(y, [0, 1]) + cycler(z, [10, 11])
    made = [(p[x], p[y], p[z]) for p in snake_cyclers([slow, fast], [False, True])]
    assert made == [(0, 0, 10), (0, 1, 11), (1, 1, 11), (1, 0, 10), (2, 0, 10), (2, 1, 11)]


def test_snake_cyclers_wants_a_flag_for_each_cycler():
    with pytest.raises(ValueError, match="2 cyclers"):
        snake_cyclers([cycler(x, [1]), cycler(y, [1])], [True])


def test_merge_cycler_leaves_independent_axes_alone():
    made = cycler(x, [1, 2]) + cycler(y, [3, 4])
    assert merge_cycler(made) is made


def test_merge_cycler_moves_the_pseudo_axes_of_one_positioner_together():
    hkl = Positioner("hkl")
    made = merge_cycler(cycler(hkl.h, [1, 2]) + cycler(x, [5, 6]) + cycler(hkl.k, [3, 4]))
    assert list(made) == [{x: 5, hkl: {"h": 1, "k": 3}}, {x: 6, hkl: {"h": 2, "k": 4}}]


def test_merge_cycler_refuses_a_positioner_with_its_own_axis():
    hkl = Positioner("hkl")
    with pytest.raises(ValueError, match="either hkl or its axes"):
        merge_cycler(cycler(hkl, [(1, 2)]) + cycler(hkl.h, [1]))


def test_merge_cycler_refuses_a_mix_of_pseudo_and_real_axes():
    hkl = Positioner("hkl")
    with pytest.raises(ValueError, match="not by both"):
        merge_cycler(cycler(hkl.real, [1]) + cycler(hkl.h, [1]))


def test_real_axes_of_a_positioner_are_moved_on_their_own():
    hkl = Positioner("hkl")
    made = cycler(hkl.real, [1, 2])
    assert merge_cycler(made) is made
