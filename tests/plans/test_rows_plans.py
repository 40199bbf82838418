"""Rows of the feature lists that no other test would miss."""

from __future__ import annotations

import pytest
from cycler import cycler

from bsh import errors, plan_patterns
from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.msg import Msg
from bsh.plans import spec
from bsh.plans.adapting import AdaptiveSteps
from tests.plans.devices import Det, Motor, Positioner, Thing, Timed
from tests.plans.drive import drive, once

det = Det("det")
x, y = Motor("x", 10.0), Motor("y", 20.0)


def start(driven):
    return driven.of("open_run")[0].kwargs


def test_pl01_the_delays_of_a_count_may_differ():
    driven = drive(bp.count([det], 3, delay=[60, 30]))
    assert [round(msg.args[0]) for msg in driven.of("sleep")] == [60, 30]
    assert start(driven)["plan_args"]["delay"] == "[60, 30]"


@pytest.mark.parametrize(("threshold", "goes_back"), [(0.5, False), (0.9, True)])
def test_pl13_the_threshold_says_how_much_too_long_a_step_may_be(threshold, goes_back):
    steps = AdaptiveSteps(0, 100, 1, 3, 10, True, threshold)
    steps.take(0.0)
    assert steps.position == 2.0
    steps.take(14.0)  # of a step of 2 only 10/7 = 1.43 was wanted: 0.71 of it
    assert (steps.position < 2.0) is goes_back
    if goes_back:
        assert steps.position == pytest.approx(10 / 7)


def test_pl22_a_positioner_and_its_axis_are_refused_in_every_scan():
    hkl = Positioner("hkl")
    for plan in (
        bp.scan_nd([det], cycler(hkl, [(1, 2)]) + cycler(hkl.h, [1])),
        bp.list_scan([det], hkl, [(1, 2)], hkl.h, [1]),
    ):
        driven = drive(plan)
        assert driven.messages == []
        assert "move either hkl or its axes (hkl_h), not both in one scan" in str(driven.error)


def test_pl22_a_grid_over_pseudo_axes_moves_their_positioner():
    hkl = Positioner("hkl")
    driven = drive(bp.grid_scan([det], hkl.h, 0, 1, 2, hkl.k, 0, 1, 2, snake_axes=True))
    wanted = [{"h": 0, "k": 0}, {"h": 0, "k": 1}, {"h": 1, "k": 1}, {"h": 1, "k": 0}]
    assert driven.moves(hkl) == wanted
    assert start(driven)["motors"] == ("hkl_h", "hkl_k")


def test_pl22_a_relative_scan_of_pseudo_axes_brings_the_positioner_back():
    hkl = Positioner("hkl")
    driven = drive(bp.rel_scan([det], hkl.h, 0, 1, hkl.k, 0, 1, 2))
    assert driven.moves(hkl)[:2] == [{"h": 1.0, "k": 2.0}, {"h": 2.0, "k": 3.0}]
    assert driven.moves(hkl)[-1] == hkl.position


PATTERNS = [
    *["spiral", "spiral_fermat", "spiral_square_pattern", "inner_product", "outer_product"],
    *["inner_list_product", "outer_list_product", "classify_outer_product_args_pattern"],
    *["chunk_outer_product_args", "OuterProductArgsPattern"],
]


def test_pl23_the_patterns_have_their_names():
    assert set(PATTERNS) <= set(plan_patterns.__all__)
    assert {each.name for each in plan_patterns.OuterProductArgsPattern} == {"PATTERN_1", "PATTERN_2"}


class Bare:
    """Has what a readable device must have, and nothing more."""

    parent = None

    def __init__(self, name):
        self.name = name

    def read(self):
        return {}

    describe = read_configuration = describe_configuration = read


class BareMotor(Bare):
    """Can be set, but knows neither position nor stop."""

    def set(self, value): ...


def test_dv01_the_least_of_a_device_is_enough_for_every_plan():
    thing, motor = Bare("thing"), BareMotor("motor")
    driven = drive(bp.scan([thing], motor, 0, 1, 2))
    point = ["checkpoint", "set", "wait", "create", "read", "read", "save"]
    assert driven.commands == ["open_run", *point * 2, "close_run"]
    assert start(driven)["hints"] == {}
    reading = {"motor": {"value": 5.0, "timestamp": 0}}
    relative = drive(bp.rel_scan([thing], motor, 0, 1, 2), lambda msg: reading if msg.obj is motor else None)
    assert relative.moves(motor) == [5.0, 6.0, 5.0]


@pytest.mark.parametrize(
    "plan",
    [
        lambda: bp.scan([det], x, 0, 1, 2),
        lambda: bp.grid_scan([det], x, 0, 1, 2, y, 0, 1, 2),
        lambda: bp.spiral([det], x, y, 0, 0, 1, 1, 0.5, 4),
        lambda: bp.lineup([det], "det", x, -1, 1, 2),
        lambda: bp.adaptive([det], [x], lambda p, r: None, first=[0]),
        lambda: spec.ascan([det], x, 0, 1, 2, None),
        lambda: spec.loopscan([det], 2, None),
    ],
)
def test_nx07_scans_declare_their_stream_first_if_the_environment_asks_for_it(monkeypatch, plan):
    assert "declare_stream" not in drive(plan()).commands
    monkeypatch.setenv("BSH_PREDECLARE", "1")
    driven = drive(plan())
    assert driven.commands[driven.commands.index("open_run") + 1] == "declare_stream"
    (msg,) = driven.of("declare_stream")
    assert [msg.obj, *msg.args] == [None, *dict.fromkeys(each.obj for each in driven.of("read"))]


def test_nx23_a_contingency_decorator_may_leave_the_error_to_its_plan():
    @bpp.contingency_decorator(except_plan=lambda error: [Msg("mend")], auto_raise=False)
    def broken():
        yield Msg("work")

    driven = drive(broken(), fail_at=once("work", ValueError("broken")))
    assert driven.error is None
    assert driven.commands == ["work", "mend"]


def test_nx36_default_hints_are_one_dimension_of_all_hinted_fields():
    both = Thing("both", fields=["a", "b"])
    assert bp.derive_default_hints([x, both]) == {"dimensions": [(["x", "a", "b"], "primary")]}
    assert bp.derive_default_hints([Thing("none", fields=[])]) == {}
    assert bp.get_hinted_fields(both) == ["a", "b"]
    assert bp.get_hinted_fields(object()) == []


def test_nx43_hints_are_entered_under_the_name_of_a_device_that_has_some():
    hints = {}
    bp.maybe_update_hints(hints, x)
    bp.maybe_update_hints(hints, Bare("bare"))
    assert hints == {"x": {"fields": ["x"]}}


def test_pp07_devices_that_are_read_together_are_all_set():
    one, two = Timed("one", 0.5), Timed("two", 0.7)
    wrapped = bpp.configure_count_time_wrapper(bps.read_together(one, two), 3)
    driven = drive(wrapped)
    assert driven.moves(one.count_time) == [3, 0.5]
    assert driven.moves(two.count_time) == [3, 0.7]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.RequestAbort, errors.RunEngineControlException),
        (errors.RequestStop, errors.RunEngineControlException),
        (errors.InvalidCommand, KeyError),
        (errors.PlanHalt, GeneratorExit),
        (errors.RampFail, RuntimeError),
        (errors.WaitForTimeoutError, TimeoutError),
        *((each, Exception) for each in (errors.RunEngineInterrupted, errors.NoReplayAllowed)),
        *((each, Exception) for each in (errors.IllegalMessageSequence, errors.FailedPause)),
        (errors.FailedStatus, Exception),
    ],
)
def test_ut07_exceptions_are_what_scripts_catch(error, kind):
    assert issubclass(error, kind)


def test_ut07_stopping_is_a_success_and_aborting_is_not():
    assert (errors.RequestStop.exit_status, errors.RequestAbort.exit_status) == ("success", "abort")
