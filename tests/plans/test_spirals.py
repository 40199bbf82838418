from __future__ import annotations

import pytest

from bsh import plan_patterns
from bsh import plans as bp
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive

det = Det("det")
x, y = Motor("x", 10.0), Motor("y", 20.0)


def start(driven):
    return driven.of("open_run")[0].kwargs


def visited(driven):
    now, places = {}, []
    for msg in driven.messages:
        if msg.command == "set":
            now[msg.obj] = msg.args[0]
        elif msg.command == "save":
            places.append((now[x], now[y]))
    return places


@pytest.mark.parametrize(
    ("plan", "points", "args", "kwargs", "pattern"),
    [
        (bp.spiral, plan_patterns.spiral_points, (0, 0, 2, 3, 0.5, 4), {"dr_y": 0.7, "tilt": 0.2}, "spiral"),
        (
            bp.spiral_fermat,
            plan_patterns.spiral_fermat_points,
            (0, 0, 2, 3, 0.5, 1),
            {"dr_y": 0.7},
            "spiral_fermat",
        ),
        (
            bp.spiral_square,
            plan_patterns.spiral_square_points,
            (0, 0, 2, 3, 3, 4),
            {},
            "spiral_square_pattern",
        ),
    ],
)
def test_a_spiral_scan_visits_its_pattern(plan, points, args, kwargs, pattern):
    driven = drive(plan([det], x, y, *args, **kwargs))
    wanted = list(points(x, y, *args, **kwargs))
    assert visited(driven) == wanted
    md = start(driven)
    assert (md["plan_pattern"], md["num_points"], md["motors"]) == (pattern, len(wanted), ("x", "y"))
    assert hasattr(plan_patterns, pattern)
    assert md["plan_args"]["x_motor"] == "<x>"
    assert md["hints"]["dimensions"] == [(["x"], "primary"), (["y"], "primary")]


@pytest.mark.parametrize(
    ("absolute", "relative", "args"),
    [
        (bp.spiral, bp.rel_spiral, (2, 3, 0.5, 4)),
        (bp.spiral_fermat, bp.rel_spiral_fermat, (2, 3, 0.5, 1)),
        (bp.spiral_square, bp.rel_spiral_square, (2, 3, 3, 4)),
    ],
)
def test_a_relative_spiral_is_around_where_the_motors_are_and_returns(absolute, relative, args):
    driven = drive(relative([det], x, y, *args))
    wanted = visited(drive(absolute([det], x, y, 0, 0, *args)))
    assert visited(driven) == [(px + 10.0, py + 20.0) for px, py in wanted]
    assert [(msg.obj, msg.args[0]) for msg in driven.of("set")[-2:]] == [(x, 10.0), (y, 20.0)]
    assert start(driven)["plan_name"] == relative.__name__


def test_a_square_spiral_tells_shape_and_gridding():
    md = start(drive(bp.spiral_square([det], x, y, 0, 0, 2, 3, 5, 4)))
    assert md["shape"] == (4, 5)
    assert md["extents"] == ([-1.5, 1.5], [-1.0, 1.0])
    assert md["hints"]["gridding"] == "rectilinear_nonsequential"
