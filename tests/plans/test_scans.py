from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from cycler import cycler

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh.errors import RequestAbort
from bsh.msg import Msg
from tests.plans.devices import Det, Motor, Positioner
from tests.plans.drive import drive, once

det = Det("det")
x, y = Motor("x", 10.0), Motor("y", 20.0)

POINT = ["checkpoint", "set", "wait", "trigger", "wait", "create", "read", "read", "save"]


def start(driven):
    return driven.of("open_run")[0].kwargs


def positions(driven, *motors):
    return [(msg.obj, msg.args[0]) for msg in driven.of("set") if msg.obj in motors]


def test_a_scan_moves_measures_and_reads_the_motor_too():
    driven = drive(bp.scan([det], x, 0, 1, 3), {"open_run": "uid"})
    assert driven.commands == ["stage", "stage", "open_run", *POINT * 3, "close_run", "unstage", "unstage"]
    assert driven.moves(x) == [0.0, 0.5, 1.0]
    assert driven.result == "uid"


def test_the_messages_of_a_point_are_made_once_but_for_the_moves():
    driven = drive(bp.scan([det], x, 0, 1, 3))
    for command in ("checkpoint", "trigger", "create", "save"):
        assert len({id(msg) for msg in driven.of(command)}) == 1
    assert len({msg.kwargs["group"] for msg in driven.of("set")}) == 1


def test_several_motors_move_in_lockstep():
    driven = drive(bp.scan([det], x, 0, 1, y, 10, 20, 2))
    assert positions(driven, x, y) == [(x, 0.0), (y, 10.0), (x, 1.0), (y, 20.0)]
    assert [msg.obj for msg in driven.of("read")[:3]] == [det, x, y]


def test_the_start_document_of_a_scan():
    md = start(drive(bp.scan([det], x, 0, 1, num=3)))
    assert md == {
        "plan_name": "scan",
        "plan_args": {"detectors": ["<det>"], "num": 3, "args": ["<x>", 0, 1], "per_step": "None"},
        "detectors": ["det"],
        "motors": ("x",),
        "num_points": 3,
        "num_intervals": 2,
        "plan_pattern": "inner_product",
        "plan_pattern_module": "bsh.plan_patterns",
        "plan_pattern_args": {"num": 3, "args": ["<x>", 0, 1]},
        "hints": {"dimensions": [(["x"], "primary")]},
    }


def test_motors_in_lockstep_are_one_dimension():
    md = start(drive(bp.scan([det], x, 0, 1, y, 0, 1, 3)))
    assert md["hints"]["dimensions"] == [(["x", "y"], "primary")]


def test_motors_without_hints_give_no_dimension():
    assert start(drive(bp.scan([det], Motor("m", fields=[]), 0, 1, 3)))["hints"] == {}


def test_the_pattern_named_in_the_start_document_makes_the_points():
    from bsh import plan_patterns

    driven = drive(bp.scan([det], x, 0, 1, y, 5, 6, 4))
    md = start(driven)
    args = [{"<x>": x, "<y>": y}.get(arg, arg) for arg in md["plan_pattern_args"]["args"]]
    made = getattr(plan_patterns, md["plan_pattern"])(num=md["plan_pattern_args"]["num"], args=args)
    assert [point[x] for point in made] == driven.moves(x)


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        ((x, 0, 1), {}, "number of points is missing"),
        ((x, 0, 1, 2.5), {}, "not a step size"),
        ((x, 0, 1), {"num": 0.1}, "not a step size"),
        ((x, 0, 1, y, 0, 3), {"num": None}, "number of points is missing"),
        ((x, 0, 1, y, 3), {"num": 3}, "motor, start, stop"),
        ((x, 0, 1, x, 0, 1, 3), {}, "x is given twice"),
    ],
)
@pytest.mark.parametrize("plan", [bp.scan, bp.rel_scan])
def test_wrong_arguments_of_a_scan_are_refused_before_anything_is_done(plan, args, kwargs, text):
    driven = drive(plan([det], *args, **kwargs))
    assert isinstance(driven.error, ValueError)
    assert text in str(driven.error)
    assert driven.messages == []


def test_the_number_of_points_may_be_a_whole_float():
    assert len(drive(bp.scan([det], x, 0, 1, 3.0)).moves(x)) == 3


def test_a_relative_scan_starts_from_where_the_motor_is_and_returns():
    driven = drive(bp.rel_scan([det], x, -1, 1, 3))
    assert driven.moves(x) == [9.0, 10.0, 11.0, 10.0]
    assert driven.commands[-2:] == ["set", "wait"]
    assert start(driven)["plan_name"] == "rel_scan"
    assert start(driven)["plan_args"]["args"] == ["<x>", -1, 1]


@pytest.mark.parametrize("error", [ValueError("x"), RequestAbort()], ids=repr)
def test_a_relative_scan_returns_after_an_error_or_abort(error):
    driven = drive(bp.rel_scan([det], x, -1, 1, 3), fail_at=once("trigger", error))
    assert driven.moves(x) == [9.0, 10.0]
    assert driven.commands[-5:] == ["close_run", "unstage", "unstage", "set", "wait"]


def test_a_relative_scan_does_not_return_after_a_halt():
    driven = drive(bp.rel_scan([det], x, -1, 1, 3), fail_at=once("trigger", GeneratorExit()))
    assert driven.moves(x) == [9.0]


def test_legacy_names_take_the_number_first():
    absolute = drive(bp.inner_product_scan([det], 3, x, 0, 1))
    assert absolute.moves(x) == [0.0, 0.5, 1.0]
    assert start(absolute)["plan_name"] == "inner_product_scan"
    assert start(absolute)["hints"] == {"dimensions": [(["x"], "primary")]}
    relative = drive(bp.relative_inner_product_scan([det], 3, x, 0, 1))
    assert relative.moves(x) == [10.0, 10.5, 11.0, 10.0]
    assert start(relative)["plan_name"] == "relative_inner_product_scan"


def test_a_list_scan_visits_its_lists():
    driven = drive(bp.list_scan([det], x, [3, 1, 2], y, iter("abc")))
    assert positions(driven, x, y) == [(x, 3), (y, "a"), (x, 1), (y, "b"), (x, 2), (y, "c")]
    md = start(driven)
    assert md["plan_args"]["args"] == ["<x>", [3, 1, 2], "<y>", ["a", "b", "c"]]
    assert (md["num_points"], md["plan_pattern"]) == (3, "inner_list_product")


def test_a_list_scan_of_an_array_has_plain_numbers():
    driven = drive(bp.list_scan([det], x, np.array([0.5, 1.5])))
    assert [type(position) for position in driven.moves(x)] == [float, float]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((x, [1], y), "motor, [positions]"),
        ((x, [1, 2], y, [1]), "x: 2, y: 1"),
        ((x, 5), "needs a list of positions"),
    ],
)
@pytest.mark.parametrize("plan", [bp.list_scan, bp.rel_list_scan])
def test_wrong_lists_are_refused(plan, args, text):
    driven = drive(plan([det], *args))
    assert isinstance(driven.error, ValueError)
    assert text in str(driven.error)


def test_a_relative_list_scan_returns():
    driven = drive(bp.rel_list_scan([det], x, [1, 5]))
    assert driven.moves(x) == [11.0, 15.0, 10.0]
    assert start(driven)["plan_name"] == "rel_list_scan"


def test_a_log_scan_takes_powers_of_ten():
    driven = drive(bp.log_scan([det], x, 0, 2, 3))
    assert driven.moves(x) == [1.0, 10.0, 100.0]
    assert start(driven)["plan_pattern_module"] == "numpy"
    relative = drive(bp.rel_log_scan([det], x, 0, 1, 2))
    assert relative.moves(x) == [11.0, 20.0, 10.0]
    assert start(relative)["plan_name"] == "rel_log_scan"


def test_x2x_moves_the_second_motor_half_as_far_and_passes_per_step_on():
    driven = drive(bp.x2x_scan([det], x, y, -1, 1, 3))
    assert driven.moves(x) == [9.0, 10.0, 11.0, 10.0]
    assert driven.moves(y) == [19.5, 20.0, 20.5, 20.0]
    assert start(driven)["plan_name"] == "x2x_scan"
    custom = drive(
        bp.x2x_scan([det], x, y, -1, 1, 3, per_step=lambda detectors, step, pos_cache: [Msg("mine")])
    )
    assert custom.commands.count("mine") == 3


def test_scan_nd_visits_the_points_of_a_cycler():
    points = cycler(x, [1, 2]) * cycler(y, [5, 6])
    driven = drive(bp.scan_nd([det], points))
    assert positions(driven, x, y) == [(x, 1), (y, 5), (y, 6), (x, 2), (y, 5), (y, 6)]
    md = start(driven)
    assert (md["num_points"], md["motors"]) == (4, ("x", "y"))
    assert md["hints"]["dimensions"] == [(["x"], "primary"), (["y"], "primary")]
    assert "cycler" in md["plan_args"]["cycler"]


def test_the_start_document_of_a_huge_cycler_stays_small():
    points = cycler(x, range(1000)) * cycler(y, range(10))
    plan = bp.scan_nd([det], points)
    md = next(msg for msg in plan if msg.command == "open_run").kwargs
    plan.close()
    assert md["plan_args"]["cycler"] == "<cycler of 10000 points of x, y>"


def test_scan_nd_moves_coupled_axes_by_their_positioner():
    hkl = Positioner("hkl")
    driven = drive(bp.scan_nd([det], cycler(hkl.h, [1, 2]) + cycler(hkl.k, [3, 3])))
    assert driven.moves(hkl) == [{"h": 1, "k": 3}, {"h": 2, "k": 3}]
    assert start(driven)["motors"] == ("hkl",)
    assert hkl in [msg.obj for msg in driven.of("read")]


def test_scans_refuse_a_positioner_with_its_axis():
    hkl = Positioner("hkl")
    driven = drive(bp.scan([det], hkl.h, 0, 1, hkl.real, 0, 1, 3))
    assert isinstance(driven.error, ValueError)
    assert "not by both" in str(driven.error)


def nd(detectors, step, pos_cache, more=1):
    yield Msg("nd", None, dict(step), pos_cache)


def one_d(detectors, motor, step, *, more=1):
    yield Msg("1d", motor, step)


def test_per_step_gets_detectors_step_and_cache():
    driven = drive(bp.scan([det], x, 0, 1, y, 5, 6, 2, per_step=nd))
    steps = [msg.args[0] for msg in driven.of("nd")]
    assert steps == [{x: 0.0, y: 5.0}, {x: 1.0, y: 6.0}]
    cache = driven.of("nd")[0].args[1]
    assert cache[x] is None
    assert cache is driven.of("nd")[1].args[1]


def test_per_step_for_one_motor_gets_motor_and_position():
    driven = drive(bp.scan([det], x, 0, 1, 2, per_step=one_d))
    assert [(msg.obj, msg.args) for msg in driven.of("1d")] == [(x, (0.0,)), (x, (1.0,))]


def test_per_step_for_one_motor_is_refused_for_two():
    driven = drive(bp.scan([det], x, 0, 1, y, 0, 1, 2, per_step=one_d))
    assert isinstance(driven.error, TypeError)
    assert "for one motor, but this scan moves 2" in str(driven.error)


@pytest.mark.parametrize(
    "per_step",
    [
        lambda: None,
        lambda detectors, step: None,
        lambda detectors, steps, pos_cache: None,
        lambda detectors, step, pos_cache, more: None,
        lambda detectors, motor, step, more: None,
    ],
)
def test_per_step_with_another_signature_is_refused_before_anything_is_done(per_step):
    driven = drive(bp.scan([det], x, 0, 1, 2, per_step=per_step))
    assert isinstance(driven.error, TypeError)
    assert "per_step must be a function of (detectors, step, pos_cache)" in str(driven.error)
    assert driven.messages == []


@pytest.mark.parametrize(
    "per_step", [bps.one_nd_step, bps.one_1d_step, partial(bps.one_nd_step, take_reading=None)]
)
def test_the_stubs_of_a_point_are_per_steps(per_step):
    driven = drive(bp.scan([det], x, 0, 1, 3, per_step=per_step))
    assert driven.commands == drive(bp.scan([det], x, 0, 1, 3)).commands
    assert driven.moves(x) == [0.0, 0.5, 1.0]


def test_per_step_of_a_relative_scan_moves_relatively():
    driven = drive(bp.rel_scan([det], x, 0, 1, 2, per_step=bps.one_nd_step))
    assert driven.moves(x) == [10.0, 11.0, 10.0]


def test_other_names_are_the_same_plans():
    assert bp.relative_scan is bp.rel_scan
    assert bp.relative_list_scan is bp.rel_list_scan
    assert bp.relative_log_scan is bp.rel_log_scan
    assert bp.relative_adaptive_scan is bp.rel_adaptive_scan
    assert bp.outer_product_scan is bp.grid_scan
    assert bp.relative_outer_product_scan is bp.rel_grid_scan
    assert bp.relative_spiral is bp.rel_spiral
    assert bp.relative_spiral_fermat is bp.rel_spiral_fermat
