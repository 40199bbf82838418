from __future__ import annotations

from itertools import islice

import pytest

from bsh.errors import RequestAbort, RequestStop, UsageError
from bsh.plans import spec
from bsh.simulators import estimate
from tests.plans.devices import Det, Motor, Signal, Timed
from tests.plans.drive import drive, once

x, y = Motor("x", 10.0), Motor("y", 20.0)


def start(driven):
    return driven.of("open_run")[0].kwargs


def values(msg):
    """Answers every reading of a signal with its value."""
    if msg.command == "read" and isinstance(msg.obj, Signal):
        return {msg.obj.name: {"value": msg.obj.value, "timestamp": 0}}
    return "uid" if msg.command == "open_run" else None


def visited(driven, *motors):
    now, places = {}, []
    for msg in driven.messages:
        if msg.command == "set":
            now[msg.obj] = msg.args[0]
        elif msg.command == "save":
            places.append(tuple(now[motor] for motor in motors))
    return places


def test_ascan_takes_one_point_more_than_intervals():
    driven = drive(spec.ascan([Det("d")], x, 0, 1, 4, None), values)
    assert driven.moves(x) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert driven.commands.count("save") == 5
    assert driven.result == "uid"


def test_the_start_document_of_ascan():
    det = Timed("d", 1.0)
    assert start(drive(spec.ascan([det], x, 0, 1, 2, 0.1, md={"command": "ascan x 0 1 2 0.1"}), values)) == {
        "plan_name": "ascan",
        "plan_args": {"detectors": ["<d>"], "args": ["<x>", 0, 1], "intervals": 2, "seconds": 0.1},
        "detectors": ["d"],
        "motors": ("x",),
        "num_points": 3,
        "num_intervals": 2,
        "plan_pattern": "inner_product",
        "plan_pattern_module": "bsh.plan_patterns",
        "plan_pattern_args": {"num": 3, "args": ["<x>", 0, 1]},
        "hints": {"dimensions": [(["x"], "primary")]},
        "count_time": 0.1,
        "command": "ascan x 0 1 2 0.1",
    }


def test_the_count_time_is_set_before_staging_and_put_back_at_the_end():
    det, other = Timed("d", 1.5), Det("other")
    driven = drive(spec.ascan([det, other], x, 0, 1, 1, 0.1), values)
    assert driven.moves(det.count_time) == [0.1, 1.5]
    assert driven.commands[:4] == ["read", "set", "wait", "stage"]
    assert driven.commands[-2:] == ["set", "wait"]


@pytest.mark.parametrize("error", [ValueError("x"), RequestAbort(), RequestStop()], ids=repr)
@pytest.mark.parametrize("where", ["stage", "trigger", "save"])
def test_the_count_time_is_put_back_whatever_way_the_scan_ends(error, where):
    det = Timed("d", 1.5)
    driven = drive(spec.dscan([det], x, 0, 1, 1, 0.1), values, fail_at=once(where, error))
    assert driven.moves(det.count_time) == [0.1, 1.5]


def test_a_count_time_that_was_never_set_is_not_put_back():
    det = Timed("d", 1.5)
    driven = drive(spec.ascan([det], x, 0, 1, 1, 0.1), values, fail_at=once("read", ValueError()))
    assert driven.moves() == []


def test_a_count_time_that_can_be_triggered_as_those_of_ophyd_keeps_nobody_from_looking_ahead():
    det = Timed("d", 1.5)
    det.count_time.trigger = lambda: None
    looked_at = estimate(spec.ascan([det], x, 0, 1, 4, 0.1))
    assert looked_at.complete
    assert looked_at.points == 5


def test_the_count_time_may_be_left_alone():
    det = Timed("d", 1.5)
    assert drive(spec.ascan([det], x, 0, 1, 1, None), values).moves(det.count_time) == []


def test_the_profile_may_name_the_signal_that_takes_the_count_time():
    det = Timed("d", 1.5)
    det.exposure = Signal("d_exposure", 3.0)
    driven = drive(spec.ascan([det], x, 0, 1, 1, 0.1, count_time={"d": "exposure"}), values)
    assert driven.moves(det.exposure) == [0.1, 3.0]
    assert driven.moves(det.count_time) == []


def test_two_counters_of_one_timer_set_it_once():
    det, second = Timed("d", 1.5), Det("second")
    second.count_time = det.count_time
    assert drive(spec.ascan([det, second], x, 0, 1, 1, 0.1), values).moves(det.count_time) == [0.1, 1.5]


def test_negative_seconds_are_monitor_counts():
    det = Timed("scaler", 1.5)
    det.monitor_counts = Signal("scaler_monitor_counts", 0)
    driven = drive(spec.ascan([det], x, 0, 1, 1, -1000), values)
    assert driven.moves(det.monitor_counts) == [1000, 0]
    assert driven.moves(det.count_time) == []


def test_monitor_counts_are_refused_when_no_counter_has_them():
    driven = drive(spec.ascan([Timed("d", 1), Det("e")], x, 0, 1, 1, -1000), values)
    assert isinstance(driven.error, UsageError)
    assert "1000 monitor counts" in str(driven.error)
    assert "(d, e)" in str(driven.error)
    assert driven.messages == []


@pytest.mark.parametrize("plan", [spec.dscan, spec.lup])
@pytest.mark.parametrize("error", [None, ValueError("x"), RequestAbort(), RequestStop()], ids=repr)
def test_dscan_counts_from_where_the_motor_is_and_returns(plan, error):
    driven = drive(plan([Det("d")], x, -1, 1, 2, None), fail_at=error and once("save", error))
    assert driven.moves(x) == ([9.0, 10.0] if error else [9.0, 10.0, 11.0, 10.0])
    assert start(driven)["plan_name"] == plan.__name__


def test_dscan_does_not_return_after_a_halt():
    driven = drive(spec.dscan([Det("d")], x, -1, 1, 2, None), fail_at=once("save", GeneratorExit()))
    assert driven.moves(x) == [9.0]


@pytest.mark.parametrize(
    ("intervals", "text"),
    [
        (2.5, "whole number"),
        ("3", "whole number"),
        (True, "whole number"),
        (0, "at least 1"),
        (-3, "at least 1"),
    ],
)
def test_wrong_intervals_are_refused_before_anything_is_done(intervals, text):
    driven = drive(spec.ascan([Timed("d", 1)], x, 0, 1, intervals, 0.1), values)
    assert isinstance(driven.error, UsageError)
    assert text in str(driven.error)
    assert driven.messages == []


@pytest.mark.parametrize(
    ("plan", "relative"),
    [(spec.a2scan, False), (spec.d2scan, True), (spec.anscan, False), (spec.dnscan, True)],
)
def test_several_motors_move_in_lockstep(plan, relative):
    driven = drive(plan([Det("d")], x, 0, 1, y, 0, 2, 1, None), values)
    wanted = [(10.0, 20.0), (11.0, 22.0)] if relative else [(0.0, 0.0), (1.0, 2.0)]
    assert visited(driven, x, y) == wanted
    assert (driven.moves(x)[-1] == 10.0) is relative
    assert start(driven)["plan_name"] == plan.__name__


@pytest.mark.parametrize("motors", [2, 3, 4, 5])
def test_a_scan_of_n_motors_wants_n_motors(motors):
    axes = [arg for index in range(motors) for arg in (Motor(f"m{index}"), 0, 1)]
    for plan in (getattr(spec, f"a{motors}scan"), getattr(spec, f"d{motors}scan")):
        assert drive(plan([Det("d")], *axes, 1, None), values).commands.count("save") == 2
        driven = drive(plan([Det("d")], *axes[3:], 1, None), values)
        assert isinstance(driven.error, UsageError)
        assert f"each of {motors} motors" in str(driven.error)


def test_th2th_moves_theta_half_as_far():
    driven = drive(spec.th2th([Det("d")], x, y, -2, 2, 2, None), values)
    assert visited(driven, x, y) == [(8.0, 19.0), (10.0, 20.0), (12.0, 21.0)]
    assert driven.moves(y)[-1] == 20.0


def test_the_first_motor_of_a_mesh_is_the_fast_one():
    driven = drive(spec.mesh([Det("d")], x, 0, 1, 1, y, 0, 2, 2, None), values)
    assert visited(driven, x, y) == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]
    md = start(driven)
    assert (md["motors"], md["shape"], md["extents"]) == (("y", "x"), (3, 2), ([0, 2], [0, 1]))
    assert md["num_points"] == 6
    assert md["plan_args"]["args"] == ["<x>", 0, 1, 1, "<y>", 0, 2, 2]
    assert md["hints"]["gridding"] == "rectilinear"


def test_a_mesh_may_snake():
    driven = drive(spec.mesh([Det("d")], x, 0, 1, 1, y, 0, 1, 1, None, snake=True), values)
    assert visited(driven, x, y) == [(0, 0), (1, 0), (1, 1), (0, 1)]
    assert start(driven)["snaking"] == (False, True)


def test_dmesh_is_around_where_the_motors_are_and_returns():
    driven = drive(spec.dmesh([Det("d")], x, 0, 1, 1, y, 0, 1, 1, None), values)
    assert visited(driven, x, y) == [(10, 20), (11, 20), (10, 21), (11, 21)]
    assert {(msg.obj, msg.args[0]) for msg in driven.of("set")[-2:]} == {(x, 10.0), (y, 20.0)}


def test_pointscan_visits_a_list():
    driven = drive(spec.pointscan([Det("d")], x, iter([3, 1, 2]), None), values)
    assert driven.moves(x) == [3, 1, 2]
    assert start(driven)["num_points"] == 3


def test_settling_comes_between_moving_and_measuring():
    driven = drive(spec.ascan([Det("d")], x, 0, 1, 1, None, settle=0.5), values)
    first = driven.commands.index("checkpoint")
    assert driven.commands[first : first + 5] == ["checkpoint", "set", "wait", "sleep", "trigger"]
    assert driven.of("sleep")[0].args == (0.5,)


def test_ct_counts_without_a_run_and_returns_the_readings():
    det = Timed("d", 1.5)

    def answers(msg):
        return (
            {"d": {"value": 7, "timestamp": 0}} if msg.obj is det and msg.command == "read" else values(msg)
        )

    driven = drive(spec.ct([det], 0.2), answers)
    assert driven.commands == [
        "read",
        "set",
        "wait",
        "stage",
        "trigger",
        "wait",
        "read",
        "unstage",
        "set",
        "wait",
    ]
    assert driven.result == {"d": {"value": 7, "timestamp": 0}}
    assert driven.moves(det.count_time) == [0.2, 1.5]


def test_ct_may_be_saved():
    driven = drive(spec.ct([Det("d")], save=True), values)
    assert driven.commands.count("save") == 1
    assert driven.result == "uid"
    assert (start(driven)["plan_name"], start(driven)["num_points"]) == ("ct", 1)


def test_loopscan_counts_a_number_of_times_with_sleeps_between():
    driven = drive(spec.loopscan([Det("d")], 3, None, 0.5), values)
    assert driven.commands.count("save") == 3
    assert [msg.args for msg in driven.of("sleep")] == [(0.5,), (0.5,)]
    sleep = driven.commands.index("sleep")
    assert driven.commands[sleep - 1] == "checkpoint"  # a pause in the sleep takes no point again
    assert start(driven)["num_points"] == 3


@pytest.mark.parametrize("wrong", [0, 2.5, "3", None])
def test_loopscan_wants_a_whole_number_of_points(wrong):
    assert isinstance(drive(spec.loopscan([Det("d")], wrong, None)).error, UsageError)


def test_timescan_goes_on_until_it_is_stopped():
    det = Timed("d", 1.5)
    plan = spec.timescan([det], 0.1)
    messages = list(islice(plan, 400))
    plan.close()
    assert sum(msg.command == "save" for msg in messages) > 50
    assert next(msg for msg in messages if msg.command == "open_run").kwargs["num_points"] is None


def test_timescan_may_have_an_end():
    assert drive(spec.timescan([Det("d")], None, num=4)).commands.count("save") == 4
