from __future__ import annotations

import pytest

from bsh import plans as bp
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive

det = Det("det")
x, y, z = Motor("x", 10.0), Motor("y", 20.0), Motor("z")


def start(driven):
    return driven.of("open_run")[0].kwargs


def visited(driven, *motors):
    """Where the motors are at each event."""
    now, places = {}, []
    for msg in driven.messages:
        if msg.command == "set":
            now[msg.obj] = msg.args[0]
        elif msg.command == "save":
            places.append(tuple(now[motor] for motor in motors))
    return places


def test_a_grid_has_the_last_motor_fastest_and_moves_only_what_changes():
    driven = drive(bp.grid_scan([det], x, 0, 1, 2, y, 0, 2, 3))
    assert visited(driven, x, y) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert driven.moves(x) == [0.0, 1.0]


def test_snaking_moves_less():
    driven = drive(bp.grid_scan([det], x, 0, 1, 2, y, 0, 2, 3, snake_axes=True))
    assert visited(driven, x, y) == [(0, 0), (0, 1), (0, 2), (1, 2), (1, 1), (1, 0)]
    assert driven.moves(y) == [0.0, 1.0, 2.0, 1.0, 0.0]


def test_the_start_document_of_a_grid():
    md = start(drive(bp.grid_scan([det], x, 0, 1, 2, y, 0, 2, 3, snake_axes=[y])))
    assert md == {
        "plan_name": "grid_scan",
        "plan_args": {
            "detectors": ["<det>"],
            "args": ["<x>", 0, 1, 2, "<y>", 0, 2, 3, True],
            "per_step": "None",
        },
        "detectors": ["det"],
        "motors": ("x", "y"),
        "num_points": 6,
        "num_intervals": 5,
        "plan_pattern": "outer_product",
        "plan_pattern_module": "bsh.plan_patterns",
        "plan_pattern_args": {"args": ["<x>", 0, 1, 2, "<y>", 0, 2, 3, True]},
        "shape": (2, 3),
        "extents": ([0, 1], [0, 2]),
        "snaking": (False, True),
        "hints": {"gridding": "rectilinear", "dimensions": [(["x"], "primary"), (["y"], "primary")]},
    }


@pytest.mark.parametrize(
    ("snake_axes", "snaking"),
    [
        (None, (False, False, False)),
        (False, (False, False, False)),
        (True, (False, True, True)),
        ([z], (False, False, True)),
        ((), (False, False, False)),
    ],
)
def test_snake_axes_may_be_given_in_several_ways(snake_axes, snaking):
    md = start(drive(bp.grid_scan([det], x, 0, 1, 2, y, 0, 1, 2, z, 0, 1, 2, snake_axes=snake_axes)))
    assert md["snaking"] == snaking


def test_interleaved_flags_still_work():
    driven = drive(bp.grid_scan([det], x, 0, 1, 2, y, 0, 1, 2, True))
    assert visited(driven, x, y) == [(0, 0), (0, 1), (1, 1), (1, 0)]


@pytest.mark.parametrize(
    ("args", "snake_axes", "text"),
    [
        ((x, 0, 1, 2, y, 0, 1, 2, True), True, "not both"),
        ((x, 0, 1, 2, y, 0, 1, 2, True), False, "not both"),
        ((x, 0, 1, 2, y, 0, 1, 2), [x], "x is the slowest motor"),
        ((x, 0, 1, 2, y, 0, 1, 2), [y, y], "names y twice"),
        ((x, 0, 1, 2, y, 0, 1, 2), [z], "names z, which this grid does not move (it moves x, y)"),
        ((x, 0, 1, 2, y, 0, 1, 2), 3, "True, False or a list"),
        ((x, 0, 1, 2, y, 0, 1), None, "motor, start, stop, num"),
        ((x, 0, 1, 2.5), None, "not a step size"),
    ],
)
@pytest.mark.parametrize("plan", [bp.grid_scan, bp.rel_grid_scan])
def test_wrong_arguments_of_a_grid_are_refused_before_anything_is_done(plan, args, snake_axes, text):
    driven = drive(plan([det], *args, snake_axes=snake_axes))
    assert isinstance(driven.error, ValueError)
    assert text in str(driven.error)
    assert driven.messages == []


def test_a_relative_grid_counts_from_where_the_motors_are_and_returns():
    driven = drive(bp.rel_grid_scan([det], x, 0, 1, 2, y, 0, 1, 2))
    assert visited(driven, x, y) == [(10, 20), (10, 21), (11, 20), (11, 21)]
    assert [(msg.obj, msg.args[0]) for msg in driven.of("set")[-2:]] == [(x, 10.0), (y, 20.0)]
    assert start(driven)["plan_name"] == "rel_grid_scan"


def test_a_grid_of_lists():
    driven = drive(bp.list_grid_scan([det], x, [5, 1], y, ["a", "b"], snake_axes=True))
    assert visited(driven, x, y) == [(5, "a"), (5, "b"), (1, "b"), (1, "a")]
    md = start(driven)
    assert (md["shape"], md["extents"], md["snaking"]) == ((2, 2), ([1, 5], ["a", "b"]), (False, True))
    assert md["plan_args"]["snake_axes"] is True
    assert md["hints"]["gridding"] == "rectilinear"


def test_a_grid_of_lists_snakes_the_named_axes_even_from_an_iterator():
    driven = drive(bp.list_grid_scan([det], x, [0, 1], y, [0, 1], snake_axes=iter([y])))
    assert start(driven)["plan_args"]["snake_axes"] == ["<y>"]
    assert visited(driven, x, y) == [(0, 0), (0, 1), (1, 1), (1, 0)]


def test_a_relative_grid_of_lists_returns():
    driven = drive(bp.rel_list_grid_scan([det], x, [1], y, [2, 3]))
    assert visited(driven, x, y) == [(11, 22), (11, 23)]
    assert driven.moves(y)[-1] == 20.0
    assert start(driven)["plan_name"] == "rel_list_grid_scan"


def test_a_grid_of_a_million_points_starts_at_once():
    plan = bp.grid_scan([det], x, 0, 1, 1000, y, 0, 1, 1000)
    first = next(msg for msg in plan if msg.command == "set")
    plan.close()
    assert first.args == (0.0,)
