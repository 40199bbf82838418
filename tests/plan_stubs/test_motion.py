from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from tests.plans.devices import Det, LocatableMotor, Motor, Positioner, Signal, Thing
from tests.plans.drive import drive

x, y = Motor("x", 10.0), Motor("y", 20.0)


def answers(msg):
    return f"status of {msg.obj.name}" if msg.command == "set" else None


def test_a_set_that_is_waited_for_gets_a_group_of_its_own():
    first, second = (drive(bps.abs_set(x, 1, wait=True)) for _ in range(2))
    assert first.commands == ["set", "wait"]
    group = first.messages[0].kwargs["group"]
    assert group is not None
    assert first.messages[1].kwargs["group"] == group != second.messages[0].kwargs["group"]


def test_mv_moves_in_parallel_waits_once_and_returns_the_statuses():
    driven = drive(bps.mv(x, 1, y, 2), answers)
    assert driven.commands == ["set", "set", "wait"]
    assert len({msg.kwargs["group"] for msg in driven.messages}) == 1
    assert (driven.moves(x), driven.moves(y)) == ([1], [2])
    assert driven.result == ("status of x", "status of y")


def test_mv_hands_keywords_to_set_and_its_timeout_to_the_wait():
    driven = drive(bps.mv(x, 1, timeout=5, group="A", speed=3))
    assert driven.messages[0].kwargs == {"group": "A", "speed": 3}
    assert driven.messages[1].kwargs["timeout"] == 5


def test_mov_and_movr_are_other_names():
    assert bps.mov is bps.mv
    assert bps.movr is bps.mvr


@pytest.mark.parametrize(
    ("args", "text"), [((x,), "motor, position"), ((), "what to move"), ((x, 1, x, 2), "x is given twice")]
)
def test_mv_refuses_arguments_that_are_no_pairs(args, text):
    driven = drive(bps.mv(*args))
    assert isinstance(driven.error, ValueError)
    assert text in str(driven.error)
    assert driven.messages == []


def test_mv_moves_the_pseudo_axes_of_one_positioner_together():
    hkl = Positioner("hkl")
    driven = drive(bps.mv(hkl.h, 3, hkl.k, 4))
    assert [(msg.obj, msg.args) for msg in driven.of("set")] == [(hkl, ({"h": 3, "k": 4},))]


def test_mvr_counts_from_the_position():
    driven = drive(bps.mvr(x, 1, y, -2), answers)
    assert driven.commands == ["set", "set", "wait"]
    assert (driven.moves(x), driven.moves(y)) == ([11.0], [18.0])
    assert driven.result == ("status of x", "status of y")


def test_mvr_counts_from_the_setpoint_of_an_axis_that_can_be_located():
    motor = LocatableMotor("m", 9.9)
    driven = drive(bps.mvr(motor, 1), {"locate": {"setpoint": 10.0, "readback": 9.9}})
    assert driven.commands == ["locate", "set", "wait"]
    assert driven.moves(motor) == [11.0]


def test_mvr_of_pseudo_axes_counts_from_where_they_are():
    hkl = Positioner("hkl")
    driven = drive(bps.mvr(hkl.h, 3, hkl.k, 4))
    assert [(msg.obj, msg.args) for msg in driven.of("set")] == [(hkl, ({"h": 4.0, "k": 6.0},))]


def test_rel_set_reads_an_axis_that_has_no_position():
    signal = Signal("s", 5)
    driven = drive(bps.rel_set(signal, 2), {"read": {"s": {"value": 5, "timestamp": 0}}})
    assert driven.commands == ["read", "set"]
    assert driven.moves() == [7]


def test_rel_set_can_be_listed():
    assert [msg.command for msg in bps.rel_set(Signal("s", 5), 2, wait=True)] == ["read", "set", "wait"]


def reading(**values):
    return {"read": {key: {"value": value, "timestamp": 0.0} for key, value in values.items()}}


def test_rd_reads_the_hinted_field():
    assert drive(bps.rd(Det("d")), reading(other=1, d=2)).result == 2


def test_rd_takes_the_only_reading_of_a_device_without_hints():
    assert drive(bps.rd(Det("d", fields=[])), reading(other=7)).result == 7


def test_rd_takes_the_readback_of_an_axis_that_can_be_located():
    driven = drive(bps.rd(LocatableMotor("m")), {"locate": {"setpoint": 1, "readback": 2}})
    assert (driven.commands, driven.result) == (["locate"], 2)


@pytest.mark.parametrize("device", [Det("d"), LocatableMotor("m")])
def test_rd_gives_its_default_when_the_plan_is_listed(device):
    assert drive(bps.rd(device)).result == 0
    assert drive(bps.rd(device, default_value="x")).result == "x"


def test_rd_refuses_two_hints_before_it_reads():
    driven = drive(bps.rd(Det("d", fields=["a", "b"])), reading(a=1, b=2))
    assert isinstance(driven.error, ValueError)
    assert "d does not have one value, it hints at 2 (a, b)" in str(driven.error)
    assert driven.messages == []


def test_rd_refuses_a_device_that_reads_several_parts():
    device = Thing("d", fields=[])
    device.read_attrs = ["a", "b"]
    assert "reads 2 parts (a, b)" in str(drive(bps.rd(device)).error)


def test_rd_refuses_several_readings_without_a_hint():
    driven = drive(bps.rd(Det("d", fields=[])), reading(a=1, b=2))
    assert "gives 2 (a, b)" in str(driven.error)


@pytest.mark.parametrize("move", [bps.mv, bps.mvr])
def test_nothing_moves_where_one_of_them_cannot(move):
    with pytest.raises(TypeError, match=r"det cannot be moved: it has no set\(\)"):
        next(move(x, 1, Det("det"), 2))
    with pytest.raises(TypeError, match=r"1 cannot be moved"):
        next(move(1, x))


@pytest.mark.parametrize("seconds", ["a", float("nan"), float("inf"), None])
def test_nobody_sleeps_for_what_is_no_time(seconds):
    with pytest.raises(ValueError, match="the time to sleep in seconds must be a finite number, got"):
        next(bps.sleep(seconds))
