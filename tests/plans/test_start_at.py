"""Grids and spirals go on from a point that is given."""

from __future__ import annotations

from functools import partial

import pytest

from bsh import plans as bp
from bsh.plans import spec
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive

det = Det("det")
x, y = Motor("x", 10.0), Motor("y", 20.0)

PLANS = [
    partial(bp.grid_scan, [det], x, 0, 1, 3, y, 0, 1, 4, snake_axes=True),
    partial(bp.rel_grid_scan, [det], x, 0, 1, 3, y, 0, 1, 4),
    partial(bp.list_grid_scan, [det], x, [1, 2, 3], y, [1, 2, 3, 4], snake_axes=[y]),
    partial(bp.rel_list_grid_scan, [det], x, [1, 2, 3], y, [1, 2, 3, 4]),
    partial(bp.spiral, [det], x, y, 0, 0, 2, 2, 0.5, 4),
    partial(bp.rel_spiral, [det], x, y, 2, 2, 0.5, 4),
    partial(bp.spiral_fermat, [det], x, y, 0, 0, 2, 2, 0.3, 1),
    partial(bp.rel_spiral_fermat, [det], x, y, 2, 2, 0.3, 1),
    partial(bp.spiral_square, [det], x, y, 0, 0, 2, 2, 4, 4),
    partial(bp.rel_spiral_square, [det], x, y, 2, 2, 4, 4),
    partial(spec.mesh, [det], x, 0, 1, 3, y, 0, 1, 4, None, snake=True),
    partial(spec.dmesh, [det], x, 0, 1, 3, y, 0, 1, 4, None),
]
each_plan = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.func.__name__)


def visited(driven):
    now, places = {}, []
    for msg in driven.messages:
        if msg.command == "set":
            now[msg.obj] = msg.args[0]
        elif msg.command == "save":
            places.append((now[x], now[y]))
    return places


@each_plan
@pytest.mark.parametrize("start_at", [1, 5, 5.0])
def test_a_scan_goes_on_with_the_points_that_are_left(plan, start_at):
    whole, rest = drive(plan()), drive(plan(start_at=start_at))
    assert visited(rest) == visited(whole)[int(start_at) :]
    md = rest.of("open_run")[0].kwargs
    assert (md["start_at"], md["num_points"]) == (start_at, len(visited(whole)) - start_at)
    shape = whole.of("open_run")[0].kwargs.get("shape")
    assert md.get("shape") == shape, "the shape is the one of the whole"


@each_plan
def test_a_whole_scan_says_nothing_of_a_start(plan):
    assert "start_at" not in drive(plan()).of("open_run")[0].kwargs


@each_plan
@pytest.mark.parametrize("start_at", [-1, 1000, 1.5, float("nan"), "2"])
def test_a_point_that_the_scan_does_not_have_is_refused_with_those_it_has(plan, start_at):
    driven = drive(plan(start_at=start_at))
    assert driven.messages == []
    assert isinstance(driven.error, ValueError)
    last = len(visited(drive(plan()))) - 1
    assert f"a whole number from 0 to {last}, got {start_at!r}" in str(driven.error)


def test_a_scan_of_a_million_points_goes_on_near_its_end_at_once():
    plan = bp.grid_scan([det], x, 0, 1, 1000, y, 0, 1, 1000, start_at=999_998)
    assert len(visited(drive(plan))) == 2
