from __future__ import annotations

import pytest

from bsh import preprocessors as bpp
from bsh.errors import RequestAbort, RequestStop
from bsh.msg import Msg
from tests.plans.devices import LocatableMotor, Motor, Positioner, Signal
from tests.plans.drive import drive, once


def sets(driven):
    return [(msg.obj.name, msg.args[0]) for msg in driven.of("set")]


def test_moves_count_from_the_first_position_not_from_the_last():
    x = Motor("x", 10)

    def answers(msg):
        if msg.command == "set":
            x.position = msg.args[0]

    driven = drive(bpp.relative_set_wrapper([Msg("set", x, 1), Msg("set", x, 2)]), answers)
    assert driven.moves(x) == [11, 12]


def test_groups_keywords_and_runs_of_moves_are_kept():
    (msg,) = drive(
        bpp.relative_set_wrapper([Msg("set", Motor("x", 1), 1, run="r", group="g", timeout=2)])
    ).messages
    assert (msg.args, msg.kwargs, msg.run) == ((2,), {"group": "g", "timeout": 2}, "r")


def test_only_the_named_devices_are_relative():
    x, y = Motor("x", 10), Motor("y", 10)
    driven = drive(bpp.relative_set_decorator([x])(lambda: [Msg("set", x, 1), Msg("set", y, 1)])())
    assert sets(driven) == [("x", 11), ("y", 1)]


def test_a_device_without_position_is_read_once():
    signal = Signal("s", 4)
    driven = drive(
        bpp.relative_set_wrapper([Msg("set", signal, 1), Msg("set", signal, 2)]),
        {"read": {"s": {"value": 4, "timestamp": 0}}},
    )
    assert driven.commands == ["read", "set", "set"]
    assert driven.moves() == [5, 6]


def test_the_setpoint_counts_where_it_is_known():
    motor = LocatableMotor("m", 9.98)
    driven = drive(
        bpp.relative_set_wrapper([Msg("set", motor, 1)]), {"locate": {"setpoint": 10, "readback": 9.98}}
    )
    assert driven.moves() == [11]


def test_a_positioner_counts_in_each_of_its_axes():
    hkl = Positioner("hkl")
    driven = drive(bpp.relative_set_wrapper([Msg("set", hkl, {"h": 1}), Msg("set", hkl, (1, 1))]))
    assert driven.moves() == [{"h": 2.0}, hkl.PseudoPosition(2.0, 3.0)]


def test_answers_and_errors_of_moves_reach_the_plan():
    def careful(motor):
        answer = yield Msg("set", motor, 1)
        try:
            yield Msg("set", motor, 2)
        except ValueError:
            return answer

    for wrapper in (bpp.relative_set_wrapper, bpp.reset_positions_wrapper):
        motor = Motor("m")
        driven = drive(wrapper(careful(motor)), {"set": "status"}, fail_at=once("set", ValueError(), 1))
        assert driven.result == "status"


@pytest.mark.parametrize("error", [None, ValueError("x"), RequestStop(), RequestAbort()], ids=repr)
def test_positions_are_reset_whatever_way_a_plan_ends(error):
    x, y = Motor("x", 1), Motor("y", 2)
    plan = [Msg("set", x, 5), Msg("set", y, 6), Msg("set", x, 7), Msg("end")]
    driven = drive(bpp.reset_positions_wrapper(plan), fail_at=error and once("end", error))
    assert sets(driven)[3:] == [("x", 1), ("y", 2)]
    assert driven.commands[-3:] == ["set", "set", "wait"]
    assert len({msg.kwargs["group"] for msg in driven.messages[-3:]}) == 1
    assert driven.error is error


def test_nothing_moves_after_a_halt():
    driven = drive(
        bpp.reset_positions_wrapper([Msg("set", Motor("x"), 5)]), fail_at=once("set", GeneratorExit())
    )
    assert driven.commands == ["set"]


def test_only_what_has_moved_is_reset():
    x, y = Motor("x"), Motor("y")
    driven = drive(bpp.reset_positions_wrapper([Msg("set", x, 5)], [x, y]))
    assert sets(driven) == [("x", 5), ("x", 0.0)]
    assert drive(bpp.reset_positions_wrapper([Msg("null")])).commands == ["null"]


def test_only_named_devices_are_reset():
    x, y = Motor("x"), Motor("y")
    driven = drive(bpp.reset_positions_decorator([x])(lambda: [Msg("set", x, 5), Msg("set", y, 5)])())
    assert sets(driven) == [("x", 5), ("y", 5), ("x", 0.0)]


def test_a_positioner_is_brought_back_as_a_whole():
    hkl = Positioner("hkl")
    for plan in (
        [Msg("set", hkl, {"h": 9})],
        [Msg("set", hkl.h, 9), Msg("set", hkl.k, 8)],
    ):
        driven = drive(bpp.reset_positions_wrapper(plan))
        assert sets(driven)[len(plan) :] == [("hkl", hkl.position)]


def test_pseudo_axes_stand_for_their_positioner():
    hkl = Positioner("hkl")
    plan = [Msg("set", hkl, {"h": 1})]
    assert drive(bpp.relative_set_wrapper(plan, [hkl.h])).moves() == [{"h": 2.0}]
    assert drive(bpp.reset_positions_wrapper(plan, [hkl.h])).moves() == [{"h": 1}, hkl.position]
