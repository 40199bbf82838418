from __future__ import annotations

import pytest

from bsh.plan_patterns import (
    OuterProductArgsPattern,
    check_num,
    chunk_outer_product_args,
    classify_outer_product_args_pattern,
)
from tests.plans.devices import Motor

x, y, z = Motor("x"), Motor("y"), Motor("z")


def test_groups_of_four_are_the_first_pattern():
    args = (x, 0, 1, 2, y, 0, 1, 3)
    assert classify_outer_product_args_pattern(args) is OuterProductArgsPattern.PATTERN_1
    assert chunk_outer_product_args(args) == [(x, 0, 1, 2, False), (y, 0, 1, 3, False)]


def test_interleaved_snake_flags_are_the_second_pattern():
    args = (x, 0, 1, 2, y, 0, 1, 3, True, z, 0, 1, 4, False)
    assert classify_outer_product_args_pattern(args) is OuterProductArgsPattern.PATTERN_2
    assert chunk_outer_product_args(args) == [(x, 0, 1, 2, False), (y, 0, 1, 3, True), (z, 0, 1, 4, False)]


def test_one_axis_alone_is_the_first_pattern():
    assert classify_outer_product_args_pattern((x, 0, 1, 2)) is OuterProductArgsPattern.PATTERN_1


@pytest.mark.parametrize(
    "args", [(), (x, 0, 1), (x, 0, 1, 2, y), (x, y, 1, 2), (0, 1, 2, x), (x, 0, 1, 2, y, 0, 1, 3, True, z)]
)
def test_anything_else_is_refused_and_shown(args):
    with pytest.raises(ValueError, match="motor, start, stop, num"):
        classify_outer_product_args_pattern(args)


def test_a_pattern_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="PATTERN_2"):
        chunk_outer_product_args((x, 0, 1, 2), OuterProductArgsPattern.PATTERN_2)


@pytest.mark.parametrize("num", [3, 3.0])
def test_whole_numbers_of_points_are_taken(num):
    assert check_num(num) == 3
    assert type(check_num(num)) is int


@pytest.mark.parametrize("num", [2.5, "3", None, float("nan"), float("inf"), [1]])
def test_what_is_no_whole_number_of_points_is_refused(num):
    with pytest.raises(ValueError, match="not a step size"):
        check_num(num)


@pytest.mark.parametrize("num", [0, -1])
def test_less_than_one_point_is_refused(num):
    with pytest.raises(ValueError, match=f"num .* must be 1 or more, got {num}"):
        check_num(num)
