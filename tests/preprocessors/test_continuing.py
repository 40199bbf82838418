"""Scans go on with the points that are left."""

from __future__ import annotations

from functools import partial

import pytest

from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.errors import CommandError, RequestStop
from bsh.plans import spec
from tests.plans.devices import Det, LocatableMotor, Motor
from tests.plans.drive import drive, once

det = Det("det")
x, y = Motor("x", 10.0), Motor("y", 20.0)

PLANS = [
    partial(spec.ascan, [det], x, -1, 1, 5, 0.1),
    partial(spec.dscan, [det], x, -1, 1, 5, 0.1),
    partial(spec.a2scan, [det], x, -1, 1, y, 3, 3, 5, 0.1),
    partial(spec.d2scan, [det], x, -1, 1, y, 0, 0.1, 5, 0.1),
    partial(spec.th2th, [det], x, y, -1, 1, 5, 0.1),
    partial(spec.mesh, [det], x, 0, 1, 2, y, 0, 1, 1, None, snake=True),
    partial(spec.mesh, [det], x, 0, 1, 2, y, 0, 1, 1, None, start_at=1),
    partial(spec.dmesh, [det], x, 0, 1, 1, y, 0, 1, 2, 0.1, settle=0.5),
    partial(spec.loopscan, [det], 5, 0.1, 0.2),
    partial(spec.timescan, [det], 0.1, num=5),
    partial(bp.scan, [det], x, 0, 1, y, 0, 0.1, 5),
    partial(bp.rel_scan, [det], x, 0, 1, 5),
    partial(bp.count, [det], 5),
    partial(bp.spiral_square, [det], x, y, 0, 0, 2, 2, 3, 2),
]
each_plan = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.func.__name__)


def visited(driven):
    """Return where the axes are at each event, as the plan has sent them and waited for them."""
    on_the_way, now, places = {}, {}, []
    for msg in driven.messages:
        if msg.command == "set":
            on_the_way.setdefault(msg.kwargs["group"], {})[msg.obj] = msg.args[0]
        elif msg.command == "wait":
            now.update(on_the_way.pop(msg.kwargs["group"], {}))
        elif msg.command == "save":
            assert not on_the_way, "an axis is still on its way"
            places.append((now.get(x), now.get(y)))
    return places


@each_plan
@pytest.mark.parametrize("first", [0, 1, 3, 4])
def test_points_that_are_there_are_left_out_and_the_axes_are_where_they_were(plan, first):
    whole, rest = drive(plan()), drive(bpp.continuing_wrapper(plan(), first))
    assert rest.error is None
    assert visited(rest) == visited(whole)[first:]
    assert len(rest.of("trigger")) == len(rest.of("save")) == len(whole.of("save")) - first
    for command in ("open_run", "close_run", "stage", "unstage"):
        assert [msg.obj for msg in rest.of(command)] == [msg.obj for msg in whole.of(command)]


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("here", [10.0, 7.123456789])
@pytest.mark.parametrize("scan", [spec.dscan, spec.lup, bp.rel_scan])
def test_a_relative_scan_counts_from_where_it_counted_at_first_and_goes_back_there(scan, here, first):
    motor = Motor("x", 10.1)
    tail = (3, 0.1) if scan is not bp.rel_scan else (4,)
    whole = drive(scan([det], motor, -0.3, 0.3, *tail))
    assert whole.of("open_run")[0].kwargs["relative_to"] == {"x": 10.1}
    motor.position = here
    rest = drive(bpp.continuing_wrapper(scan([det], motor, -0.3, 0.3, *tail), first, relative_to={"x": 10.1}))
    assert rest.moves(motor) == pytest.approx(whole.moves(motor)[first:], abs=1e-12)
    assert rest.moves(motor)[-1] == 10.1
    assert rest.of("open_run")[0].kwargs["relative_to"] == {"x": 10.1}


def test_an_axis_that_is_asked_for_its_setpoint_counts_from_there():
    motor = LocatableMotor("x", 9.98)
    answers = {"locate": {"setpoint": 3.0, "readback": 2.98}}
    plan = spec.dscan([det], motor, -1, 1, 2, 0.1)
    rest = drive(bpp.continuing_wrapper(plan, 1, relative_to={"x": 10.0}), answers)
    assert rest.moves(motor) == [10.0, 11.0, 10.0]


def test_the_run_is_opened_with_the_metadata_that_are_given():
    def changed(md):
        assert md["num_points"] == 6
        return {**md, "num_points": 4, "resumed_from": {"scan_id": 7}}

    rest = drive(bpp.continuing_wrapper(PLANS[0](), 2, md=changed))
    md = rest.of("open_run")[0].kwargs
    assert (md["num_points"], md["resumed_from"], md["plan_name"]) == (4, {"scan_id": 7}, "ascan")


@pytest.mark.parametrize("first", [6, 7])
def test_a_scan_without_points_left_says_so_and_cleans_up(first):
    rest = drive(bpp.continuing_decorator(first)(partial(spec.dscan, [det], x, -1, 1, 5, None))())
    assert isinstance(rest.error, CommandError)
    assert "no points left" in str(rest.error)
    assert "unstage" in rest.commands
    assert not rest.of("save")
    assert rest.moves() == [10.0], "only the way back"


def test_errors_reach_the_plan_and_its_way_back_is_the_right_one():
    rest = drive(
        bpp.continuing_wrapper(PLANS[1](), 2, relative_to={"x": 5.0}),
        fail_at=once("trigger", RequestStop("")),
    )
    assert isinstance(rest.error, RequestStop)
    assert rest.moves(x)[-1] == 5.0
